import { expect, test } from 'vitest'
import {
  joined,
  number,
  pcapFile,
  PcapngWriter,
  serverEnd,
  tcpPacket,
} from '../../protocol/packet-files/testing/packet-writer.ts'
import { capturePaths } from '../capture-paths.ts'
import { recordHeaderBytes } from '../record-codec.ts'
import { ImportBench } from '../testing/import-bench.ts'
import { fromServer, pcapngOf, plainConnection } from '../testing/packet-files.ts'
import { systemError } from '../testing/memory-files.ts'

const text = (of: string): Uint8Array => new TextEncoder().encode(of)
const [syn, rst, ack] = [2, 4, 16] as const

test('a connection of a pcapng file reads like a recorded one', async () => {
  const bench = await ImportBench.make()
  const { captureId, notes, isWhole } = await bench.import(
    pcapngOf(plainConnection, 'look here'),
    {},
    { fileName: 'a.pcapng' },
  )
  expect(await bench.lines(captureId)).toEqual([
    '5 #1 dialling',
    '5 #1 note: look here',
    '1000000006 #1 connected 10.0.0.1:40000 10.0.0.2:7000',
    '3000000008 #1 sent ping',
    '4000000009 #1 received pong',
    '5000000010 #1 peer-ended',
    '6000000011 #1 local-ended',
    '6000000011 #1 ended by peer, fin',
  ])
  expect([notes, isWhole]).toEqual([['TCP connections: 1, in 7 packets.'], true])
  expect(await bench.store.list()).toMatchObject([
    {
      captureId,
      name: 'a.pcapng',
      startedAtUnixUs: 1_700_000_000_000_000,
      live: false,
      origin: { kind: 'imported', fileName: 'a.pcapng', format: 'pcapng' },
      recovery: { unclean: false },
    },
  ])
  expect(
    (await bench.store.check(captureId, { signal: new AbortController().signal, progress: () => undefined })).notes,
  ).toEqual([])
})

test('with the port of the server as this side the same file is told from there', async () => {
  const bench = await ImportBench.make()
  const { captureId } = await bench.import(pcapngOf(plainConnection), { localPort: 7000, name: 'Served' })
  expect((await bench.lines(captureId)).map((line) => line.slice(line.indexOf('#')))).toEqual([
    '#1 accepted 10.0.0.2:7000 10.0.0.1:40000',
    '#1 received ping',
    '#1 sent pong',
    '#1 local-ended',
    '#1 peer-ended',
    '#1 ended by local, fin',
  ])
  expect(await bench.store.list()).toMatchObject([{ name: 'Served' }])
})

test('missing bytes, a missing beginning and a missing end are told where they are', async () => {
  const bench = await ImportBench.make()
  const file = pcapngOf([
    { sequence: 10, payload: text('a') },
    { sequence: 14, payload: text('b') },
    { ...fromServer, sequence: 70, acknowledgment: 15, flags: rst | ack, from: serverEnd },
    { from: [[10, 0, 0, 3], 40_001], sequence: 1, flags: syn },
    { from: serverEnd, to: [[10, 0, 0, 3], 40_001], sequence: 0, acknowledgment: 2, flags: rst | ack },
    { from: [[10, 0, 0, 3], 40_002], sequence: 1, flags: syn },
  ])
  const { captureId, notes, isWhole } = await bench.import(file)
  expect((await bench.lines(captureId)).map((line) => line.slice(line.indexOf('#')))).toEqual([
    '#1 note: The file begins in the middle of this connection: its handshake is missing.',
    '#1 connected 10.0.0.1:40000 10.0.0.2:7000',
    '#1 sent a',
    '#1 note: 3 bytes that were sent here are missing in the file.',
    '#1 sent b',
    '#1 ended by peer, rst',
    '#2 dialling',
    '#2 dial-failed',
    '#2 ended by error, not-connected',
    '#3 dialling',
    '#3 note: The file does not tell how this connection ended.',
  ])
  expect([notes, isWhole]).toEqual([
    [
      'TCP connections: 3, in 6 packets.',
      'Bytes missing in the file: 3. Notes in the capture say where.',
      'Connections whose beginning is not in the file: 1.',
      'Connections whose end is not in the file: 1.',
    ],
    false,
  ])
})

