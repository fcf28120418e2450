import { expect, test } from 'vitest'
import type { FilePacket } from './file-packet.ts'
import { packetFormatOf, PacketFileReader } from './packet-file-reader.ts'
import { joined, number, pcapFile, PcapngWriter } from './testing/packet-writer.ts'

interface SeenPacket extends Omit<FilePacket, 'bytes'> {
  readonly bytes: readonly number[]
}

/** Reads a file in pieces of `pieceBytes`. */
function read(file: Uint8Array, pieceBytes = file.length) {
  const packets: SeenPacket[] = []
  const reader = new PacketFileReader({ onPacket: (packet) => packets.push({ ...packet, bytes: [...packet.bytes] }) })
  for (let at = 0; at < file.length; at += pieceBytes) reader.acceptChunk(file.subarray(at, at + pieceBytes))
  reader.finish()
  return { packets, damage: reader.damage, secretsCount: reader.secretsCount }
}

const packet = (bytes: readonly number[], timeUnixNs: bigint | null, linkType = 1, more: Partial<SeenPacket> = {}) => ({
  timeUnixNs,
  linkType,
  bytes,
  originalLength: bytes.length,
  comments: [],
  ...more,
})

test.each([
  ['microseconds, little-endian', 0xa1b2c3d4, true, 1_000_000_005_000n],
  ['microseconds, big-endian', 0xa1b2c3d4, false, 1_000_000_005_000n],
  ['nanoseconds, little-endian', 0xa1b23c4d, true, 1_000_000_000_005n],
  ['nanoseconds, big-endian', 0xa1b23c4d, false, 1_000_000_000_005n],
  ['modified', 0xa1b2cd34, true, 1_000_000_005_000n],
])('pcap in %s', (_name, magic, littleEndian, time) => {
  const written = [
    { bytes: new Uint8Array([1, 2, 3]), seconds: 1000, fraction: 5 },
    { bytes: new Uint8Array([4]), seconds: 1000, fraction: 5, originalLength: 9 },
  ]
  const file = pcapFile(written, { magic, littleEndian, linkType: 0x1400_0065 })
  const packets = [packet([1, 2, 3], time, 101), packet([4], time, 101, { originalLength: 9 })]
  for (const pieceBytes of [1, 7, 1000])
    expect(read(file, pieceBytes)).toEqual({ packets, damage: null, secretsCount: 0 })
  expect(packetFormatOf(file)).toBe('pcap')
})

test.each([true, false])('pcapng with every kind of block, little-endian %s', (littleEndian) => {
  const w = new PcapngWriter(littleEndian)
  const other = new PcapngWriter(!littleEndian)
  const file = joined(
    w.section(),
    w.describeInterface(),
    w.describeInterface(113, w.option(9, [9])),
    w.describeInterface(101, w.option(9, [0x80 | 10]), w.option(14, w.n(-2n, 8))),
    w.block(4, w.n(0, 4)),
    w.block(5, w.n(0, 4), w.n(0, 8)),
    w.block(10, w.n(0x544c534b, 4), w.n(0, 4)),
    w.block(0xbad, w.n(1, 4), [1, 2, 3, 4]),
    w.enhanced(7n, new Uint8Array([1]), 'seen'),
    w.enhanced(7n, new Uint8Array([2, 2]), '', 1),
    w.enhanced(3072n, new Uint8Array([3, 3, 3]), '', 2),
    w.block(2, w.n(1, 2), w.n(0, 2), w.n(0, 4), w.n(8, 4), w.n(1, 4), w.n(5, 4), [4]),
    w.block(3, w.n(2, 4), [5, 5]),
    other.section(),
    other.describeInterface(228),
    other.enhanced(9n, new Uint8Array([6])),
  )
  const packets = [
    packet([1], 7000n, 1, { comments: [new Uint8Array([0x73, 0x65, 0x65, 0x6e])] }),
    packet([2, 2], 7n, 113),
    packet([3, 3, 3], 1_000_000_000n, 101),
    packet([4], 8n, 113, { originalLength: 5 }),
    packet([5, 5], null),
    packet([6], 9000n, 228),
  ]
  for (const pieceBytes of [1, 13, 10_000])
    expect(read(file, pieceBytes)).toEqual({ packets, damage: null, secretsCount: 1 })
  expect(packetFormatOf(file)).toBe('pcapng')
})

const w = new PcapngWriter()
const goodStart = joined(w.section(), w.describeInterface(), w.enhanced(1n, new Uint8Array([1])))
const frame = (type: number, length: number): Uint8Array => joined(w.n(type, 4), w.n(length, 4), new Uint8Array(24))

test.each([
  ['a length below its frame', frame(6, 8), 'A block claims to have 8 bytes.'],
  ['a length that is no multiple of four', frame(6, 33), 'A block claims to have 33 bytes.'],
  ['a length beyond all bounds', frame(6, 0x7fff_fff0), 'A block claims to have 2147483632 bytes.'],
  ['another length at its end', joined(frame(6, 32)), 'The two lengths of a block differ.'],
  [
    'an interface that is not there',
    w.enhanced(1n, new Uint8Array([1]), '', 7),
    'A packet names interface 7, which is not described.',
  ],
  ['a section without byte order', joined(w.n(0x0a0d0d0a, 4), new Uint8Array(24)), 'A section has no byte order.'],
  ['an end within a block that is gone past', frame(5, 0x7fff_fff0), 'It ends in the middle of a packet.'],
  ['an end within a packet', w.enhanced(1n, new Uint8Array(30)).subarray(0, 40), 'It ends in the middle of a packet.'],
])('pcapng with %s stops there', (_name, bad, reason) => {
  const result = read(
    joined(goodStart, bad, goodStart.subarray(28)).subarray(
      0,
      reason.startsWith('It ends') ? goodStart.length + bad.length : undefined,
    ),
  )
  expect([result.packets.length, result.damage?.reason]).toEqual([1, reason])
})

test('a pcap packet of absurd length is damage at its byte', () => {
  const good = pcapFile([{ bytes: new Uint8Array([1]) }])
  const bad = joined(good, number(0, 8), number(0x7000_0000, 4, true), number(1, 4))
  expect(read(bad)).toMatchObject({ packets: [{ bytes: [1] }], damage: { offset: good.length } })
})

test('a file that ends within its header or is none is damage at its first byte', () => {
  expect(read(pcapFile([]).subarray(0, 20)).damage?.offset).toBe(0)
  expect(read(new Uint8Array(100)).damage).toEqual({ offset: 0, reason: 'It does not begin like a packet file.' })
})
