import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
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
})

afterEach(() => {
  cleanup()
})

async function show(): Promise<void> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

const tree = () => page.getByRole('tree', { name: 'Connections' })
const row = (name: string | RegExp) => tree().getByRole('treeitem', { name })
const names = () => engine.profiles.map((profile) => `${profile.folder}/${profile.name}:${profile.connection.port}`)

it('connects to the echo server with the first click, through the profile that names it', async () => {
  engine.addServer('Echo', 7007, 'listening')
  const { id } = engine.addProfile({ name: 'Echo (sample)', connection: { host: '127.0.0.1', port: 7007 } })
  await show()

  await page.getByRole('button', { name: 'Connect to the echo server' }).click()

  await expect.element(page.getByRole('tab', { name: 'Open Echo (sample)' })).toHaveAttribute('aria-selected', 'true')
  expect(engine.sessions).toMatchObject([{ profileId: id, state: 'open' }])
  await expect.element(page.getByRole('textbox', { name: 'Message as text' })).toHaveFocus()
})

it('makes a connection from a pasted address, by keyboard alone', async () => {
  await show()

  await userEvent.keyboard('{Alt>}n{/Alt}')
  await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveFocus()
  await userEvent.keyboard('tcp://psu-3.lab:5025/{Tab}')
  await expect.element(page.getByRole('textbox', { name: 'Port' })).toHaveValue('5025')
  await userEvent.keyboard('{Enter}')

  await expect.element(page.getByRole('tab', { name: /psu-3.lab:5025/ })).toBeVisible()
  expect(names()).toEqual(['/psu-3.lab:5025:5025'])
  expect(engine.sessions).toMatchObject([{ state: 'open', settings: { host: 'psu-3.lab', port: 5025 } }])
  await expect.element(page.getByRole('textbox', { name: 'Message as text' })).toHaveFocus()
})

it('saves a session as a profile only when told to', async () => {
  await show()
  await userEvent.keyboard('{Alt>}n{/Alt}')
  await userEvent.keyboard('psu-3.lab:5025')
  await page.getByRole('button', { name: 'Connect without saving' }).click()
  await expect.element(page.getByRole('textbox', { name: 'Message as text' })).toHaveFocus()
  const ask = async (): Promise<void> => {
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Save as profile' }).click()
    await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveValue('psu-3.lab')
  }

  await ask()
  await userEvent.keyboard('{Escape}')
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  expect(engine.profiles).toEqual([])
  await ask()
  await userEvent.keyboard('{Enter}')

  await expect.element(row(/psu-3.lab:5025/)).toBeVisible()
  expect(names()).toEqual(['/psu-3.lab:5025:5025'])
  expect(engine.sessions).toHaveLength(1)
})

