import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BytePattern } from '../../contract/schemas/capture-filter.ts'
import { compilePattern } from './compile-pattern.ts'
import { longestExpressionMatch } from './expression-scan.ts'
import { plainTools } from './testing/plain-tools.ts'
import { referenceSearch } from './testing/reference-search.ts'

interface Chunk {
  readonly stream: number
  readonly bytes: Uint8Array
}

interface Place {
  readonly stream: number
  readonly offset: number
  readonly length: number
}

const text = (value: string, ignoresCase = false, encoding = 'utf-8'): BytePattern => ({
  kind: 'text',
  text: value,
  ignoresCase,
  encoding,
})
const hex = (value: string): BytePattern => ({ kind: 'hex', hex: value })
const expression = (source: string, ignoresCase = false): BytePattern => ({ kind: 'expression', source, ignoresCase })

const patterns: readonly BytePattern[] = [
  text('a'),
  text('ab'),
  text('aab'),
  text('abab'),
  text('AB', true),
  text('éa', true),
  text('éA', true, 'latin-1'),
  hex('61 62'),
  hex('61 ?? 62'),
  hex('6? ?2'),
  hex('?? 61 61 ??'),
  hex('?1 ?2 ?1'),
  hex('61 62 61 62 61 62 61 62 61'),
  expression('a+b'),
  expression('a*'),
  expression('(?<=a)b|ba'),
  expression('^a.', true),
  expression('b$'),
]

/** Few different bytes, so that patterns stand there in whole and in part. */
const fewBytes = fc
  .array(fc.constantFrom(0x61, 0x62, 0x61, 0x62, 0x41, 0x42, 0x0a, 0xc3, 0xa9, 0x89, 0xe9, 0x00), { maxLength: 30 })
  .map((bytes) => Uint8Array.from(bytes))
const anyChunks = fc.array(fc.record({ stream: fc.integer({ min: 0, max: 3 }), bytes: fewBytes }), { maxLength: 40 })

/** Searches chunks laid out in blocks as a data file has them: with other bytes between, and cut anywhere. */
function search(pattern: BytePattern, chunks: readonly Chunk[], blockBytes: number, catchesUp = false): Place[] {
  const found: Place[] = []
  const compiled = compilePattern(pattern, plainTools)
  if (!compiled.ok) throw new Error(compiled.error.message)
  const scan = compiled.pattern.newScan(({ stream, streamOffset, chunk, offsetInChunk, timeNs, length }) => {
    const starts = chunks.slice(0, chunk).filter((other) => other.stream === stream)
    const before = starts.reduce((sum, { bytes }) => sum + bytes.length, 0)
    expect(streamOffset).toBe(before + offsetInChunk)
    expect(timeNs).toBe(chunk * 10)
    found.push({ stream, offset: streamOffset, length })
  })
  const offsets = new Map<number, number>()
  const gap = Uint8Array.from([0x61, 0x62, 0x61, 0x62])
  const file = chunks.flatMap(({ bytes }) => [...bytes, ...gap])
  const blocks = Array.from({ length: Math.ceil(file.length / blockBytes) }, (_, index) =>
    Uint8Array.from(file.slice(index * blockBytes, (index + 1) * blockBytes)),
  )
  let at = 0
  for (const [chunk, { stream, bytes }] of chunks.entries()) {
    const streamOffset = offsets.get(stream) ?? 0
    scan.startChunk(stream, { chunk, timeNs: chunk * 10, streamOffset })
    for (let done = 0; done < bytes.length;) {
      const inBlock = (at + done) % blockBytes
      const length = Math.min(bytes.length - done, blockBytes - inBlock)
      const block = blocks[Math.floor((at + done) / blockBytes)] ?? new Uint8Array(0)
      scan.scan(block, inBlock, inBlock + length, done)
      done += length
    }
    at += bytes.length + gap.length
    offsets.set(stream, streamOffset + bytes.length)
    if (catchesUp) scan.catchUp(chunk * 10)
  }
  scan.breakAll()
  return found.sort((one, other) => one.stream - other.stream || one.offset - other.offset)
}

function reference(pattern: BytePattern, chunks: readonly Chunk[]): Place[] {
  return [0, 1, 2, 3].flatMap((stream) => {
    const bytes = chunks.filter((chunk) => chunk.stream === stream).flatMap((chunk) => [...chunk.bytes])
    return referenceSearch(pattern, Uint8Array.from(bytes)).map((match) => ({ stream, ...match }))
  })
}

test('any split into chunks, blocks and interleaved streams gives the matches of the whole streams', () => {
  fc.assert(
    fc.property(fc.constantFrom(...patterns), anyChunks, fc.integer({ min: 1, max: 300 }), (pattern, chunks, block) => {
      expect(search(pattern, chunks, block)).toEqual(reference(pattern, chunks))
    }),
    { numRuns: 3000 },
  )
})

test('what is looked for also while nothing more is there is found once, and as long as it is in the end', () => {
  fc.assert(
    fc.property(anyChunks, fc.integer({ min: 1, max: 300 }), (chunks, block) => {
      for (const pattern of [text('aab'), expression('a+b'), expression('a+'), expression('[^a]+')]) {
        expect(search(pattern, chunks, block, true)).toEqual(reference(pattern, chunks))
      }
    }),
    { numRuns: 500 },
  )
})

