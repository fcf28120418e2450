import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import { missingProgramReason } from './peers/foreign-program.ts'

const payload = '00 01 0a 0d 80 ff fe c3 28 00 61 62'
const payloadBytes = Buffer.from(payload.replaceAll(' ', ''), 'hex')

/** A session with an echo server that has sent its bytes and got them back. */
async function echoed(page: Page, peers: { echo(): Promise<{ host: string; port: number }> }): Promise<WorkbenchPage> {
  const window = new WorkbenchPage(page)
  await window.connectTo(await peers.echo())
  await window.session.composeHex(payload)
  await window.session.send()
  await expect(window.session.bar).toContainText(/Received\s*↓?\s*12 B/)
  return window
}

async function openExport(window: WorkbenchPage): Promise<Locator> {
  await window.session.menu('Export…')
  const dialog = window.page.getByRole('dialog', { name: /^Export “/ })
  await expect(dialog).toBeVisible()
  return dialog
}

/** Begins the export and gives the bytes that the browser took, and the name it keeps them by. */
async function take(
  page: Page,
  dialog: Locator,
): Promise<{ readonly bytes: Buffer; readonly name: string; readonly path: string }> {
  const downloading = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  const download = await downloading
  const path = await download.path()
  return { bytes: await readFile(path), name: download.suggestedFilename(), path }
}

test('a capture leaves as raw bytes, and they are the ones that were on the wire', async ({ page, peers }) => {
  const window = await echoed(page, peers)
  const dialog = await openExport(window)
  await expectAccessible(page)
  await dialog.getByRole('combobox', { name: 'As' }).selectOption({ label: 'Raw bytes' })
  await dialog.getByRole('radio', { name: 'Received' }).click()
  const { bytes, name } = await take(page, dialog)
  expect([Buffer.compare(bytes, payloadBytes), name]).toEqual([0, expect.stringMatching(/\.bin$/)])

  await page.getByRole('button', { name: '1 job has ended' }).click()
  const jobs = page.getByRole('dialog', { name: 'Jobs' })
  await expect(jobs).toContainText('Done, 12 B')
  await expectAccessible(page)
  const again = page.waitForEvent('download')
  await jobs.getByRole('link', { name: 'Download' }).click()
  expect(Buffer.compare(await readFile(await (await again).path()), payloadBytes)).toBe(0)
  await jobs.getByRole('button', { name: /^Dismiss Export/ }).click()
  await expect(page.getByRole('button', { name: '1 job has ended' })).toBeHidden()
})

test('as packets, tshark finds the same bytes', async ({ page, peers }) => {
  const reason = missingProgramReason('tshark')
  test.skip(reason !== null, reason ?? '')
  const window = await echoed(page, peers)
  const { path, name } = await take(page, await openExport(window))
  expect(name).toMatch(/\.pcapng$/)
  const followed = execFileSync('tshark', ['-r', path, '-q', '-z', 'follow,tcp,raw,0'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const hex = payloadBytes.toString('hex')
  expect(followed.split('\n')).toEqual(expect.arrayContaining([hex, `\t${hex}`]))
})

test('to a path of the engine, told at its field when it cannot be', async ({ page, peers, workbench }) => {
  const window = await echoed(page, peers)
  const dialog = await openExport(window)
  await dialog.getByRole('combobox', { name: 'As' }).selectOption({ label: 'JSON Lines' })
  await dialog.getByRole('radio', { name: /path on the engine/ }).click()
  const path = dialog.getByRole('textbox', { name: 'Path' })
  await path.fill(join(workbench.dataFolder, 'nowhere', 'out.jsonl'))
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog).toContainText('Its folder does not exist.')
  await expect(path).toHaveAttribute('aria-invalid', 'true')

  await path.fill(join(workbench.dataFolder, 'out.jsonl'))
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/^Exported to .*out\.jsonl\.$/)).toBeVisible()
  const text = await readFile(join(workbench.dataFolder, 'out.jsonl'), 'utf8')
  expect(text).toContain(`"hex":"${payloadBytes.toString('hex')}"`)
  expect((await readdir(workbench.dataFolder)).filter((name) => name.endsWith('.part'))).toEqual([])
})
