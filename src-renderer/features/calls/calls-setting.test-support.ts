/** A window with one session, and the ways to what it shows of calls. */
import { render } from 'vitest-browser-svelte'
import { page, userEvent, type Locator } from 'vitest/browser'
import { expect, vi } from 'vitest'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

/** Opens the window, connects a session, and turns to writing a call. */
export async function showCalls() {
  localStorage.clear()
  sessionStorage.clear()
  await page.viewport(1400, 900)
  const engine = new FakeEngine()
  const workbench = new Workbench(engine.open())
  const { container } = await render(WindowRoot, { workbench, keys: browserKeys })
  container.style.height = '880px'
  await vi.waitUntil(() => workbench.ready)
  await workbench.connectWithoutSaving({ host: '127.0.0.1', port: 7272 })
  await radio('Call').click()
  return { engine, calls: engine.commandCalls, workbench }
}

export const radio = (name: string) => page.getByRole('radio', { name, exact: true })
export const button = (name: string | RegExp) => page.getByRole('button', { name })
export const textbox = (name: string | RegExp) => page.getByRole('textbox', { name })
export const command = () => page.getByRole('combobox', { name: 'Command', exact: true })

/** Number, command, outcome and reply of the rows that are drawn. */
export const rows = () =>
  [...document.querySelectorAll('[role=grid][aria-label="Ledger of calls"] [data-row]')].map((row) =>
    [...row.querySelectorAll('[role=gridcell]')].slice(0, 4).map((cell) => cell.textContent.trim()),
  )

export const cells = (row: Locator): string[] =>
  [...row.element().children].map((cell) => cell.textContent.trim().replace(/([a-z])(changed)$/, '$1 $2'))

export const ledgerRow = (name: string) =>
  page.getByRole('grid', { name: 'Ledger of calls' }).getByRole('row', { name })

export async function useTcpy(): Promise<void> {
  await button('tcpy: MessagePack after a length').click()
  await expect.element(command()).toBeVisible()
}

export async function addParameter(name: string, type: string, value: string): Promise<void> {
  await button('Add a parameter').click()
  await expect.element(textbox(/^Name of parameter/).last()).toHaveFocus()
  await userEvent.keyboard(name)
  await page.getByRole('combobox', { name: `Type of ${name}` }).selectOptions(type)
  await textbox(`Value of ${name}`).fill(value)
}