test('a damaged file gives what stands before the damage, and names the byte', async () => {
  const bench = await ImportBench.make()
  const good = pcapngOf(plainConnection.slice(0, 4))
  const { captureId, notes, isWhole } = await bench.import(
    joined(good, number(6, 4, true), number(7, 4, true), new Uint8Array(9)),
    {},
    { fileName: 'x.pcapng' },
  )
  expect((await bench.lines(captureId)).at(-2)).toBe('3000000008 #1 sent ping')
  expect(notes[0]).toBe(
    `“x.pcapng” is damaged at byte ${good.length}. What stands before it was imported. A block claims to have 7 bytes.`,
  )
  expect(isWhole).toBe(false)
})

test('of a packet with very many comments the first 256 become notes, and the others are told', async () => {
  const bench = await ImportBench.make()
  const w = new PcapngWriter()
  const packet = tcpPacket({ payload: text('a') })
  const padding = new Uint8Array(-packet.length & 3)
  const comments = Array.from({ length: 300 }, (_value, number) => w.option(1, text(`comment ${number}`)))
  const lengths = [w.n(packet.length, 4), w.n(packet.length, 4)]
  const block = w.block(6, w.n(0, 4), w.n(0, 8), ...lengths, packet, padding, ...comments, w.option(0, []))
  const { captureId, notes } = await bench.import(joined(w.section(), w.describeInterface(), block))
  const told = (await bench.lines(captureId)).filter((line) => line.includes('comment '))
  expect([told.length, told.at(-1)]).toEqual([256, '0 #1 note: comment 255'])
  expect(notes).toContain('Comments of packets with more than 256 of them, left out: 44.')
})

test('times that go back, or are none, are moved and told', async () => {
  const bench = await ImportBench.make()
  const w = new PcapngWriter()
  const packets = [5n, 3n, 0xffff_ffff_ffff_ffffn].map((ticks, index) =>
    w.enhanced(ticks, tcpPacket({ sequence: 10 + index, payload: text('a') })),
  )
  const file = joined(w.section(), w.describeInterface(), ...packets)
  const { captureId, notes } = await bench.import(file)
  const times = (await bench.lines(captureId)).map((line) => Number(line.split(' ')[0]))
  expect(times).toEqual([0, 0, 0, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])
  expect(notes).toContain('Packets with a time before that of the one before them: 2. They have its time here.')
})

test.each([
  ['nothing', new Uint8Array(0), 'import-unknown-format'],
  ['any text', text('GET / HTTP/1.1\r\n\r\n'), 'import-unknown-format'],
  ['a compressed file', new Uint8Array([0x1f, 0x8b, 8, 0]), 'import-unknown-format'],
  ['packets without TCP', pcapFile([{ bytes: new Uint8Array(60) }]), 'import-unknown-format'],
  [
    'packets damaged at once',
    joined(new PcapngWriter().section(), number(6, 4, true), number(7, 4, true), number(0, 4)),
    'import-damaged',
  ],
  ['half a header of a capture', text('Wirebench-Cap\r\n\x1a'), 'capture-malformed'],
])('%s gives a coded error and leaves nothing', async (_name, bytes, code) => {
  const bench = await ImportBench.make()
  await expect(bench.import(bytes)).rejects.toMatchObject({ code })
  expect([[...bench.files.contents.keys()], bench.files.openFiles]).toEqual([[], 0])
})

test('raw bytes go to the direction that was asked for', async () => {
  const bench = await ImportBench.make()
  const bytes = new Uint8Array(600_000).map((_value, index) => index * 7)
  const { captureId, isWhole } = await bench.import(bytes, { format: 'raw', direction: 'sent' })
  const pieces: number[] = []
  for (let offset = 0; offset < bytes.length; offset += 200_000) {
    const range = { direction: 'sent', connection: null, streamOffset: offset, skipBytes: 0, length: 200_000 } as const
    for (const byte of await bench.store.readStream(captureId, range)) pieces.push(byte)
  }
  expect(Buffer.compare(new Uint8Array(pieces), bytes)).toBe(0)
  expect([isWhole, (await bench.store.list())[0]?.totals.receivedBytes]).toEqual([true, 0])
})

