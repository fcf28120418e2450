import type { Page } from '@playwright/test'
import type { FramingSettings } from '../src-main/contract/schemas/framing.ts'
import type { StructureDefinitionInput } from '../src-main/contract/schemas/structure.ts'
import { expectAccessible } from './fixtures/accessibility.ts'
import { openEngineLink } from './fixtures/engine-link.ts'
import { expect, test } from './fixtures/workbench.ts'
import type { SessionPage } from './pages/session-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

type Way = 'Base64' | 'File' | 'JSON' | 'Structure' | 'M2' | 'MessagePack'

/** Side by side where there is room, else in the list. */
async function write(session: SessionPage, as: Way): Promise<void> {
  const radio = session.composer.getByRole('radio', { name: as, exact: true })
  const list = session.composer.getByRole('combobox', { name: 'Other ways to write it' })
  await expect(radio.or(list).first()).toBeVisible()
  if (await radio.isVisible()) await radio.click()
  else await list.selectOption(as)
}

const preview = (session: SessionPage) => session.composer.getByRole('group', { name: 'The same bytes as hex' })
const editor = (session: SessionPage, name: string) => session.composer.getByRole('textbox', { name })

/** Frames what the session sends, as the dialog for it does. */
async function frameSent(url: string | null, framing: FramingSettings): Promise<void> {
  test.skip(url === null, 'The engine of Electron has no address.')
  const link = await openEngineLink(url ?? '')
  const [session] = await link.call('session.list', {})
  const interpretation = { sent: { framing }, received: {} }
  await link.call('capture.interpret', { captureId: session?.captureId ?? '', interpretation })
  link.close()
}

async function chooseEncoding(page: Page, session: SessionPage, name: string): Promise<void> {
  await session.composer.getByRole('button', { name: 'Text encoding' }).click()
  await page.getByRole('combobox', { name: 'Search encodings' }).fill(name)
  await page.getByRole('combobox', { name: 'Search encodings' }).press('Enter')
}

test('JSON goes out as Python writes it, to the byte', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const { session } = window

  await write(session, 'JSON')
  await editor(session, 'Message as JSON').fill('{"a":1,"u":"é😀","n":null,"f":1.0,"big":18410715311050326015}')
  await session.composer.getByRole('combobox', { name: 'How the JSON goes out' }).selectOption('Like Python')
  await session.composer.getByRole('combobox', { name: 'Line ending' }).selectOption('Ends with CRLF')
  await session.send()

  const expected = '{"a": 1, "u": "\\u00e9\\ud83d\\ude00", "n": null, "f": 1.0, "big": 18410715311050326015}\r\n'
  await expect.poll(() => peer.receivedText).toBe(expected)
})

test('text goes out in the encoding chosen, and what it has no character for is told', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const { session } = window

  await session.composeText('日本', 'Ends with LF')
  await chooseEncoding(page, session, 'utf-16 big')
  await expect(preview(session)).toHaveText('65 E5 67 2C 00 0A')
  await session.send()
  await expect.poll(() => peer.receivedHex).toBe('65e5672c000a')
  await chooseEncoding(page, session, 'shift')
  await session.send()
  await expect.poll(() => peer.receivedHex).toBe('65e5672c000a93fa967b0a')
  await session.composeText('日€')
  await expect(session.composer.getByText('text-not-encodable')).toBeVisible()
})

test('commands of M2 get their sequence numbers, and only they do', async ({ page, peers, workbench }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  await frameSent(workbench.url, { kind: 'm2', maximumFrameBytes: 65_536 })
  const { session } = window
  const type = session.composer.getByRole('combobox', { name: 'Message type' })
  const next = editor(session, 'Next sequence number')

  await write(session, 'M2')
  await editor(session, 'Name').fill('move')
  await expect(preview(session)).toHaveText(/0D 0A$/)
  await session.send()
  await expect(next).toHaveValue('2')
  await type.selectOption('Event')
  await session.send()
  await type.selectOption('Command')
  await expect(next).toHaveValue('2')
  await next.fill('40')
  await session.composer.getByRole('button', { name: 'Set', exact: true }).click()
  await session.send()
  await expect(next).toHaveValue('41')

  await expect.poll(() => peer.receivedText.split('\r\n').length).toBe(4)
  const sent = peer.receivedText.split('\r\n').slice(0, 3)
  const numbers = sent.map((line) => {
    const message = JSON.parse(line) as { id: string; sequence_id?: number }
    return [message.id, message.sequence_id ?? null]
  })
  expect(numbers).toEqual([
    ['cmd_move', 1],
    ['evt_move', null],
    ['cmd_move', 40],
  ])
})

test('MessagePack goes out with the header of tcpy, shown apart from it', async ({ page, peers, workbench }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  await frameSent(workbench.url, { kind: 'tcpy', maximumFrameBytes: 1024 })
  const { session } = window

  await write(session, 'MessagePack')
  await editor(session, 'Message as MessagePack').fill('{"id": 1, "data": [1.5, null, "é"]}')
  await expect(preview(session)).toHaveText(/^00 00 00 18 82/)
  await session.send()
  await expect.poll(() => peer.receivedHex).toBe('0000001882a2696401a46461746193cb3ff8000000000000c0a2c3a9')
  await session.composer.getByRole('checkbox', { name: 'Add framing' }).uncheck()
  await expect(preview(session)).toHaveText(/^82/)
})

