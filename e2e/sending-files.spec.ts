import { rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const content = (byteCount: number): Uint8Array =>
  Uint8Array.from({ length: byteCount }, (_, index) => (index * 7) & 255)

/** The form, with a path in it. */
async function openForm(window: WorkbenchPage, path: string): Promise<Locator> {
  await window.session.menu('Send a file')
  const form = window.page.getByRole('dialog', { name: 'Send a file' })
  await form.getByRole('textbox', { name: 'Path of the file' }).fill(path)
  return form
}

const strip = (page: Page): Locator => page.getByRole('group', { name: 'File being sent' })
const start = (form: Locator): Promise<void> => form.getByRole('button', { name: 'Start sending' }).click()
const rate = (form: Locator): Locator => form.getByRole('textbox', { name: 'Rate', exact: true })

test('50,000 bytes go out in 500 chunks of 100, and the connection then ends', async ({ page, peers, workbench }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  const path = join(workbench.dataFolder, 'boot.bin')
  await writeFile(path, content(50_000))
  await window.connectTo(peer)
  const form = await openForm(window, path)
  await expect(form.getByRole('status', { name: 'What it means' })).toHaveText(
    '500 chunks of 100 B, one every 1 ms, 500 ms in all',
  )
  await expectAccessible(page)
  await form.getByRole('checkbox', { name: 'Disconnect when everything was sent' }).check()
  await page.keyboard.press('Enter')
  await expect(strip(page)).toContainText(/Sent.*50,000 bytes.*500 chunks/)
  await window.session.expectState('Closed')
  await expect.poll(() => Buffer.from(peer.received).equals(content(50_000))).toBe(true)
  await expectAccessible(page)
})

test('lines go out five at a time, the last chunk is short', async ({ page, peers, workbench }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  const path = join(workbench.dataFolder, 'commands.txt')
  const lines = Array.from({ length: 23 }, (_, index) => `command ${index}\n`).join('')
  await writeFile(path, lines)
  await window.connectTo(peer)
  const form = await openForm(window, path)
  await form.getByRole('radio', { name: 'Lines' }).click()
  await rate(form).fill('100')
  await form.getByRole('radio', { name: 'By size' }).click()
  await form.getByRole('textbox', { name: 'Chunk size' }).fill('5')
  await start(form)
  await expect(strip(page)).toContainText(/Sent.*23 lines.*5 chunks/)
  await expect.poll(() => peer.receivedText).toBe(lines)
})

test('sending is halted, goes on, survives a reload of the window, and is stopped', async ({
  page,
  peers,
  workbench,
}) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  const path = join(workbench.dataFolder, 'long.bin')
  await writeFile(path, content(10_000_000))
  await window.connectTo(peer)
  const form = await openForm(window, path)
  await rate(form).fill('200000')
  await start(form)
  await expect(strip(page)).toContainText(/Sending.*of 10 MB.*kB\/s.*left/)
  await strip(page).getByRole('button', { name: 'Pause' }).click()
  await expect(strip(page).getByRole('status')).toHaveText('Paused')
  const halted = await strip(page).textContent()
  await page.reload()
  await expect(strip(page).getByRole('status')).toHaveText('Paused')
  expect(await strip(page).textContent()).toBe(halted)
  await expectAccessible(page)
  await strip(page).getByRole('button', { name: 'Resume' }).click()
  await expect(strip(page)).toContainText(/Sending.*kB\/s.*left/)
  await strip(page).getByRole('button', { name: 'Stop' }).click()
  await expect(strip(page)).toContainText(/Stopped.*[\d,]+ of 10,000,000 bytes/)
  const told = /([\d,]+) of 10,000,000 bytes/.exec((await strip(page).textContent()) ?? '')?.[1]
  await expect.poll(() => peer.received.length.toLocaleString('en-US')).toBe(told)
  expect(Buffer.from(peer.received).equals(content(peer.received.length))).toBe(true)
  await expect(window.session.bar.getByRole('status')).toHaveText('Open')
})

test('a file that is not there is told at its path; one that shrinks fails with what went out', async ({
  page,
  peers,
  workbench,
}) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  const path = join(workbench.dataFolder, 'log.bin')
  await window.connectTo(peer)
  const form = await openForm(window, path)
  const field = form.getByRole('textbox', { name: 'Path of the file' })
  await expect(form.getByText('does not exist')).toBeVisible()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await start(form)
  await expect(field).toBeFocused()
  await expect(form.getByText('does not exist')).toBeVisible()
  await writeFile(path, content(1_000_000))
  await form.getByRole('radio', { name: 'By size' }).click()
  await form.getByRole('textbox', { name: 'Chunk size' }).fill('0')
  await start(form)
  await expect(form.getByText('A chunk has a whole number of at least 1.')).toBeVisible()
  await form.getByRole('textbox', { name: 'Chunk size' }).fill('1000')
  await rate(form).fill('100000')
  await start(form)
  await expect(strip(page)).toContainText(/Sending.*chunks/)
  await truncate(path, 10)
  await expect(strip(page).getByRole('alert')).toContainText('file-changed')
  await expect(strip(page)).toContainText(/Failed.*of 1,000,000 bytes/)
  await rm(path)
  await strip(page).getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText('does not exist').last()).toBeVisible()
})

test('a chosen file is handed over and goes out as fast as the peer takes it', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  await window.runCommand('Send a file')
  const form = page.getByRole('dialog', { name: 'Send a file' })
  const choosing = page.waitForEvent('filechooser')
  await form.getByRole('button', { name: 'Choose file…' }).click()
  await (await choosing).setFiles({ name: 'a.bin', mimeType: '', buffer: Buffer.from(content(300_000)) })
  await expect(form.getByText('300 kB (300,000 bytes)')).toBeVisible()
  await form.getByRole('radio', { name: 'As fast as possible' }).click()
  await start(form)
  await expect(strip(page)).toContainText(/Sent.*300,000 bytes/)
  await expect.poll(() => Buffer.from(peer.received).equals(content(300_000))).toBe(true)
})