test('a hex dump with directions, times and connections; its damage is told by line and column', async () => {
  const bench = await ImportBench.make()
  const dump =
    '# connection 3, sent\nO 2026-11-20T10:00:00.000000001Z\n0000 61 62\n\nI 2026-11-20T10:00:01Z\n0000 63\n0009 64\n'
  const { captureId, notes, isWhole } = await bench.import(text(dump))
  expect(await bench.lines(captureId)).toEqual(['1 #3 sent ab', '1000000000 #3 received c'])
  expect([notes, isWhole]).toEqual([
    [
      'The dump is not understood from line 7, column 1 on: The offset 9 does not follow: 1 was expected. What stands before was imported.',
    ],
    false,
  ])
})

async function recorded(bench: ImportBench): Promise<{ captureId: string; bytes: Uint8Array }> {
  const capture = await bench.store.create({ name: 'Recorded' })
  capture.recordSent(1, text('first'))
  capture.recordSent(1, text('second'))
  await capture.close()
  const { data } = capturePaths('/captures', capture.captureId)
  return { captureId: capture.captureId, bytes: bench.files.contents.get(data) ?? new Uint8Array(0) }
}

test('a capture of another Wirebench keeps its identifier and bytes, and gets another one where it is taken', async () => {
  const { captureId, bytes } = await recorded(await ImportBench.make())
  const bench = await ImportBench.make()
  const first = await bench.import(bytes, { name: 'Again' }, { fileName: 'c.wirebench' })
  const second = await bench.import(bytes)
  expect([first.captureId, second.captureId === captureId, first.isWhole]).toEqual([captureId, false, true])
  for (const id of [first.captureId, second.captureId]) {
    expect(bench.files.contents.get(capturePaths('/captures', id).data)).toEqual(bytes)
    expect(await bench.lines(id)).toEqual(['0 #1 sent first', '0 #1 sent second'])
  }
  expect((await bench.store.list()).map(({ name, origin }) => [name, origin.kind]).sort()).toEqual([
    ['Again', 'imported'],
    ['Recorded', 'imported'],
  ])
  await bench.store.remove(captureId)
  expect((await bench.import(bytes)).captureId).not.toBe(captureId)
  expect([...bench.files.contents.keys()].filter((path) => /incoming|live/.test(path))).toEqual([])
})

test('a damaged capture is kept as far as it goes', async () => {
  const { bytes } = await recorded(await ImportBench.make())
  const bench = await ImportBench.make()
  const broken = bytes.slice(0, 4096 + recordHeaderBytes + 5 + 10)
  const { captureId, notes, isWhole } = await bench.import(broken)
  expect(await bench.lines(captureId)).toEqual(['0 #1 sent first'])
  expect([notes, isWhole]).toEqual([
    [
      'The capture was not closed properly: its program ended in the middle.',
      'Bytes at its end that are no whole record: 10.',
    ],
    false,
  ])
})

test.each(['pcapng', 'wirebench', 'raw'])('an import of %s that is cancelled leaves nothing', async (kind) => {
  const { bytes } = await recorded(await ImportBench.make())
  const bench = await ImportBench.make()
  const cancellation = new AbortController()
  const file = kind === 'wirebench' ? bytes : kind === 'raw' ? new Uint8Array(9) : pcapngOf(plainConnection)
  bench.files.beforeWrite = (_path, byteCount) => {
    cancellation.abort()
    return byteCount
  }
  const big = joined(file, new Uint8Array(300_000))
  const format = kind === 'raw' ? ({ format: 'raw' } as const) : {}
  await expect(bench.import(big, format, { signal: cancellation.signal })).rejects.toThrow()
  expect([[...bench.files.contents.keys()], bench.files.openFiles]).toEqual([[], 0])
})

test('a full disk ends an import with its code and leaves nothing', async () => {
  const bench = await ImportBench.make()
  bench.files.beforeWrite = (path, byteCount) => {
    if (path.endsWith('.wirebench') && byteCount !== 4096) throw systemError('ENOSPC', path)
    return byteCount
  }
  const importing = bench.import(new Uint8Array(60 * 1024 * 1024), { format: 'raw' })
  const result = expect(importing).rejects.toMatchObject({ code: 'disk-full' })
  for (let turn = 0; turn < 3000; turn++) await Promise.resolve()
  bench.clock.advance(6000)
  await result
  expect([...bench.files.contents.keys()]).toEqual([])
})
