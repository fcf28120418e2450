import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEscapedText } from '../text/escapes.ts'
import { asBase64, parseBase64 } from './base64.ts'
import { asCArray, asTextLiteral, formatHexdump } from './copy-formats.ts'
import { asciiColumn, formatOffset, hexColumn, hexColumnOffset } from './hexdump-row.ts'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const xxdPresent = spawnSync('xxd', ['-v']).error === undefined

test('a row has hex pairs with a gap after the eighth, filled to full width', () => {
  expect([hexColumn(ascii('0123456789abcdef')), hexColumn(ascii('01')), hexColumn(ascii('012345678')).length]).toEqual([
    '30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66',
    '30 31' + ' '.repeat(43),
    48,
  ])
})

test('the place of every byte in the row is known', () => {
  const column = hexColumn(Uint8Array.from({ length: 16 }, (_, index) => index + 0x10))
  expect(
    Array.from({ length: 16 }, (_, index) => column.slice(hexColumnOffset(index), hexColumnOffset(index) + 2)),
  ).toEqual(Array.from({ length: 16 }, (_, index) => (index + 0x10).toString(16)))
})

test('the text column has one character a byte', () => {
  expect(asciiColumn(Uint8Array.from([0x00, 0x1f, 0x20, 0x41, 0x7e, 0x7f, 0x80, 0xff]))).toBe('·· A~···')
})

test('offsets have eight digits and grow beyond', () => {
  expect([0, 0x1234, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER].map(formatOffset)).toEqual([
    '00000000',
    '00001234',
    'ffffffff',
    '100000000',
    '1fffffffffffff',
  ])
})

test('a hex dump has offset, hex and text', () => {
  expect(formatHexdump(ascii('Hello, world! ~\n\x00'), 16)).toBe(
    '00000010: 4865 6c6c 6f2c 2077 6f72 6c64 2120 7e0a  Hello, world! ~.\n' +
      '00000020: 00                                       .\n',
  )
})

test.skipIf(!xxdPresent)(
  'xxd prints the same dump and reads it back, also when the text looks like hex (skipped without xxd)',
  () => {
    for (const bytes of [ascii('abcdef'), ascii('0123456789abcdef0'), Uint8Array.from({ length: 256 }, (_, i) => i)]) {
      const dump = formatHexdump(bytes)
      expect(execFileSync('xxd', { input: bytes, encoding: 'utf8' })).toBe(dump)
      expect(Uint8Array.from(execFileSync('xxd', ['-r'], { input: dump }))).toEqual(bytes)
    }
  },
)

test('a C array', () => {
  expect(asCArray(Uint8Array.from([1, 2, 255]))).toBe('const unsigned char data[3] = {\n  0x01, 0x02, 0xff,\n};\n')
  expect(asCArray(new Uint8Array(13), 'frame').split('\n')).toHaveLength(5)
  expect(asCArray(new Uint8Array())).toBe('/* data: no bytes */\n')
})

test('a text literal escapes what C would misread', () => {
  expect([
    asTextLiteral(ascii('say "hi"\\\r\n\t')),
    asTextLiteral(Uint8Array.from([0x01, 0x61, 0x67, 0xff, 0x46, 0x20])),
    asTextLiteral(ascii('é')),
  ]).toEqual(['"say \\"hi\\"\\\\\\r\\n\\t"', '"\\x01\\x61g\\xff\\x46 "', '"\\xe9"'])
})

test('a text literal is read back by the composer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(parseEscapedText(asTextLiteral(bytes).slice(1, -1))).toEqual({ ok: true, bytes })
    }),
  )
})

test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('RFC 4648: base64 of "%s" is "%s"', (text, encoded) => {
  expect(asBase64(ascii(text))).toBe(encoded)
  expect(parseBase64(encoded)).toEqual({ ok: true, bytes: ascii(text) })
})

test('base64 is read in both alphabets, without padding, across lines', () => {
  expect([parseBase64('-_8'), parseBase64('+/8='), parseBase64(' Zm9v\r\n YmE')]).toEqual([
    { ok: true, bytes: Uint8Array.from([0xfb, 0xff]) },
    { ok: true, bytes: Uint8Array.from([0xfb, 0xff]) },
    { ok: true, bytes: ascii('fooba') },
  ])
})

test.each([
  ['Zm9v!', 5, '"!"'],
  ['Zg==Zg==', 5, '"Z" after the padding'],
  ['Z', 1, '"Z" alone'],
  ['Zm9vZ', 5, '"Z" alone'],
  ['Zg=', 3, 'incomplete padding'],
  ['=', 1, '"=" out of place'],
  ['Zm9v=', 5, '"=" out of place'],
  ['Zm8==', 5, '"=" out of place'],
  ['Zh==', 2, '"h" with left-over bits'],
])('base64 %j is refused at character %i: %s', (text, position, found) => {
  const result = parseBase64(text)
  expect(result.ok ? null : result.error.data).toMatchObject({ position, found })
})

test('base64 agrees with the platform', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = asBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64'))
      expect(parseBase64(text)).toEqual({ ok: true, bytes })
    }),
  )
})
