import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { defaultSettings, type Settings } from '../../../src-main/contract/schemas/settings.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from './WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
  engine.addProfile({ name: 'PSU', folder: 'Lab', connection: { host: 'psu', port: 1 } })
})

afterEach(() => {
  cleanup()
})

async function show(): Promise<void> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

const edge = () => page.getByRole('separator', { name: 'Width of the sidebar' })
const row = (name: string | RegExp) => page.getByRole('treeitem', { name })
const theme = () => document.documentElement.dataset.theme

it('draws what the engine has kept', async () => {
  engine.settings = { ...defaultSettings, theme: 'dark', sidebarWidthPx: 321, foldedFolders: ['Lab'] }
  await show()

  await expect.element(edge()).toHaveAttribute('aria-valuenow', '321')
  await expect.element(row('Lab')).toHaveAttribute('aria-expanded', 'false')
  expect(theme()).toBe('dark')
})

it('tells the engine what is set by hand, and folders that are gone no more', async () => {
  engine.settings = { ...defaultSettings, foldedFolders: ['Gone'] }
  await show()

  edge().element().focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}')
  row('Lab').element().focus()
  await userEvent.keyboard('{ArrowLeft}')
  await userEvent.keyboard('{Control>}k{/Control}')
  await expect.element(page.getByRole('combobox')).toHaveFocus()
  await userEvent.keyboard('theme light{Enter}')
  await page.getByRole('button', { name: 'Hide sidebar' }).click()

  const set: Settings = {
    ...defaultSettings,
    theme: 'light',
    sidebarWidthPx: 284,
    sidebarHidden: true,
    foldedFolders: ['Lab'],
  }
  await vi.waitFor(() => expect(engine.settings).toEqual(set))
  expect([theme(), workbench.settings.current]).toEqual(['light', set])
})

it('follows what another window sets', async () => {
  await show()

  engine.events.publish('settings.changed', { ...defaultSettings, theme: 'dark', sidebarHidden: true })

  await expect.element(page.getByRole('button', { name: 'Show sidebar' })).toBeVisible()
  await expect.element(page.getByRole('tree', { name: 'Connections' })).not.toBeInTheDocument()
  expect(theme()).toBe('dark')
})

it('keeps its own newer value while the engine has not answered', async () => {
  await show()
  const asked: (() => void)[] = []
  engine.answers = {
    'settings.write': ({ patch }) =>
      new Promise((resolve) => asked.push(() => resolve({ ...defaultSettings, ...patch }))),
  }

  workbench.settings.change({ theme: 'dark' })
  workbench.settings.change({ sidebarWidthPx: 400 })
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  engine.events.publish('settings.changed', { ...defaultSettings, sidebarWidthPx: 200, composerHeightPx: 300 })
  await vi.waitFor(() => expect(workbench.settings.current.composerHeightPx).toBe(300))
  const whileUnderWay = workbench.settings.current
  asked[0]?.()
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  asked[1]?.()

  expect(whileUnderWay).toEqual({ ...defaultSettings, theme: 'dark', sidebarWidthPx: 400, composerHeightPx: 300 })
})

it('says so when the engine does not take a change', async () => {
  await show()
  engine.answers = {
    'settings.write': () => {
      throw new WirebenchError('bad-payload', { command: 'settings.write' })
    },
  }

  workbench.settings.change({ theme: 'dark' })

  await expect.element(page.getByText('The request settings.write is malformed.')).toBeVisible()
})

it('says that it cannot start when the settings cannot be had', async () => {
  engine.answers = {
    'settings.read': () => {
      throw new WirebenchError('internal', { reason: 'No settings.' })
    },
  }
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })

  await expect.element(page.getByRole('alert')).toHaveTextContent('No settings.')
})

it('shows the rates of the session in front, and one primary action after a failure', async () => {
  await show()
  await row(/PSU/).dblClick()
  await expect.element(page.getByRole('tab', { name: 'Open PSU' })).toBeVisible()
  const { sessionId } = engine.sessions[0]!
  const status = page.getByRole('contentinfo', { name: 'Status' })
  let receivedBytes = 0
  await vi.waitFor(
    () => {
      receivedBytes += 4_000_000
      const counters = { sentBytes: 0, receivedBytes, unsentBytes: 0 }
      engine.events.publish('session.progress', { sessionId, counters, receivePaused: false })
      expect(status.element().textContent).toMatch(/Sent\s*↑\s*0 B\/s.*Received\s*↓\s*[1-9][\d.]* MB\/s/s)
    },
    { timeout: 15_000 },
  )

  engine.changeSession(sessionId, {
    state: 'closed',
    ending: { by: 'error', how: 'not-connected', unsentBytes: 0, error: null },
  })
  await expect.element(page.getByRole('button', { name: 'Connect again' })).toHaveClass(/primary/)
  await expect.element(page.getByRole('button', { name: 'Connect', exact: true })).not.toHaveClass(/primary/)
})
