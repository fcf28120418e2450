import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import type { SessionPage } from './pages/session-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const declarations = `enum Mode { IDLE, RUN = 5, STOP };
struct Sample { uint16_t t; float value; };
struct Telemetry {
  uint8_t id;
  uint32_t ready : 1, fault : 3, level : 12;
  enum Mode mode;
  struct Sample first;
  int16_t trend[3];
};`

async function pasteC(window: WorkbenchPage, text: string): Promise<void> {
  await window.runCommand('Paste C declarations')
  await window.dialog.getByRole('textbox', { name: 'C declarations' }).fill(text)
}

async function compose(session: SessionPage, structure: string): Promise<void> {
  const radio = session.composer.getByRole('radio', { name: 'Structure', exact: true })
  const list = session.composer.getByRole('combobox', { name: 'Other ways to write it' })
  await expect(radio.or(list).first()).toBeVisible()
  if (await radio.isVisible()) await radio.click()
  else await list.selectOption('Structure')
  await session.composer.getByRole('combobox', { name: 'Structure', exact: true }).selectOption(structure)
}

/** Chosen for both directions. */
async function decodeAs(window: WorkbenchPage, structure: string, framing: string, size?: number): Promise<void> {
  await window.page.getByRole('button', { name: /^Framing:/ }).click()
  await window.dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: framing })
  if (size !== undefined) await window.dialog.getByLabel('Size of a message').fill(String(size))
  await window.dialog.getByRole('combobox', { name: 'Read as' }).selectOption({ label: 'Structure' })
  await window.dialog.getByRole('combobox', { name: 'Structure', exact: true }).selectOption({ label: structure })
  await window.dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(window.dialog).toBeHidden()
}

/** Names, offsets and sizes of the rows that have a name, from the table of fields. */
async function placesOf(dialog: Locator): Promise<readonly string[]> {
  const rows = dialog.getByRole('table', { name: 'Fields of the structure' }).locator('tbody tr[data-field]')
  return await rows.evaluateAll((lines) =>
    lines.map((line) => {
      const name = line.querySelector('input')?.value ?? ''
      const numbers = [...line.querySelectorAll('td')].slice(-3, -1).map((cell) => cell.textContent.trim())
      return [name, ...numbers].join(' ')
    }),
  )
}

const structureRow = (window: WorkbenchPage, name: string) =>
  window.page.getByRole('tree', { name: 'Structures' }).getByRole('treeitem', { name })

test('a pasted C structure is kept as a file, filled in as a form, sent to the byte and read back', async ({
  page,
  workbench,
  peers,
}) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await pasteC(window, declarations.replace('uint8_t id;', 'uint8_t id'))
  await expect(window.dialog.getByText('Line 5, column 3')).toBeVisible()
  await window.dialog.getByRole('textbox', { name: 'C declarations' }).fill(declarations)
  await expectAccessible(page)
  await window.dialog.getByRole('button', { name: 'Import 2 structures' }).click()
  await structureRow(window, 'Telemetry').dblclick()
  await expect
    .poll(() => placesOf(window.dialog))
    .toEqual([
      'id 0 1',
      'ready 1bit 0 1',
      'fault 1bits 1 to 3 1',
      'level 1bits 4 to 15 2',
      'mode 4 4',
      'first 8 8',
      'trend 16 6',
    ])
  await expect(window.dialog.getByRole('status', { name: 'Size and alignment' })).toHaveText(
    '24 bytes, aligned to 4 bytes',
  )
  await expectAccessible(page)
  await window.dialog.getByRole('textbox', { name: 'Name in the list' }).fill('Telemetry of the bench')
  await window.dialog.getByRole('button', { name: 'Save' }).click()

  await window.connectTo(peer)
  const { session } = window
  await compose(session, 'Telemetry of the bench')
  const value = (name: string) => session.composer.getByLabel(name, { exact: true })
  await value('id').fill('7')
  await value('level').fill('0xabc')
  await value('mode').selectOption('RUN')
  await value('t').fill('258')
  await value('value').fill('1.5')
  await value('trend').fill('-1, 2, 3')
  await session.send()
  const sent = '07c0ab0005000000020100000000c03fffff0200030000' + '00'
  await expect.poll(() => peer.receivedHex.replaceAll(' ', '')).toBe(sent)

  await decodeAs(window, 'Telemetry of the bench', 'Fixed size', 24)
  const received = session.row(/^Received, 24 bytes.*mode=RUN/)
  await expect(session.row(/^Sent, 24 bytes.*mode=RUN/)).toBeVisible()
  await received.click()
  const decoded = page.getByRole('treegrid', { name: 'Decoded message' })
  await decoded.getByRole('row', { name: /^mode/ }).click()
  const marked = () =>
    page.evaluate(() =>
      [...(CSS.highlights.get('selected-bytes') ?? [])].map((range) =>
        range instanceof Range ? range.toString().trim() : '',
      ),
    )
  await expect.poll(marked).toContain('05 00 00 00')

  const restarted = new WorkbenchPage(await workbench.restart())
  await expect(structureRow(restarted, 'Telemetry of the bench')).toBeVisible()
  const folder = join(workbench.dataFolder, 'structures')
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  expect(files.some((text) => text.includes('"Telemetry of the bench"') && text.includes('\n'))).toBe(true)
})

test('the number in a header chooses which structure follows, of two kinds of messages', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await pasteC(
    window,
    'struct Move { int16_t x, y; };\nstruct Stop { uint8_t reason; };\nstruct Head { uint8_t kind; };',
  )
  await window.dialog.getByRole('button', { name: 'Import 3 structures' }).click()
  await structureRow(window, 'Head').dblclick()
  await window.dialog.getByRole('radio', { name: 'What follows' }).click()
  await window.dialog.getByRole('checkbox', { name: 'Another structure follows' }).check()
  await window.dialog
    .getByRole('combobox', { name: 'Value 1' })
    .or(window.dialog.getByRole('textbox', { name: 'Value 1' }))
    .fill('1')
  await window.dialog.getByRole('combobox', { name: 'Structure that follows 1' }).selectOption('Move')
  await window.dialog.getByRole('button', { name: 'Add case' }).click()
  await window.dialog.getByRole('combobox', { name: 'Structure that follows 2' }).selectOption('Stop')
  await window.dialog.getByRole('button', { name: 'Save' }).click()
  await expect(window.dialog).toBeHidden()

  await window.connectTo(peer)
  const { session } = window
  await decodeAs(window, 'Head', 'Length in a header')
  peer.send(new Uint8Array([0, 0, 0, 5, 1, 5, 0, 0xff, 0xff]))
  await expect(session.row(/^Received, 5 bytes.*kind=1.*Move.*x=5.*y=-1/)).toBeVisible()
  peer.send(new Uint8Array([0, 0, 0, 2, 2, 9]))
  await expect(session.row(/^Received, 2 bytes.*kind=2.*Stop.*reason=9/)).toBeVisible()
})