test('an expression finds what lies over the borders of its windows, up to the longest match', () => {
  const bytes = new Uint8Array(900_000).fill(0x2e)
  const places = [0, 262_143, 262_144, 327_679, 327_680, 600_000].map((offset, index) => ({
    offset,
    length: 3 + index,
  }))
  for (const { offset, length } of places) bytes.set(new Uint8Array(length).fill(0x61), offset)
  bytes.fill(0x62, 700_000, 700_000 + longestExpressionMatch)
  const chunks = Array.from({ length: 9 }, (_, at) => ({ stream: 1, bytes: bytes.slice(at * 1e5, (at + 1) * 1e5) }))
  const found = search(expression('a+|b+'), chunks, 65_536)
  const joined = referenceSearch(expression('a+|b+'), bytes)
  expect(found).toEqual(joined.map((match) => ({ stream: 1, ...match })))
  expect(found.at(-1)).toEqual({ stream: 1, offset: 700_000, length: longestExpressionMatch })
})

test('a match that reaches the end is told when its stream is silent, as long as it is then', () => {
  const compiled = compilePattern(expression('a+'), plainTools)
  if (!compiled.ok) throw new Error(compiled.error.message)
  const found: number[][] = []
  const scan = compiled.pattern.newScan(({ streamOffset, length }) => found.push([streamOffset, length]))
  const feed = (value: string, streamOffset: number, timeNs: number): void => {
    scan.startChunk(1, { chunk: 0, timeNs, streamOffset })
    scan.scan(new TextEncoder().encode(value), 0, value.length, 0)
  }
  feed('a.aa', 0, 5e9)
  expect([scan.catchUp(5.5e9), found.length]).toEqual([true, 1])
  feed('aa', 4, 5.8e9)
  expect([scan.catchUp(6.7e9), found.length]).toEqual([true, 1])
  expect([scan.catchUp(6.8e9), scan.catchUp(7e9)]).toEqual([false, false])
  feed('a', 6, 8e9)
  scan.breakAll()
  expect(found).toEqual([
    [0, 1],
    [2, 4],
    [6, 1],
  ])
})

// Work that grew with the square of the chunks took minutes, far past the limit of a test.
test('an expression is found in chunks of single bytes as fast as in long ones', () => {
  const compiled = compilePattern(expression('a'), plainTools)
  if (!compiled.ok) throw new Error(compiled.error.message)
  const byteCount = 300_000
  let found = 0
  const scan = compiled.pattern.newScan(({ chunk, offsetInChunk, streamOffset }) => {
    if (chunk === streamOffset && offsetInChunk === 0) found++
  })
  const bytes = Uint8Array.of(0x61)
  for (let chunk = 0; chunk < byteCount; chunk++) {
    scan.startChunk(1, { chunk, timeNs: 0, streamOffset: chunk })
    scan.scan(bytes, 0, 1, 0)
  }
  scan.breakAll()
  expect(found).toBe(byteCount)
})

test('a break leaves no match over it', () => {
  const compiled = compilePattern(text('abc'), plainTools)
  if (!compiled.ok) throw new Error(compiled.error.message)
  const found: number[] = []
  const scan = compiled.pattern.newScan(({ streamOffset }) => found.push(streamOffset))
  const feed = (stream: number, value: string, streamOffset: number): void => {
    const bytes = new TextEncoder().encode(value)
    scan.startChunk(stream, { chunk: streamOffset, timeNs: 0, streamOffset })
    scan.scan(bytes, 0, bytes.length, 0)
  }
  feed(1, 'ab', 0)
  feed(2, 'a', 2)
  expect([scan.undecidedFrom(1), scan.undecidedFrom(2), scan.undecidedFrom(3)]).toEqual([
    0,
    2,
    Number.POSITIVE_INFINITY,
  ])
  scan.breakStream(1)
  feed(1, 'c', 3)
  feed(2, 'bc', 4)
  feed(1, 'ab', 6)
  scan.breakAll()
  feed(1, 'cabc', 8)
  expect(found).toEqual([2, 9])
})

test.each([
  ['utf-16le', '41 00 42 00'],
  ['utf-16le-bom', '41 00 42 00'],
  ['utf-8-bom', '41 42'],
  ['utf-32be', '00 00 00 41 00 00 00 42'],
])('a text in %s is looked for as it is encoded, without a mark', (encoding, shown) => {
  const bytes = Uint8Array.from(`ff ${shown} ff`.split(' '), (pair) => Number.parseInt(pair, 16))
  const found = search(text('ab', true, encoding), [{ stream: 0, bytes }], 1000)
  expect(found).toEqual([{ stream: 0, offset: 1, length: bytes.length - 2 }])
})

test.each([
  [hex('4'), 'pattern-malformed', 2],
  [hex('zz'), 'pattern-malformed', 1],
  [hex('41 4 2'), 'pattern-malformed', 5],
  [hex('0x'), 'pattern-malformed', 3],
  [hex(' , '), 'pattern-malformed', 1],
  [hex('?? ??'), 'pattern-malformed', 1],
  [expression('a('), 'pattern-malformed', undefined],
  [text('é', false, 'ascii'), 'text-not-encodable', 1],
  [text('a', false, 'klingon'), 'encoding-unknown', undefined],
])('%j is told as %s', (pattern, code, position) => {
  const compiled = compilePattern(pattern, plainTools)
  expect(compiled).toMatchObject({ ok: false, error: { code } })
  if (!compiled.ok && position !== undefined) expect(compiled.error.data.position).toBe(position)
})

test.each(['0x41,0x4?', '\\x41 4?', '41:4?', '41-4?', '414?'])('hex may be written as %s', (written) => {
  expect(search(hex(written), [{ stream: 0, bytes: Uint8Array.from([0x40, 0x41, 0x4f]) }], 1000)).toEqual([
    { stream: 0, offset: 1, length: 2 },
  ])
})
