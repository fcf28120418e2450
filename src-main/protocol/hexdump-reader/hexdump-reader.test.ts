import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatHexdump } from '../hexdump/copy-formats.ts'
import { HexdumpReader } from './hexdump-reader.ts'

const day = 86_400_000_000_000n * 20_000n

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** The dumps of a text, bytes of the same dump joined, and what the reader says at the end. */
function read(text: string | Uint8Array, pieceBytes = 7) {
  const dumps: unknown[] = []
  const reader = new HexdumpReader(
    {
      onBytes: ({ direction, timeUnixNs, connection }, bytes) =>
        dumps.push([direction, timeUnixNs, connection, String.fromCharCode(...bytes)]),
    },
    day,
  )
  const bytes = typeof text === 'string' ? latin1(text) : text
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.acceptChunk(bytes.subarray(at, at + pieceBytes))
  reader.finish()
  return { dumps, problem: reader.problem }
}

const hello = 'hello, world: ab cd ef'
const helloOnly = { dumps: [[null, null, null, hello]], problem: null }

test.each([
  [
    'xxd',
    '00000000: 6865 6c6c 6f2c 2077 6f72 6c64 3a20 6162  hello, world: ab\n00000010: 2063 6420 6566                            cd ef\n',
  ],
  [
    'xxd -g1 -c8',
    '00000000: 68 65 6c 6c 6f 2c 20 77  hello, w\n00000008: 6f 72 6c 64 3a 20 61 62  orld: ab\n00000010: 20 63 64 20 65 66         cd ef\n',
  ],
  [
    'hexdump -C',
    '00000000  68 65 6c 6c 6f 2c 20 77  6f 72 6c 64 3a 20 61 62  |hello, world: ab|\r\n00000010  20 63 64 20 65 66                                 | cd ef|\r\n00000016\r\n',
  ],
  [
    'od -A x -t x1z',
    '000000 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 61 62  >hello, world: ab<\n000010 20 63 64 20 65 66  > cd ef<\n000016\n',
  ],
  ['od -t x1', '0000000 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 61 62\n0000020 20 63 64 20 65 66\n0000026\n'],
  ['od -A d -t x1', '0000000 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 61 62\n0000016 20 63 64 20 65 66\n0000022\n'],
  [
    'Wireshark',
    '0000   68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 61 62   hello, world: ab\n0010   20 63 64 20 65 66                                  cd ef\n',
  ],
  [
    'a text column that looks like bytes',
    '0000 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 61 62 ab cd\n0010 20 63 64 20 65 66\n',
  ],
  ['plain hex', '68 65 6c 6c 6f2c\n20776f726c643a206162\n206364206566'],
  [
    'a byte order mark and text around',
    '\xef\xbb\xbfSome words\n\n0000 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 61 62\n# and more\n0010 20 63 64 20 65 66\n',
  ],
])('%s', (_name, text) => {
  for (const pieceBytes of [1, 7, 10_000]) expect(read(text, pieceBytes)).toEqual(helloOnly)
})

test('directions, times and connections hold for the dump behind them', () => {
  const text = [
    '# connection 2, sent',
    'O 2026-11-20T10:02:17.000000005Z',
    '00000000  61 62  |ab|',
    'I 10:00:00.5',
    '00000000  63  |c|',
    '1700000000.25',
    '0000 64',
    '0000 65',
  ].join('\n')
  expect(read(text)).toEqual({
    dumps: [
      ['sent', 1_795_168_937_000_000_005n, 2, 'ab'],
      ['received', day + 36_000_500_000_000n, 2, 'c'],
      [null, 1_700_000_000_250_000_000n, 2, 'd'],
      [null, null, 2, 'e'],
    ],
    problem: null,
  })
})

test('repeated rows come back, and are bounded', () => {
  const row = '00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\n'
  expect(read(`${row}00000035  62  |b|\n`)).toEqual({
    dumps: [[null, null, null, `${'a'.repeat(0x35)}b`]],
    problem: null,
  })
  expect(read(`${row}ffffffff  62  |b|\n`)).toMatchObject({
    dumps: [[null, null, null, 'a'.repeat(16)]],
    problem: { line: 3, column: 1 },
  })
  expect(read(row).problem?.line).toBe(2)
})

test.each([
  ['an offset that jumps', '0000 61 62\n0004 63\n', 2, 1],
  ['an offset that goes back', '0000 61 62\n0010 63\n', 2, 1],
  ['something else in plain hex', '6162\n61 6x\n', 2, 4],
])('%s is told by line and column; what came before is there', (_name, text, line, column) => {
  expect(read(text)).toMatchObject({ dumps: [[null, null, null, 'ab']], problem: { line, column } })
})

test('a line without end stops at its bound', () => {
  const reader = new HexdumpReader({ onBytes: () => undefined }, 0n)
  const piece = new Uint8Array(1024 * 1024).fill(0x61)
  for (let count = 0; count < 6; count++) reader.acceptChunk(piece)
  expect(reader.problem).toMatchObject({ line: 1 })
})

test('a dump of any bytes comes back, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 90 }),
      (bytes, pieceBytes) => {
        const { dumps, problem } = read(formatHexdump(bytes), pieceBytes)
        expect([dumps, problem]).toEqual([[[null, null, null, String.fromCharCode(...bytes)]], null])
      },
    ),
    { seed: 6, numRuns: 1000 },
  )
})
