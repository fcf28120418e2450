import { cleanup, render } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
})

afterEach(() => {
  cleanup()
  workbench.close()
})

/** The window with one open session in front. */
async function show(): Promise<string> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  const session = await workbench.connectWithoutSaving({ host: '127.0.0.1', port: 5025 })
  return session.sessionId
}

const details = () => page.getByRole('complementary', { name: 'Connection details' })
const asked = () => engine.calls.filter((name) => name === 'session.socket-details').length

it('opens from the palette and from the menu, beside the traffic, and asks the system only then', async () => {
  await show()
  expect(asked()).toBe(0)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Connection details' }).click()
  await expect.element(details().getByText('2.63 MB (2,626,560)')).toBeVisible()
  expect(asked()).toBeGreaterThan(0)

  await details().getByRole('button', { name: 'Hide the connection details' }).click()
  await expect.element(details()).not.toBeInTheDocument()
  workbench.commands.available.find(({ id }) => id === 'session.details')?.run()
  await expect.element(details()).toBeVisible()
  await page.getByRole('radio', { name: 'Inspector' }).click()
  await expect.element(page.getByText('Nothing selected')).toBeVisible()
})

it('shows the flags live, and says when a connection was lost', async () => {
  const sessionId = await show()
  const flags = { opened: true, accepted: true, connected: true, cutOff: false, shouldBeConnected: true }
  engine.changeSession(sessionId, { flags })
  await page.getByRole('radio', { name: 'Connection' }).click()
  const told = () =>
    [...(details().element().querySelector('dl')?.children ?? [])].map(({ children }) =>
      [...children].map(({ textContent }) => textContent).join(' '),
    )
  await vi.waitFor(() =>
    expect(told()).toEqual(['Opened yes', 'Accepted yes', 'Connected yes', 'Cut off no', 'Should be connected yes']),
  )
  engine.changeSession(sessionId, { flags: { ...flags, cutOff: true } })
  await expect.element(details().getByText('The connection was lost: it should be there, and is not.')).toBeVisible()
})

it('says why the system does not tell of the socket', async () => {
  engine.answers = {
    'session.socket-details': () => {
      throw new WirebenchError('session-not-found')
    },
  }
  await show()
  await page.getByRole('radio', { name: 'Connection' }).click()
  await expect.element(details().getByText('session-not-found')).toBeVisible()
})
