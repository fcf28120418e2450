import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(async () => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
  engine.addProfile({ name: 'PSU', connection: { host: 'psu', port: 1 } })
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  const session = await workbench.showProfile(workbench.profiles.library.profiles[0]?.id ?? '', { connect: true })
  workbench.dialogs.open({ kind: 'export-capture', captureId: session?.captureId ?? '' })
  await expect.element(dialog()).toBeVisible()
})

afterEach(() => {
  cleanup()
})

const dialog = () => page.getByRole('dialog', { name: 'Export “PSU”' })
const start = () => dialog().getByRole('button', { name: 'Export', exact: true })
const format = () => dialog().getByRole('combobox', { name: 'As' })

it('shows what belongs to the chosen kind of file, and warns of keys', async () => {
  await expect.element(format()).toHaveFocus()
  const secrets = dialog().getByRole('checkbox', { name: 'Put the TLS keys into the file' })
  await expect.element(dialog()).toHaveTextContent('Bytes of TLS connections stand in the file in plain.')
  await secrets.click()
  await expect.element(dialog()).toHaveTextContent('Whoever has the file can then decrypt')

  await userEvent.selectOptions(format(), 'csv')
  await expect.element(secrets).not.toBeInTheDocument()
  await expect.element(dialog()).toHaveTextContent('A row for each chunk or message')
  await userEvent.selectOptions(dialog().getByRole('combobox', { name: 'A row is' }), 'own')
  await dialog().getByRole('textbox', { name: 'Framing' }).fill('nonsense')
  await start().click()
  await expect.element(dialog().getByRole('textbox', { name: 'Framing' })).toHaveAttribute('aria-invalid', 'true')

  await userEvent.selectOptions(format(), 'wirebench')
  await expect.element(dialog().getByRole('textbox', { name: 'Connections' })).not.toBeInTheDocument()
})

it('begins the export that was asked for, by keyboard alone', async () => {
  await userEvent.selectOptions(format(), 'raw')
  await dialog().getByRole('radio', { name: 'Sent', exact: true }).click()
  await dialog().getByRole('textbox', { name: 'Until (s)' }).fill('2.5')
  await userEvent.keyboard('{Enter}')

  await expect.element(dialog()).not.toBeInTheDocument()
  expect(engine.jobs.exports).toMatchObject([
    {
      options: { format: 'raw', scope: { direction: 'sent', connections: null, fromNs: null, toNs: 2.5e9 } },
      target: { kind: 'download' },
    },
  ])
  await expect.element(page.getByRole('button', { name: 'Exporting 0 %' })).toBeVisible()
})

it('tells at the path what the engine has against it', async () => {
  engine.answers = {
    'capture.export': () => {
      throw new WirebenchError('file-exists', { file: '/tmp/out' })
    },
  }
  await dialog()
    .getByRole('radio', { name: /path on the engine/ })
    .click()
  const path = dialog().getByRole('textbox', { name: 'Path' })
  await start().click()
  await expect.element(path).toHaveFocus()
  await path.fill('/tmp/out')
  await start().click()
  await expect.element(path).toHaveAttribute('aria-invalid', 'true')
  await expect.element(dialog()).toHaveTextContent('/tmp/out exists already.')
})

it('is offered where captures are, and in the palette', async () => {
  await userEvent.keyboard('{Escape}')
  await userEvent.keyboard('{Control>}k{/Control}')
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill('export capture')
  await userEvent.keyboard('{Enter}')
  await expect.element(dialog()).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  await expect.element(dialog()).toBeVisible()
})
