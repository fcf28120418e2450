import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatHex, hexPair, parseHex } from './parse-hex.ts'
import type { ParsedBytes } from '../text/parsed-bytes.ts'

const read = (text: string): string => {
  const result = parseHex(text)
  return result.ok ? formatHex(result.bytes) : `${result.error.code} ${result.error.message}`
}
const errorData = (result: ParsedBytes): unknown => (result.ok ? null : result.error.data)

test.each([
  ['', ''],
  ['0102ff', '01 02 ff'],
  ['01 02 FF', '01 02 ff'],
  ['0x01,0x02, 0XfF', '01 02 ff'],
  ['\\x01\\x02\\XfF', '01 02 ff'],
  ['01:02:ff', '01 02 ff'],
  ['01-02-ff', '01 02 ff'],
  ['01;02;ff;', '01 02 ff'],
  ['01\r\n02\n\tff\u00a0', '01 02 ff'],
  ['0x0102ff', '01 02 ff'],
  ['000x41', '00 41'],
  ['  ', ''],
])('%j is read as "%s"', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test.each([
  ['0', 1, 'the single digit "0"'],
  ['abc', 3, 'the single digit "c"'],
  ['a bc', 1, 'the single digit "a"'],
  ['01 2 03', 4, 'the single digit "2"'],
  ['0x1', 3, 'the single digit "1"'],
  ['0x', 1, '"0x" without digits'],
  ['01 \\x zz', 4, '"\\x" without digits'],
  ['01h', 3, '"h"'],
  ['00 zz', 4, '"z"'],
  ['00 😀', 4, '"😀"'],
  ['😀', 1, '"😀"'],
  ['00\u0000', 3, 'U+0000'],
  ['00 x41', 4, '"x"'],
  ['41 4G 42', 5, '"G"'],
  ['0g', 2, '"g"'],
  ['0x4z', 4, '"z"'],
  ['4😀', 2, '"😀"'],
  ['4\u0000', 2, 'U+0000'],
  ['4\\x41', 1, 'the single digit "4"'],
  ['41 4,42', 4, 'the single digit "4"'],
  ['a\nb', 1, 'the single digit "a"'],
])('%j points at character %i: %s', (text, position, found) => {
  expect(errorData(parseHex(text))).toMatchObject({ position, found })
})

test('the sentence says what to do', () => {
  expect([read('01 2'), read('41 4G 42')]).toEqual([
    'hex-malformed The hex is malformed at character 4: the single digit "2". A byte needs two hex digits: write 02, or add the missing digit.',
    'hex-malformed The hex is malformed at character 5: "G". It is not a hex digit: use 0 to 9 and a to f.',
  ])
})

test('formats in groups, lines and upper case', () => {
  const bytes = Uint8Array.from([0, 1, 2, 0xab, 0xcd, 0xef])
  expect([
    formatHex(bytes),
    formatHex(bytes, { separator: '', uppercase: true }),
    formatHex(bytes, { groupSize: 2 }),
    formatHex(bytes, { bytesPerLine: 4, groupSize: 2, separator: ':' }),
    formatHex(bytes, { groupSize: 0 }),
    formatHex(new Uint8Array()),
  ]).toEqual(['00 01 02 ab cd ef', '000102ABCDEF', '0001 02ab cdef', '0001:02ab\ncdef', '000102abcdef', ''])
})

test('what is formatted is read back, in any format', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.record({
        separator: fc.constantFrom(' ', ', ', ':', '-', ';', '\n'),
        uppercase: fc.boolean(),
        groupSize: fc.nat(5),
        bytesPerLine: fc.nat(20),
      }),
      (bytes, format) => {
        expect(parseHex(formatHex(bytes, format))).toEqual({ ok: true, bytes })
      },
    ),
  )
})

test('any text gives bytes or an error inside the text', () => {
  const alphabet = fc.constantFrom(...Array.from('0123456789abcdefxX\\ ,:-;\nhz😀\u00a0'))
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 30 }), (text) => {
      const result = parseHex(text)
      if (result.ok) return
      const position = Number(result.error.data.position)
      expect(position >= 1 && position <= text.length).toBe(true)
      const before = text.slice(0, position - 1)
      const beginnings = [/$/, /(0x|\\x)$/i, /[\da-f]$/i, /(0x|\\x)[\da-f]$/i].map((begun) => before.replace(begun, ''))
      expect(beginnings.some((whole) => parseHex(whole).ok)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('every byte has its pair', () => {
  expect(hexPair(0) + hexPair(10) + hexPair(255)).toBe('000aff')
})
