import type { Page } from '@playwright/test'
import { exampleCommands } from '../src-main/contract/example-commands.ts'
import { picture } from './fixtures/picture.ts'
import { startServer } from './fixtures/local-server.ts'
import { expect, test } from './fixtures/workbench.ts'
import { CallsPage } from './pages/calls-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

/** A picture to be looked at, in light and in dark, among the results of the test. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: test.info().outputPath(`${name}-${colorScheme}.png`) })
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

test('pictures of calls', async ({ page, workbench }) => {
  test.setTimeout(240_000)
  const { url } = workbench
  const server = await startServer(url, { kind: 'command', name: 'Commands', port: 0, table: exampleCommands })
  const window = new WorkbenchPage(page)
  const calls = new CallsPage(page)
  await window.newConnection({ host: '127.0.0.1', port: server.address?.port ?? 0 }, 'Connect without saving')
  await page.getByRole('radio', { name: 'Call', exact: true }).click()
  await calls.showLedger()
  await look(page, 'calls-empty')
  await calls.choose('tcpy: MessagePack after a length')
  await calls.command.fill('boom')
  await calls.call()
  await expect(calls.row('boom')).toContainText('boom happened')
  await calls.command.fill('echo')
  await calls.addParameter('mask', 'integer', '18410715311050326015')
  await calls.addParameter('at', 'datetime', '2014-05-06T07:08:09.000010')
  await calls.call()
  await expect(calls.row('echo')).toContainText('OK')
  await calls.command.fill('add')
  await calls.addParameter('x', 'integer', '1')
  await calls.addParameter('y', 'integer', '2')
  await calls.panel.getByRole('button', { name: 'Repeat…' }).click()
  await window.dialog.getByRole('textbox', { name: 'How often' }).fill('60')
  await window.dialog.getByRole('textbox', { name: 'At once' }).fill('4')
  await window.dialog.getByRole('button', { name: 'Start' }).click()
  await expect(calls.panel.getByText('All 60 were called')).toBeVisible({ timeout: 60_000 })
  await calls.panel.getByRole('button', { name: 'Dismiss' }).click()
  await calls.command.fill('slow')
  await calls.call()
  await calls.row('add').nth(2).click()
  await picture(page, 'calls')
  await calls
    .row('boom')
    .first()
    .scrollIntoViewIfNeeded()
    .catch(() => undefined)
  await page.getByRole('textbox', { name: 'Filter by command' }).fill('boom')
  await calls.row('boom').click()
  await calls.command.fill('add')
  await calls.panel.getByRole('textbox', { name: 'Value of x' }).fill('one')
  await expect(calls.panel.getByText('call-parameter-malformed')).toBeVisible()
  await look(page, 'calls-error')
  await calls.panel.getByRole('textbox', { name: 'Value of x' }).fill('1')
  await page.getByRole('radio', { name: 'Statistics' }).click()
  await page.getByRole('button', { name: 'add', exact: true }).click()
  await picture(page, 'calls-statistics')
  await page.getByRole('radio', { name: 'Catalogue' }).click()
  await page.getByRole('option', { name: /add/ }).click()
  await look(page, 'calls-catalogue')
  await page.getByRole('radio', { name: 'Ledger' }).click()
  await page.getByRole('textbox', { name: 'Filter by command' }).fill('')
  await page.setViewportSize({ width: 760, height: 900 })
  await look(page, 'calls-narrow')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: /^How this session calls/ }).click()
  await look(page, 'calls-settings')
})
