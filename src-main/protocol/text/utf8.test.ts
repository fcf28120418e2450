import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8, firstInvalidUtf8, utf8Text } from './utf8.ts'

const likelyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(0x0a, 0x41, 0x7f, 0x80, 0x85, 0xa0, 0xc0, 0xc2, 0xc3, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5),
    )
    .map((bytes) => Uint8Array.from(bytes)),
)

test('text, controls and invalid bytes are told apart', () => {
  const bytes = Uint8Array.from([0x61, 0xc3, 0xa9, 0x0d, 0x0a, 0xff, 0xc3, 0x62, 0xc2, 0x85, 0xe2, 0x82])
  expect(decodeUtf8(bytes)).toEqual([
    { kind: 'text', text: 'aé', start: 0, end: 3 },
    { kind: 'control', code: 0x0d, start: 3, end: 4 },
    { kind: 'control', code: 0x0a, start: 4, end: 5 },
    { kind: 'invalid', start: 5, end: 7 },
    { kind: 'text', text: 'b', start: 7, end: 8 },
    { kind: 'control', code: 0x85, start: 8, end: 10 },
    { kind: 'invalid', start: 10, end: 12 },
  ])
})

test.each([
  ['overlong', [0xc0, 0xaf]],
  ['overlong of three', [0xe0, 0x80, 0xaf]],
  ['overlong of four', [0xf0, 0x80, 0x80, 0xaf]],
  ['surrogate', [0xed, 0xa0, 0x80]],
  ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['continuation alone', [0x80]],
  ['cut off', [0xf0, 0x9f, 0x98]],
])('%s is invalid', (_, bytes) => {
  expect(decodeUtf8(Uint8Array.from(bytes))).toEqual([{ kind: 'invalid', start: 0, end: bytes.length }])
})

test('validity agrees with the platform decoder', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  fc.assert(
    fc.property(likelyBytes, (bytes) => {
      let expected: string | null
      try {
        expected = decoder.decode(bytes)
      } catch {
        expected = null
      }
      expect(utf8Text(bytes)).toBe(expected)
      const invalidAt = firstInvalidUtf8(bytes)
      const validPart = bytes.subarray(0, invalidAt === -1 ? bytes.length : invalidAt)
      expect(decoder.decode(validPart)).toBe(utf8Text(validPart))
    }),
    { numRuns: 10_000 },
  )
})

test('every byte is in exactly one span, and no two text or invalid spans touch', () => {
  fc.assert(
    fc.property(likelyBytes, (bytes) => {
      let position = 0
      let previous = ''
      for (const span of decodeUtf8(bytes)) {
        expect(span.start).toBe(position)
        expect(span.end).toBeGreaterThan(span.start)
        if (span.kind !== 'control') expect(span.kind).not.toBe(previous)
        previous = span.kind
        position = span.end
      }
      expect(position).toBe(bytes.length)
    }),
    { numRuns: 10_000 },
  )
})

test('long text is decoded whole', () => {
  const text = 'é😀x'.repeat(5000)
  expect(utf8Text(new TextEncoder().encode(text))).toBe(text)
})

test('encoding agrees with the platform encoder and names a lone surrogate', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(encodeUtf8(text)).toEqual({ ok: true, bytes: new TextEncoder().encode(text) })
    }),
  )
  expect(encodeUtf8('ab\udc00')).toEqual({ ok: false, index: 2 })
})
