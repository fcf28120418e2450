import type { Locator } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Messages, each behind its length in 4 bytes, big endian. */
function lengthPrefixed(...messages: readonly (string | Uint8Array)[]): Uint8Array {
  const frames = messages.flatMap((message) => {
    const content = typeof message === 'string' ? utf8(message) : message
    const head = new Uint8Array(4)
    new DataView(head.buffer).setUint32(0, content.length)
    return [head, content]
  })
  return new Uint8Array(Buffer.concat(frames))
}

async function apply(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog).toBeHidden()
}

test('a framing re-forms what was recorded raw, is kept in the profile and is there after a restart', async ({
  page,
  workbench,
  peers,
}) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.newConnection({ host: peer.host, port: peer.port, name: 'Framed peer' })
  await bench.session.expectState('Open')
  peer.send(lengthPrefixed('first message', 'second message'))
  await expect(bench.session.row(/^Received, 35 bytes/)).toBeVisible()

  const dialog = await bench.session.openFraming()
  await dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: 'Length in a header' })
  await expect(dialog.getByRole('region', { name: 'Preview of the first messages' })).toContainText('second message')
  await dialog.getByRole('checkbox', { name: 'Keep it in the profile Framed peer' }).check()
  await apply(dialog)

  await expect(bench.session.row(/^Received, 13 bytes.*first message/)).toBeVisible()
  await expect(bench.session.row(/^Received, 14 bytes.*second message/)).toBeVisible()
  peer.send(lengthPrefixed('after it was set'))
  await expect(bench.session.row(/^Received, 16 bytes.*after it was set/)).toBeVisible()

  const restarted = new WorkbenchPage(await workbench.restart())
  await restarted.connection('Framed peer').dblclick()
  await restarted.session.expectState('Open')
  await expect(restarted.page.getByRole('button', { name: 'Framing: u32be length' })).toBeVisible()
  peer.send(lengthPrefixed('in a new session'))
  await expect(restarted.session.row(/^Received, 16 bytes.*in a new session/)).toBeVisible()
  await restarted.page.getByRole('button', { name: 'Back to raw chunks' }).click()
  await expect(restarted.session.row(/^Received, 20 bytes/)).toBeVisible()
  await restarted.page.getByRole('button', { name: 'Undo' }).click()
  await expect(restarted.session.row(/^Received, 16 bytes.*in a new session/)).toBeVisible()
})

test('likely framings are found in the data, with their reasons', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.connectTo(peer)
  peer.send('{"id":"tel_a"}\r\n{"id":"tel_b"}\r\n{"id":"tel_c"}\r\n')
  await expect(bench.session.row(/^Received/)).toBeVisible()

  const dialog = await bench.session.openFraming()
  const guess = dialog.getByRole('button', { name: 'Use M2' })
  await expect(guess).toContainText('JSON objects with an "id"')
  await guess.click()
  await expectAccessible(page)
  await apply(dialog)

  await expect(page.getByRole('button', { name: 'Framing: M2' })).toBeVisible()
  await expect(bench.session.row(/^Received, 14 bytes/)).toHaveCount(3)
})

test('each direction has its own framing', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.connectTo(peer)
  await bench.session.composeText('one\\ntwo', 'Ends with LF')
  await bench.session.send()
  await expect.poll(() => peer.receivedText).toBe('one\ntwo\n')
  peer.send(new Uint8Array([1, 2, 3, 4, 5, 6]))
  await expect(bench.session.row(/^Received, 6 bytes/)).toBeVisible()

  const dialog = await bench.session.openFraming()
  await dialog.getByRole('checkbox', { name: 'Different for each direction' }).check()
  await dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: 'Fixed size' })
  await dialog.getByRole('textbox', { name: 'Size of a message' }).fill('3')
  await dialog.getByRole('radio', { name: 'Sent' }).click()
  await dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: 'Lines, LF' })
  await apply(dialog)

  await expect(page.getByRole('button', { name: 'Framing: ↑ LF lines, ↓ 3 bytes each' })).toBeVisible()
  await expect(bench.session.row(/^Sent, 3 bytes.*(one|two)/)).toHaveCount(2)
  await expect(bench.session.row(/^Received, 3 bytes/)).toHaveCount(2)
})

test('bytes without a usable length are a marked region, and reading goes on behind them', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.connectTo(peer)
  peer.send(lengthPrefixed('before'))
  peer.send(new Uint8Array(8).fill(0xff))
  peer.send(lengthPrefixed('behind', 'and further'))
  await expect(bench.session.row(/^Received/).first()).toBeVisible()
  await bench.session.chooseFraming('Length in a header')

  await expect(bench.session.row(/^Received, 6 bytes.*before/)).toBeVisible()
  await expect(bench.session.row(/^Received, 8 bytes.*The length field says 4294967295.*FF FF/)).toBeVisible()
  await expect(bench.session.row(/^Received, 6 bytes.*behind/)).toBeVisible()
  await expect(bench.session.row(/^Received, 11 bytes.*and further/)).toBeVisible()
})

test('big integers of JSON are exact in the tree, and paths are copied', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.connectTo(peer)
  peer.send('{"id":"tel_pos","axis":{"encoder":90071992547409931,"az":1.50}}\n{"id":"other"}\n')
  await expect(bench.session.row(/^Received/)).toBeVisible()
  await bench.session.chooseFraming('Lines, LF')
  await bench.session.receivedRow('tel_pos').click()

  const tree = page.getByRole('tree', { name: 'Decoded message' })
  await tree.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('*')
  await page.getByRole('searchbox', { name: 'Search in the message' }).fill('encoder')
  await expect(tree.getByRole('treeitem', { name: /encoder 90071992547409931/ })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await expect(tree.getByRole('treeitem', { name: /az 1\.50/ })).toBeVisible()
  await expectAccessible(page)
  await tree.focus()
  await page.keyboard.press('Control+Shift+C')
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('$.axis.encoder')
  await page.keyboard.press('Control+C')
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('90071992547409931')
})

