import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test, type Peers } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

/** The tab of all captures, as a person finds it. */
class CapturesPage {
  readonly page: Page
  readonly window: WorkbenchPage

  constructor(page: Page) {
    this.page = page
    this.window = new WorkbenchPage(page)
  }

  get view(): Locator {
    return this.page.getByRole('region', { name: 'All captures' })
  }

  get details(): Locator {
    return this.view.getByRole('complementary', { name: 'Details of the capture' })
  }

  row(name: string | RegExp): Locator {
    return this.view.getByRole('grid').getByRole('row', { name })
  }

  open(): Promise<void> {
    return this.page.getByRole('button', { name: 'All captures…' }).click()
  }

  /** Sends two bytes to an echo server and closes the session: a capture with four bytes, by this name. */
  async record(peers: Peers, name: string): Promise<void> {
    await this.window.connectTo(await peers.echo())
    await this.window.session.composeHex('61 62')
    await this.window.session.send()
    await expect(this.window.session.bar).toContainText(/Received\s*↓?\s*2 B/)
    await this.page.getByRole('tab', { selected: true }).press('Delete')
    await this.window.dialog.getByRole('button', { name: 'Disconnect and close' }).click()
    await expect(this.window.dialog).toBeHidden()
    await this.open()
    await this.row(/127\.0\.0\.1/)
      .first()
      .click()
    await this.page.keyboard.press('F2')
    await this.window.dialog.getByRole('textbox', { name: 'Name' }).fill(name)
    await this.window.dialog.getByRole('button', { name: 'Rename' }).click()
    await expect(this.row(name)).toBeVisible()
  }
}

test('captures are named, noted, tagged and found again, also after a restart', async ({ page, peers, workbench }) => {
  const captures = new CapturesPage(page)
  await captures.record(peers, 'First run')
  await captures.record(peers, 'Second run')
  await captures.row('First run').click()
  await captures.details.getByRole('textbox', { name: 'Notes' }).fill('The pump stalled at noon.')
  await captures.details.getByRole('textbox', { name: 'Tags' }).fill('pump, noon')
  await expect(captures.row('First run')).toContainText('pump, noon')
  await expectAccessible(page)

  const restarted = new CapturesPage(await workbench.restart())
  await restarted.window.runCommand('All captures')
  await expect(restarted.row('Second run')).toBeVisible()
  await restarted.view.getByRole('textbox', { name: /^Search names/ }).fill('stalled')
  await expect(restarted.row('Second run')).toBeHidden()
  await restarted.row('First run').click()
  await expect(restarted.details.getByRole('textbox', { name: 'Notes' })).toHaveValue('The pump stalled at noon.')
  await restarted.details.getByRole('button', { name: 'Rebuild index' }).click()
  await expect(restarted.page.getByText('Made the index of “First run” anew.')).toBeVisible()
  await restarted.details.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(restarted.window.tab('First run')).toHaveAttribute('aria-selected', 'true')
})

test('what was deleted comes back, and is gone only once the trash was emptied', async ({ page, peers, workbench }) => {
  const captures = new CapturesPage(page)
  await captures.record(peers, 'Alpha')
  await captures.record(peers, 'Beta')
  await captures.row('Alpha').click()
  await page.keyboard.press('Delete')
  await expect(captures.row('Alpha')).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await captures.row('Alpha').click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await expect(captures.row('Alpha')).toBeHidden()
  await expect(captures.row('Beta')).toBeHidden()
  await expect(page.getByText(/^1 capture still being written/)).toBeVisible()

  await captures.view.getByRole('radio', { name: 'Trash' }).click()
  await captures.view.getByRole('checkbox', { name: 'Select Beta' }).check()
  await expectAccessible(page)
  await captures.view.getByRole('button', { name: 'Restore' }).click()
  await expect(captures.view.getByRole('checkbox', { name: 'Select Beta' })).toBeHidden()
  await captures.view.getByRole('button', { name: 'Empty the trash' }).click()
  await expect(captures.window.dialog).toContainText('1 capture with')
  await captures.window.dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(captures.view).toContainText('The trash is empty')
  const left = await readdir(workbench.dataFolder, { recursive: true })
  // The one of the sample server that runs, and the one that was restored.
  expect(left.filter((name) => name.endsWith('.wirebench'))).toHaveLength(2)
})