it('shows what is wrong at each field and saves nothing', async () => {
  await show()
  await userEvent.keyboard('{Alt>}n{/Alt}')
  await page.getByRole('textbox', { name: 'Host' }).fill('my host')
  await page.getByRole('textbox', { name: 'Port' }).fill('70000')
  await page.getByRole('tab', { name: /^Socket/ }).click()
  await page.getByRole('textbox', { name: 'Connect timeout' }).fill('soon')
  await page.getByRole('tab', { name: /^Retry/ }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()

  await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveFocus()
  const described = (name: string) =>
    page.getByRole('textbox', { name }).element().getAttribute('aria-describedby')?.split(' ') ?? []
  const text = (name: string) => described(name).map((id) => document.getElementById(id)?.textContent.trim())
  expect([text('Host'), text('Port')]).toEqual([
    ['"my host" is not a host name or an IP address. Check its spelling. It must not hold a space.host-malformed'],
    ['Enter a whole number from 1 to 65535.port-malformed'],
  ])
  await page.getByRole('tab', { name: /^Socket.*has an error/ }).click()
  expect(text('Connect timeout')).toEqual(['Enter a whole number from 1 to 3,600,000.'])
  expect(engine.profiles).toEqual([])
})

it('asks before unsaved changes are lost', async () => {
  await show()
  await userEvent.keyboard('{Alt>}n{/Alt}')
  await page.getByRole('textbox', { name: 'Host' }).fill('psu-3.lab')

  await userEvent.keyboard('{Escape}')
  await expect.element(page.getByRole('button', { name: 'Keep editing' })).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveValue('psu-3.lab')
  await userEvent.keyboard('{Escape}')
  await page.getByRole('button', { name: 'Discard changes' }).click()

  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
})

it('shows both versions of a profile that was changed elsewhere, and keeps mine when told to', async () => {
  const { id } = engine.addProfile({ name: 'PSU', connection: { host: 'psu', port: 5025 } })
  await show()
  row(/PSU/).element().focus()
  await userEvent.keyboard('{F4}')
  await page.getByRole('textbox', { name: 'Port' }).fill('5001')
  engine.changeProfile(id, { notes: 'other window' })

  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.element(page.getByRole('row', { name: 'Port 5001 5025' })).toBeVisible()
  await expect.element(page.getByRole('row', { name: 'Notes empty other window' })).toBeVisible()
  await page.getByRole('button', { name: 'Keep mine' }).click()

  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  expect(engine.profiles).toMatchObject([{ connection: { port: 5001 }, notes: '' }])
})

it('walks, folds, moves and deletes in the tree by keyboard, with undo', async () => {
  engine.addProfile({ name: 'PSU', folder: 'Lab', connection: { host: 'psu', port: 1 } })
  engine.addProfile({ name: 'Meter', folder: 'Lab', connection: { host: 'meter', port: 2 } })
  await show()
  row('Lab').element().focus()

  await userEvent.keyboard('{ArrowLeft}')
  await expect.element(row(/PSU/)).not.toBeInTheDocument()
  await userEvent.keyboard('{ArrowRight}{ArrowDown}')
  await expect.element(row(/PSU/)).toHaveFocus()
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
  await vi.waitUntil(() => names().join() === 'Lab/Meter:2,Lab/PSU:1')
  await expect.element(row(/PSU/)).toHaveFocus()
  await userEvent.keyboard('{Delete}')
  await expect.element(row(/Meter/)).toHaveFocus()
  page.getByRole('button', { name: 'Undo' }).element().focus()
  await userEvent.keyboard('{Enter}')

  await expect.element(row(/PSU/)).toBeVisible()
  await expect.element(row(/Meter/)).toHaveFocus()
  expect(names()).toEqual(['Lab/Meter:2', 'Lab/PSU:1'])
})

it('finds connections and commands in the palette', async () => {
  engine.addProfile({ name: 'PSU', folder: 'Lab', connection: { host: 'psu', port: 1 } })
  await show()

  await userEvent.keyboard('{Control>}k{/Control}')
  await expect.element(page.getByRole('combobox')).toHaveFocus()
  await userEvent.keyboard('theme dark{Enter}')
  expect(document.documentElement.dataset.theme).toBe('dark')
  await userEvent.keyboard('{Control>}k{/Control}')
  await expect.element(page.getByRole('combobox')).toHaveFocus()
  await userEvent.keyboard('lab{Enter}')

  await expect.element(page.getByRole('tab', { name: 'Open PSU' })).toBeVisible()
})

it('asks before a tab with a live connection closes, and closes others at once', async () => {
  engine.addProfile({ name: 'PSU', connection: { host: 'psu', port: 1 } })
  await show()
  await row(/PSU/).dblClick()
  await expect.element(page.getByRole('tab', { name: 'Open PSU' })).toBeVisible()

  await userEvent.keyboard('{Alt>}w{/Alt}')
  await page.getByRole('button', { name: 'Keep it open' }).click()
  expect(engine.sessions).toHaveLength(1)
  engine.changeSession(engine.sessions[0]!.sessionId, { state: 'closed' })
  await expect.element(page.getByRole('tab', { name: 'Closed PSU' })).toBeVisible()
  await userEvent.keyboard('{Alt>}w{/Alt}')

  await expect.element(page.getByRole('tab')).not.toBeInTheDocument()
  expect(engine.sessions).toEqual([])
  await expect.element(page.getByRole('navigation').getByRole('button', { name: 'New connection' })).toHaveFocus()
})

it('says that the engine is gone and keeps what is shown', async () => {
  engine.addProfile({ name: 'PSU', connection: { host: 'psu', port: 1 } })
  await show()

  engine.die()

  await expect.element(page.getByRole('alert')).toHaveTextContent('engine is gone')
  await expect.element(page.getByRole('button', { name: 'Reload' })).toBeVisible()
  await expect.element(row(/PSU/)).toBeVisible()
})

it('says why the data folder cannot be used', async () => {
  engine.host = {
    ...engine.host,
    dataFolderProblem: { code: 'data-folder-unwritable', kind: 'HostFailure', message: 'It is read-only.', data: {} },
  }
  await show()

  await expect.element(page.getByRole('alert')).toHaveTextContent('It is read-only.')
  await expect.element(page.getByRole('alert')).toHaveTextContent('data-folder-unwritable')
})

it('keeps the tab in front in sight when the window becomes smaller and larger again', async () => {
  await page.viewport(1400, 800)
  await show()
  for (let port = 5001; port <= 5014; port++) await workbench.connectWithoutSaving({ host: 'psu-3.lab', port })
  const list = page.getByRole('tablist', { name: 'Sessions and captures' }).element()
  const front = page.getByRole('tab', { name: /psu-3.lab:5014/ })
  const isInSight = (): boolean => {
    const [inner, outer] = [front.element().getBoundingClientRect(), list.getBoundingClientRect()]
    return inner.left >= outer.left - 1 && inner.right <= outer.right + 1
  }
  await expect.element(front).toHaveAttribute('aria-selected', 'true')
  for (const width of [1400, 700, 1400, 900]) {
    await page.viewport(width, 800)
    await vi.waitUntil(() => window.innerWidth === width && isInSight())
  }
})