test('the newest message of every id, live', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.connectTo(peer)
  await bench.session.chooseFraming('M2')
  peer.send('{"id":"tel_pos","az":1}\r\n{"id":"evt_started"}\r\n{"id":"tel_pos","az":2}\r\n')
  await page.getByRole('radio', { name: 'Latest' }).click()

  const latest = page.getByRole('grid', { name: 'Latest messages' })
  await expect(latest.getByRole('row', { name: /tel_pos Received 2/ })).toBeVisible()
  await expect(latest.getByRole('row', { name: /evt_started Received 1/ })).toBeVisible()
  peer.send('{"id":"tel_pos","az":3}\r\n')
  await expect(latest.getByRole('row', { name: /tel_pos Received 3/ })).toBeVisible()
  await latest.getByRole('row', { name: /tel_pos/ }).click()
  const tree = page.getByRole('tree', { name: 'Decoded message' })
  await expect(tree.getByRole('treeitem', { name: /az 3/ })).toBeVisible()
  peer.send('{"id":"tel_pos","az":4}\r\n')
  await expect(tree.getByRole('treeitem', { name: /az 4/ })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Filter by message id' }).fill('evt')
  await expect(latest.getByRole('row', { name: /tel_pos/ })).toBeHidden()
  await expect(latest.getByRole('row', { name: /evt_started/ })).toBeVisible()
})

test('telemetry of 19 ids, ten times a second, is counted to the last message while the window stays at hand', async ({
  page,
  peers,
}) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.telemetry()
  await bench.connectTo(peer)
  await bench.session.chooseFraming('M2')
  await page.getByRole('radio', { name: 'Latest' }).click()
  const latest = page.getByRole('grid', { name: 'Latest messages' })
  const row = (id: string): Locator => latest.getByRole('row', { name: id })
  const numberIn = async (id: string, column: number): Promise<number> =>
    Number((await row(id).getByRole('gridcell').nth(column).textContent())?.replaceAll(',', ''))

  await expect.poll(() => numberIn('tel_07', 3), { timeout: 30_000 }).toBeGreaterThan(7)
  expect(await numberIn('tel_07', 3)).toBeLessThan(14)
  await expect(page.getByText(/Messages a second: – sent, 1\d\d received/)).toBeAttached({ timeout: 30_000 })

  await row('tel_00').click()
  const tree = page.getByRole('tree', { name: 'Decoded message' })
  await expect(tree.getByRole('treeitem', { name: /^cycle \d/ })).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter by message id' }).fill('_1')
  await expect(latest.getByRole('row')).toHaveCount(10)
  await page.getByRole('textbox', { name: 'Filter by message id' }).fill('')
  await page.getByRole('radio', { name: 'Timeline' }).click()
  await expect(bench.session.row(/^Received, .*telemetry \d\d/).first()).toBeVisible()
  await page.getByRole('radio', { name: 'Latest' }).click()

  const cycles = peer.finish()
  for (const id of peer.messageIds) {
    await page.getByRole('textbox', { name: 'Filter by message id' }).fill(id)
    await expect.poll(() => numberIn(id, 2)).toBe(cycles)
  }
  await row('tel_18').click()
  await expect(tree.getByRole('treeitem', { name: `cycle ${cycles - 1}`, exact: true })).toBeVisible()
  await expect.poll(() => numberIn('tel_18', 3), { timeout: 30_000 }).toBe(0)
})

test('the framing of a kept capture is changed where it is looked at, and is there after a restart', async ({
  page,
  workbench,
  peers,
}) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.connectTo(peer)
  peer.send(lengthPrefixed('first message', 'second message'))
  await expect(bench.session.row(/^Received, 35 bytes/)).toBeVisible()
  await bench.session.button('Disconnect')

  const openCapture = async (window: WorkbenchPage): Promise<void> => {
    const captures = window.page.getByRole('tree', { name: 'Captures' })
    // The traffic of the local server is a capture, too.
    await captures.getByRole('treeitem', { name: /127\.0\.0\.1/ }).dblclick()
    await expect(window.page.getByRole('button', { name: /^Framing:/ })).toBeVisible()
  }
  const restarted = new WorkbenchPage(await workbench.restart())
  await openCapture(restarted)
  await expect(restarted.session.row(/^Received, 35 bytes/)).toBeVisible()
  const dialog = await restarted.session.openFraming()
  await dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: 'Length in a header' })
  await expect(dialog.getByRole('checkbox', { name: /Keep it in the profile/ })).toBeHidden()
  await apply(dialog)
  await expect(restarted.session.row(/^Received, 13 bytes.*first message/)).toBeVisible()
  await expect(restarted.session.row(/^Received, 14 bytes.*second message/)).toBeVisible()

  const again = new WorkbenchPage(await workbench.restart())
  await openCapture(again)
  await expect(again.page.getByRole('button', { name: 'Framing: u32be length' })).toBeVisible()
  await expect(again.session.row(/^Received, 14 bytes.*second message/)).toBeVisible()
  await expect(again.session.row(/^Received, 35 bytes/)).toBeHidden()
})
