import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { joined, pcapFile, tcpPacket } from '../../protocol/packet-files/testing/packet-writer.ts'
import { ImportBench } from '../testing/import-bench.ts'
import { plainConnection, pcapngOf } from '../testing/packet-files.ts'

const text = (of: string): Uint8Array => new TextEncoder().encode(of)

/** Imports bytes that may be anything: the result is a capture that can be read, or a coded error and nothing left. */
async function survives(bytes: Uint8Array, format: 'pcapng' | 'pcap' | 'hexdump' | null): Promise<void> {
  const bench = await ImportBench.make()
  try {
    const { captureId } = await bench.import(bytes, { format })
    await bench.lines(captureId)
    await bench.store.close()
  } catch (error) {
    if (!(error instanceof WirebenchError) || error.code === 'internal') throw error
    expect([...bench.files.contents.keys()]).toEqual([])
  }
  expect(bench.files.openFiles).toBe(0)
}

const capturedFiles = [
  pcapngOf(plainConnection, 'comment'),
  joined(pcapngOf(plainConnection.slice(0, 3)), pcapngOf(plainConnection.slice(3))),
  pcapFile(plainConnection.map((packet, index) => ({ bytes: tcpPacket(packet), seconds: index, fraction: 7 }))),
  pcapFile([{ bytes: tcpPacket({ payload: text('x') }) }], { littleEndian: false, magic: 0xa1b23c4d }),
  text(
    'I 2026-11-20T10:00:00Z\n00000000: 6865 6c6c 6f2c 2077 6f72 6c64 3a20 6162  hello, world: ab\n*\n00000040: 2063  c\n',
  ),
  text('0000000 68 65 6c 6c\n0000004 20 63 64\n# connection 2, sent\nO 12:00:01.5\n0000 61\n'),
]
const mutation = fc.record({
  file: fc.constantFrom(...capturedFiles),
  changes: fc.array(
    fc.record({ at: fc.nat(2000), byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x7f, 0x2a, 0x0a)) }),
    { maxLength: 6 },
  ),
  cutAt: fc.option(fc.nat(2000), { nil: null }),
  repeated: fc.nat(2),
})
const fuzz = { seed: 6 } as const

test('6,000 changed, cut and repeated files give a capture or a coded error', async () => {
  await fc.assert(
    fc.asyncProperty(mutation, async ({ file, changes, cutAt, repeated }) => {
      const bytes = joined(...Array.from({ length: repeated + 1 }, () => file))
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte
      await survives(cutAt === null ? bytes : bytes.slice(0, cutAt), null)
    }),
    { ...fuzz, numRuns: 6000 },
  )
}, 300_000)

test('3,000 files of random bytes behind a true beginning give a capture or a coded error', async () => {
  const beginnings = [
    new Uint8Array(0),
    pcapngOf(plainConnection.slice(0, 1)),
    pcapFile([]),
    pcapFile([], { linkType: 101 }),
  ]
  const pick = fc.tuple(
    fc.constantFrom(...beginnings),
    fc.uint8Array({ maxLength: 400 }),
    fc.constantFrom(null, 'pcapng', 'pcap', 'hexdump'),
  )
  await fc.assert(
    fc.asyncProperty(pick, ([beginning, bytes, format]) => survives(joined(beginning, bytes), format as null)),
    { ...fuzz, numRuns: 3000 },
  )
}, 300_000)

test('3,000 texts of the letters of dumps give a capture or a coded error', async () => {
  const letters = fc.string({
    unit: fc.constantFrom(...('0123456789abcdefIO:.*#|>-TZ \n\n\t'.match(/[^]/g) ?? [])),
    maxLength: 300,
  })
  await fc.assert(
    fc.asyncProperty(letters, (dump) => survives(text(dump), 'hexdump')),
    { ...fuzz, numRuns: 3000 },
  )
}, 300_000)
