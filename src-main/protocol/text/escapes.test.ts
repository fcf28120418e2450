import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatHex } from '../hex/parse-hex.ts'
import { applyLineEnding, escapeBytes, parseEscapedText } from './escapes.ts'

const read = (text: string): unknown => {
  const result = parseEscapedText(text)
  return result.ok ? formatHex(result.bytes) : { position: result.error.data.position, found: result.error.data.found }
}

test.each([
  ['', ''],
  ['abc', '61 62 63'],
  ['\\n\\r\\t\\0', '0a 0d 09 00'],
  ['\\a\\b\\f\\v\\e', '07 08 0c 0b 1b'],
  ['\\\\\\"\\\'', '5c 22 27'],
  ['\\x00\\xFf\\xe9', '00 ff e9'],
  ['\\u00e9\\u{e9}\\u{1f600}', 'c3 a9 c3 a9 f0 9f 98 80'],
  ['\\ud83d\\ude00', 'f0 9f 98 80'],
  ['é😀', 'c3 a9 f0 9f 98 80'],
  ['a\nb', '61 0a 62'],
  ['\\x414', '41 34'],
  ['\\0a', '00 61'],
  ['\\u{10ffff}', 'f4 8f bf bf'],
])('%j stands for %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test.each([
  ['ab\\', 3, 'a backslash at the end'],
  ['\\q', 1, 'a backslash and "q"'],
  ['x\\😀', 2, 'a backslash and "😀"'],
  ['\\x4', 1, '"\\x" without two hex digits'],
  ['\\xg1', 1, '"\\x" without two hex digits'],
  ['\\u12', 1, '"\\u" without a character number'],
  ['\\u{}', 1, '"\\u" without a character number'],
  ['\\u{1234567}', 1, '"\\u" without a character number'],
  ['\\u{110000}', 1, 'U+110000'],
  ['\\ud800', 1, 'half a character (U+D800)'],
  ['\\ude00\\ud83d', 1, 'half a character (U+DE00)'],
  ['é\ud800', 2, 'half a character (U+D800)'],
  ['\\012', 1, '"\\01"'],
  ['\\1', 1, '"\\1"'],
])('%j is refused at character %i: %s', (text, position, found) => {
  expect(read(text)).toEqual({ position, found })
})

test('an unknown escape is told what to write instead', () => {
  const result = parseEscapedText('C:\\dir')
  expect(result.ok ? null : result.error.message).toBe(
    'The escape at character 3 is malformed: a backslash and "d". Write \\\\ for a backslash. ' +
      'The escapes are \\n \\r \\t \\0 \\a \\b \\f \\v \\e \\\\ \\" \\\' \\xHH \\uHHHH \\u{H…}.',
  )
})

test('bytes are shown as printable text and escapes', () => {
  const shown = (...bytes: number[]): string => escapeBytes(Uint8Array.from(bytes))
  expect([
    shown(0x61, 0x20, 0x22, 0x27, 0x5c),
    shown(0x0d, 0x0a, 0x09, 0x1b, 0x01, 0x7f),
    shown(0x00, 0x61),
    shown(0x00, 0x31),
    shown(0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80),
    shown(0xc3, 0x28, 0xff),
    shown(0xc2, 0x85),
    shown(0xc2, 0xa0),
    shown(0xe2, 0x80, 0xae),
    shown(0xf3, 0xa0, 0x80, 0x81),
    shown(0xed, 0xa0, 0x80),
    shown(0x00),
  ]).toEqual([
    'a "\'\\\\',
    '\\r\\n\\t\\e\\x01\\x7f',
    '\\0a',
    '\\x001',
    'é😀',
    '\\xc3(\\xff',
    '\\u0085',
    '\\u00a0',
    '\\u202e',
    '\\u{e0001}',
    '\\xed\\xa0\\x80',
    '\\0',
  ])
})

const likelyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.constantFrom(0, 0x30, 0x31, 0x5c, 0x61, 0x78, 0x75, 0x7b, 0xc3, 0xa9, 0xe2, 0x80, 0xed, 0xf0, 0x9f))
    .map((bytes) => Uint8Array.from(bytes)),
  fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
)

test('what is shown is read back as the same bytes', () => {
  fc.assert(
    fc.property(likelyBytes, (bytes) => {
      expect(parseEscapedText(escapeBytes(bytes))).toEqual({ ok: true, bytes })
    }),
    { numRuns: 10_000 },
  )
})

test('any text gives bytes or an error inside the text', () => {
  const alphabet = fc.constantFrom(...Array.from('\\\\\\xu{}0129afDd8nq"é😀'), '\ud800', '\udc00')
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 20 }), (text) => {
      const result = parseEscapedText(text)
      const position = result.ok ? 1 : Number(result.error.data.position)
      expect(position >= 1 && position <= Math.max(1, text.length)).toBe(true)
    }),
    { numRuns: 10_000 },
  )
})

test('line endings are appended', () => {
  const bytes = Uint8Array.from([0x61])
  expect((['none', 'lf', 'crlf', 'cr'] as const).map((ending) => formatHex(applyLineEnding(bytes, ending)))).toEqual([
    '61',
    '61 0a',
    '61 0d 0a',
    '61 0d',
  ])
})
