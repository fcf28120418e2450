import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const bar = (page: Page): Locator => page.getByRole('region', { name: 'Wire log', exact: true })
const tail = (page: Page): Locator => page.getByRole('region', { name: 'Newest text of the wire log' })

async function openForm(window: WorkbenchPage): Promise<Locator> {
  await window.session.menu('Wire log')
  return window.page.getByRole('dialog', { name: 'Begin a wire log' })
}

async function pathsOf(page: Page): Promise<string[]> {
  return await bar(page).locator('[title$=".log"]').allTextContents()
}

test('one log in the format of hio, live in the window and on disk', async ({ page, peers, workbench }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  const form = await openForm(window)
  await expect(form.getByRole('group', { name: 'Preview of one record' })).toContainText(
    `Rx ('127.0.0.1', ${peer.port}):`,
  )
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Begin' }).click()
  await expect(bar(page).getByRole('status')).toHaveText('Wire log on')
  await window.session.composeText('<b>PING</b>', 'Ends with CRLF')
  await window.session.send()
  await expect(bar(page)).toContainText('2 records')
  await expect(tail(page)).toContainText(`Rx ('127.0.0.1', ${peer.port}):`)
  await expect(tail(page)).toContainText('<b>PING</b>CR')
  await expectAccessible(page)

  const [path] = await pathsOf(page)
  expect(path).toMatch(/main\.\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_\d{6}\.log$/)
  expect(path?.startsWith(workbench.dataFolder)).toBe(true)
  await bar(page)
    .getByRole('button', { name: `Copy the path ${path}` })
    .click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(path)
  await bar(page).getByRole('button', { name: 'End', exact: true }).click()
  await expect(bar(page)).toBeHidden()
  const who = `('127.0.0.1', ${peer.port})`
  const record = (dx: string): string => `\n${dx} ${who}:\n<b>PING</b>\r\n\n`
  expect(await readFile(path ?? '', 'latin1')).toBe(`${record('Tx')}${record('Rx')}`)
})

test('a log for each direction in a chosen folder, only bytes; a folder that cannot be is told at its field', async ({
  page,
  peers,
  workbench,
}) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  const form = await openForm(window)
  await form.getByRole('radio', { name: 'One for each direction' }).click()
  await form.getByRole('textbox', { name: 'Name' }).fill('bench')
  await form.getByRole('button', { name: 'Only the bytes' }).click()
  const folder = form.getByRole('textbox', { name: 'Folder' })
  await folder.fill('/dev/null/wires')
  await form.getByRole('button', { name: 'Begin' }).click()
  await expect(folder).toHaveAttribute('aria-invalid', 'true')
  const wires = join(workbench.dataFolder, 'wires')
  await folder.fill(wires)
  await form.getByRole('button', { name: 'Begin' }).click()
  await expect(bar(page)).toBeVisible()
  await window.session.composeText('ABC', 'No line ending')
  await window.session.send()
  await expect(bar(page)).toContainText('2 records')
  await expect(tail(page)).toHaveText('ABC')
  await bar(page).getByRole('button', { name: 'End', exact: true }).click()
  await expect(bar(page)).toBeHidden()
  const names = await readdir(wires)
  expect(names.sort().map((name) => name.replace(/\d/g, '0'))).toEqual([
    'bench.0000-00-00_00-00-00_000000.rx.log',
    'bench.0000-00-00_00-00-00_000000.tx.log',
  ])
  for (const name of names) expect(await readFile(join(wires, name), 'latin1')).toBe('ABC')
})

test('a log in memory is saved from the window, and asked about before it is forgotten', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  const form = await openForm(window)
  await form.getByRole('radio', { name: 'In memory' }).click()
  await form.getByRole('checkbox', { name: 'Sent (Tx)' }).uncheck()
  await form.getByRole('button', { name: 'Begin' }).click()
  await expect(bar(page)).toContainText('in memory')
  await window.session.composeHex('00 ff 0a')
  await window.session.send()
  await expect(bar(page)).toContainText('1 record')
  await expect(tail(page)).toContainText(/NUL\s*FF/)
  const downloading = page.waitForEvent('download')
  await bar(page).getByRole('button', { name: 'Save...' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('main.log')
  const saved = await readFile(await download.path(), 'latin1')
  expect(saved).toBe(`\nRx ('127.0.0.1', ${peer.port}):\n\u0000\u00ff\n\n`)
  await bar(page).getByRole('button', { name: 'End', exact: true }).click()
  await window.dialog.getByRole('button', { name: 'End and forget' }).click()
  await expect(bar(page)).toBeHidden()
})