test('limits show what they would remove, tell what they removed, and that can be undone', async ({ page, peers }) => {
  const captures = new CapturesPage(page)
  await captures.record(peers, 'Older')
  await captures.record(peers, 'Newer')
  await captures.window.runCommand('Settings')
  const limits = page.getByRole('region', { name: 'Limits of captures' })
  await limits.getByRole('textbox', { name: 'Number at most' }).fill('1')
  await expect(limits).toContainText(/“Older”, .*B: beyond the limit by number/)
  await expectAccessible(page)
  await limits.getByRole('button', { name: 'Apply limits' }).click()
  await expect(limits).toContainText('These limits hold.')
  await page.keyboard.press('Escape')
  await expect(page.getByText(/^Your limits moved “Older” \(.*\) to the trash/)).toBeVisible()
  await page.getByRole('button', { name: 'Show trash' }).click()
  await captures.view.getByRole('checkbox', { name: 'Select Older' }).check()
  await captures.view.getByRole('button', { name: 'Restore' }).click()
  await captures.view.getByRole('radio', { name: 'Captures' }).click()
  await expect(captures.row('Older')).toBeVisible()
  await expect(captures.row('Newer')).toBeVisible()
})

test('a capture file elsewhere is opened, marked and left as it is', async ({ page, peers, workbench }) => {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-elsewhere-'))
  try {
    const captures = new CapturesPage(page)
    await captures.record(peers, 'Here')
    const [name = ''] = (await readdir(workbench.dataFolder, { recursive: true })).filter((one) =>
      one.endsWith('.wirebench'),
    )
    const bytes = await readFile(join(workbench.dataFolder, name))
    const path = join(folder, 'elsewhere.wirebench')
    await writeFile(path, bytes)

    await captures.view.getByRole('button', { name: 'Open file…' }).click()
    const field = captures.window.dialog.getByRole('textbox', { name: /^Path on the machine/ })
    await field.fill(join(folder, 'nowhere.wirebench'))
    await captures.window.dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await field.fill(path)
    await captures.window.dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(captures.window.dialog).toBeHidden()
    await expect(page.getByText('Kept capture')).toBeVisible()
    const marked = page.getByRole('tree', { name: 'Captures' }).getByRole('treeitem', { name: /\bfile\b/ })
    await expect(marked).toHaveCount(1)

    await captures.open()
    await captures.row(/File$/).click()
    await expect(captures.details).toContainText(path)
    await expect(captures.details.getByRole('textbox')).toHaveCount(0)
    await captures.details.getByRole('button', { name: 'Take off the list' }).click()
    await expect(captures.row(/File$/)).toBeHidden()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(captures.row(/File$/)).toBeVisible()
    expect(await readdir(folder)).toEqual(['elsewhere.wirebench'])
    expect(Buffer.compare(await readFile(path), bytes)).toBe(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a check tells that a capture is whole, or what is lost of it in bytes and time', async ({
  page,
  peers,
  workbench,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-damaged-'))
  try {
    const captures = new CapturesPage(page)
    await captures.record(peers, 'Sound')
    await captures.row('Sound').click()
    await captures.details.getByRole('button', { name: 'Check', exact: true }).click()
    await expect(captures.details).toContainText(/Checked [\d.]+ k?B with \d+ records: all of it is whole\./)
    await expectAccessible(page)

    const names = (await readdir(workbench.dataFolder, { recursive: true })).filter((one) => one.endsWith('.wirebench'))
    const files = await Promise.all(names.map((name) => readFile(join(workbench.dataFolder, name))))
    // The head of a received record: its magic number and its kind.
    const head = Buffer.from([0x42, 0x57, 1, 0])
    const bytes = files.find((file) => file.includes(head))
    if (bytes === undefined) throw new Error('No capture holds what was received.')
    const timeAt = bytes.indexOf(head) + 8
    bytes.writeUInt8(bytes.readUInt8(timeAt) ^ 0xff, timeAt)
    const path = join(folder, 'damaged.wirebench')
    await writeFile(path, bytes)
    await captures.view.getByRole('button', { name: 'Open file…' }).click()
    await captures.window.dialog.getByRole('textbox', { name: /^Path on the machine/ }).fill(path)
    await captures.window.dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(captures.window.dialog).toBeHidden()
    await captures.open()
    await captures.row(/File$/).click()
    await captures.details.getByRole('button', { name: 'Check', exact: true }).click()
    const wrong = captures.details.getByRole('list', { name: 'What is wrong with the capture' })
    await expect(wrong).toContainText(/bytes \d+ to \d+ of the file \(\d+ bytes\), after \d+\.\d+ s/)
    await page.getByRole('button', { name: 'Show what is wrong' }).click()
    await expect(page.getByRole('dialog', { name: 'Jobs' })).toContainText('No record can be read')
    await expectAccessible(page)
  } finally {
    await rm(folder, { recursive: true })
  }
})