test('a computed checksum is the one the peer works out', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const { session } = window

  await session.composeHex('01 03 00 00 00 0A')
  await session.composer.getByRole('button', { name: 'Computed fields' }).click()
  await session.composer.getByRole('button', { name: 'Add a field' }).click()
  await page.getByRole('menuitem', { name: /CRC-16\/MODBUS/ }).click()
  await session.send()

  await expect.poll(() => peer.received.length).toBe(8)
  const crc = peer.received.subarray(0, 6).reduce((sum, byte) => {
    let rest = sum ^ byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xa001 : rest >>> 1
    return rest
  }, 0xffff)
  expect([...peer.received.subarray(6)]).toEqual([crc & 0xff, crc >>> 8])
})

test('a message is repeated exactly as often as asked', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const { session } = window

  await session.composeText('{{$counter n width=3}}', 'Ends with LF')
  await session.composer.getByRole('button', { name: 'Repeat...' }).click()
  await window.dialog.getByLabel('Interval').fill('2')
  await window.dialog.getByLabel('How often').fill('40')
  await window.dialog.getByRole('button', { name: 'Start' }).click()
  const run = session.composer.getByRole('group', { name: 'Run' })
  await expect(run).toContainText('Done')
  await expect(run).toContainText('40 of 40 sent')
  const lines = Array.from({ length: 40 }, (_, index) => String(index + 1).padStart(3, '0'))
  await expect.poll(() => peer.receivedText).toBe(`${lines.join('\n')}\n`)
})

test('a secret is hidden in the window and right on the wire', async ({ page, peers, workbench }) => {
  test.skip(workbench.url === null, 'The engine of Electron has no address.')
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const link = await openEngineLink(workbench.url ?? '')
  const { revision } = await link.call('environment.list', {})
  const shared = [{ name: 'password', value: null, secret: true }]
  await link.call('environment.write', {
    environments: { environments: [], shared, activeId: null, revision, secretsPresent: [] },
  })
  await link.call('environment.set-secret', { environmentId: null, name: 'password', value: 'hunter2' })
  link.close()

  const { session } = window
  await session.composeText('PASS {{password}}', 'Ends with LF')
  await expect(preview(session)).toHaveText('50 41 53 53 20 •• •• •• •• •• •• •• 0A')
  await session.send()
  await expect.poll(() => peer.receivedText).toBe('PASS hunter2\n')
  await expect(preview(session)).not.toHaveText(/68 75 6E/)
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('hunter2')
})

test('messages are found again after a reload, in the history and in every way to write', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  const { session } = window

  await write(session, 'JSON')
  await editor(session, 'Message as JSON').fill('{"kept": 1.0}')
  await session.send()
  await expect(session.receivedRow('kept')).toBeVisible()
  await session.composeText('other')
  await page.reload()
  await expect(session.textEditor).toHaveValue('other')
  await session.composer.getByRole('button', { name: 'History' }).click()
  await page.getByRole('menuitem', { name: 'JSON: {"kept": 1.0}' }).click()
  await expect(editor(session, 'Message as JSON')).toHaveText('{"kept": 1.0}')
})

test('a chosen file goes out to the byte, and so does one of the same name', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  const { session } = window
  const choose = session.composer.getByLabel('Choose file…').and(page.locator('input'))
  const content = Buffer.from(Uint8Array.from({ length: 4096 }, (_, index) => (index * 31) & 0xff))

  await write(session, 'File')
  await choose.setInputFiles({ name: 'boot image.bin', mimeType: 'application/octet-stream', buffer: content })
  await expect(editor(session, 'Path of the file')).toHaveValue(/files.boot image\.bin$/)
  await session.send()
  await expect.poll(() => peer.receivedHex).toBe(content.toString('hex'))
  await choose.setInputFiles({ name: 'boot image.bin', mimeType: 'text/plain', buffer: Buffer.from('other') })
  await expect(editor(session, 'Path of the file')).toHaveValue(/files.boot image-2\.bin$/)
  await session.send()
  await expect.poll(() => peer.receivedHex).toBe(`${content.toString('hex')}6f74686572`)
})

test('axe finds nothing in any way to write', async ({ page, peers, workbench }) => {
  test.setTimeout(120_000)
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  await frameSent(workbench.url, { kind: 'crlf', maximumFrameBytes: 1024 })
  const link = await openEngineLink(workbench.url ?? '')
  const definition: StructureDefinitionInput = {
    name: 'Sample',
    fields: [
      { name: 'id', type: { kind: 'integer', integer: 'u16' } },
      { name: 'ready', type: { kind: 'bool' } },
      { name: 'samples', type: { kind: 'float', float: 'f32' }, dimensions: [3] },
    ],
  }
  await link.call('structure.create', { content: { name: 'Sample', definition } })
  link.close()
  const { session } = window
  await session.composeText('{{missing}}')
  await session.composer.getByRole('button', { name: 'Computed fields' }).click()
  await session.composer.getByRole('button', { name: 'Add a field' }).click()
  await page.getByRole('menuitem', { name: /CRC-32/ }).click()
  for (const as of ['JSON', 'MessagePack', 'M2', 'Structure', 'File', 'Base64'] as const) {
    await write(session, as)
    if (as === 'JSON') await editor(session, 'Message as JSON').fill('{"a": tru, "b": "x"}')
    if (as === 'Structure') {
      // What is scrolled out of sight in part is too small to be hit.
      await session.composer.getByRole('button', { name: /^Computed fields/ }).click()
      await session.composer.getByRole('combobox', { name: 'Structure', exact: true }).selectOption('Sample')
      await editor(session, 'id').fill('70000')
    }
    await expectAccessible(page)
  }
})
