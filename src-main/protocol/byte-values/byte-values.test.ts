import fc from 'fast-check'
import { expect, test } from 'vitest'
import { floatReadings } from './floats.ts'
import { identifierReadings } from './identifiers.ts'
import { byteReadings, integerReadings } from './integers.ts'
import type { ByteReading } from './read-value.ts'
import { textReadings } from './texts.ts'
import { timeReadings } from './times.ts'
import { variableLengthReadings } from './variable-lengths.ts'

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const little = (readings: readonly ByteReading[], name: string): string =>
  readings.find((reading) => reading.name === name)?.little.text ?? 'no such reading'
const big = (readings: readonly ByteReading[], name: string): string =>
  readings.find((reading) => reading.name === name)?.big?.text ?? 'no such reading'

test('integers of every width are what a DataView or a sum of bytes says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 20 }), (bytes) => {
      const readings = integerReadings(bytes)
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      expect([little(readings, 'u8'), little(readings, 'i8')]).toEqual([`${view.getUint8(0)}`, `${view.getInt8(0)}`])
      expect([little(readings, 'u16'), big(readings, 'i16')]).toEqual([
        `${view.getUint16(0, true)}`,
        `${view.getInt16(0)}`,
      ])
      expect([little(readings, 'i32'), big(readings, 'u32')]).toEqual([
        `${view.getInt32(0, true)}`,
        `${view.getUint32(0)}`,
      ])
      expect([little(readings, 'u64'), big(readings, 'i64')]).toEqual([
        `${view.getBigUint64(0, true)}`,
        `${view.getBigInt64(0)}`,
      ])
      for (const byteCount of [2, 3, 4, 5, 6, 7, 8, 16]) {
        const sum = Array.from(bytes.subarray(0, byteCount)).reduce(
          (total, byte, at) => total + BigInt(byte) * 256n ** BigInt(at),
          0n,
        )
        const half = 256n ** BigInt(byteCount) / 2n
        expect(little(readings, `u${byteCount * 8}`)).toBe(String(sum))
        expect(little(readings, `i${byteCount * 8}`)).toBe(String(sum >= half ? sum - 2n * half : sum))
      }
    }),
    { seed: 22 },
  )
})

test('what needs more bytes than there are says so', () => {
  const readings = integerReadings(hex('01 02'))
  expect([little(readings, 'u16'), big(readings, 'u24'), readings.find(({ name }) => name === 'u24')?.big]).toEqual([
    '513',
    'needs 3 bytes',
    { text: 'needs 3 bytes', isValue: false },
  ])
})

test('a byte in other notations', () => {
  expect(byteReadings(hex('5a')).map(({ little: { text } }) => text)).toEqual(['0x5A', '0o132', '0b01011010', "'Z'"])
})

test('floats read back as the same bits, as short as String prints f64', () => {
  const single = new Float32Array(1)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
      const readings = floatReadings(bytes)
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      const double = view.getFloat64(0)
      if (!Number.isNaN(double)) expect(big(readings, 'f64')).toBe(Object.is(double, -0) ? '-0' : String(double))
      const float = view.getFloat32(0, true)
      if (Number.isNaN(float)) return
      const text = little(readings, 'f32')
      single[0] = Number(text)
      expect(Object.is(single[0], float)).toBe(true)
    }),
    { seed: 22, numRuns: 2000 },
  )
})

test('bf16 reads back from its text as the upper half of a binary32; f16 at its limits', () => {
  const bits = (value: number): number => new DataView(new Float32Array([value]).buffer).getUint32(0, true)
  for (let upper = 0; upper < 0x10000; upper += 7) {
    const bytes = Uint8Array.of(upper >> 8, upper & 0xff)
    const text = big(floatReadings(bytes), 'bf16')
    if (text.startsWith('NaN')) continue
    // Rounded to the nearest bfloat16, ties to even, by its definition: the upper half of a binary32.
    const whole = bits(Number(text))
    const rest = whole & 0xffff
    const isUp = rest > 0x8000 || (rest === 0x8000 && ((whole >>> 16) & 1) === 1)
    expect((whole >>> 16) + (isUp ? 1 : 0)).toBe(upper)
  }
  const f16 = (text: string): string => big(floatReadings(hex(text)), 'f16')
  // IEEE 754-2019 table 3.5: largest, smallest normal and subnormal numbers of binary16.
  expect(['3c00', '7bff', '0400', '0001', '03ff', '3555', '8000', 'fc00', '7e00', '7d01'].map(f16)).toEqual([
    '1',
    '65500',
    '0.00006104',
    '6e-8',
    '0.000061',
    '0.3333',
    '-0',
    '-Infinity',
    'NaN',
    'NaN (0x7d01, signalling)',
  ])
})

test('special floats', () => {
  const f32 = (text: string): string => big(floatReadings(hex(text)), 'f32')
  expect(['7fc00000', 'ffc00001', '7f800001', 'ff800000', '80000000', '00000001', '3dcccccd'].map(f32)).toEqual([
    'NaN',
    'NaN (0xffc00001, quiet)',
    'NaN (0x7f800001, signalling)',
    '-Infinity',
    '-0',
    '1e-45',
    '0.1',
  ])
  expect(big(floatReadings(hex('0000000000000001')), 'f64')).toBe('5e-324')
  expect(big(floatReadings(hex('000fffffffffffff')), 'f64')).toBe('2.225073858507201e-308')
})

test('Unix times are what Date says, within the years of ISO 8601', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (milliseconds) => {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setBigInt64(0, BigInt(milliseconds))
      expect(big(timeReadings(bytes), 'Unix ms, i64')).toBe(new Date(milliseconds).toISOString())
    }),
    { seed: 22, numRuns: 2000 },
  )
})

test('times of all kinds', () => {
  const at = (name: string, text: string): string => big(timeReadings(hex(text)), name)
  expect([
    at('Unix s, i32', 'ffffffff'),
    at('Unix s, u32', 'ffffffff'),
    at('Unix ns, i64', '17979cfe362a0000'),
    at('Unix µs, i64', 'ffffffffffffffff'),
    at('Unix ms, i64', '7fffffffffffffff'),
    // [MS-DTYP]: 100 ns since 1601; the well-known difference to 1970.
    at('FILETIME', '019db1ded53e8000'),
    at('FILETIME', '0000000000000001'),
    at('.NET ticks', '089f7ff5f7b58000'),
    at('.NET ticks', '489f7ff5f7b58000'),
    // RFC 5905 figure 4: the first day of Unix, and the first of the era from 2036.
    at('NTP 64', '83aa7e8080000000'),
    at('NTP 64', '0000000100000000'),
    at('NTP 64', '0000000000000000'),
    at('OLE date', '0000000000000000'),
    at('OLE date', 'bff4000000000000'),
    at('OLE date', '7ff8000000000000'),
    at('DOS date', '21996ad2'),
    at('DOS date', '00000000'),
    at('Mac 1904 s', '7c25b080'),
  ]).toEqual([
    '1969-12-31T23:59:59Z',
    '2106-02-07T06:28:15Z',
    '2023-11-14T22:13:20.000000000Z',
    '1969-12-31T23:59:59.999999Z',
    'out of range',
    '1970-01-01T00:00:00.0000000Z',
    '1601-01-01T00:00:00.0000001Z',
    '1970-01-01T00:00:00.0000000 (no zone)',
    '1970-01-01T00:00:00.0000000Z',
    '1970-01-01T00:00:00.500000000Z',
    '2036-02-07T06:28:17.000000000Z',
    'not set',
    '1899-12-30T00:00:00.000 (no zone)',
    '1899-12-29T06:00:00.000 (no zone)',
    'out of range',
    '1996-12-25T13:22:36 (no zone)',
    'out of range',
    '1970-01-01T00:00:00Z',
  ])
})

test('identifiers and addresses', () => {
  const bytes = hex('00112233 4455 6677 8899 aabbccddeeff')
  expect([
    little(identifierReadings(bytes), 'UUID'),
    little(identifierReadings(bytes), 'GUID'),
    big(identifierReadings(hex('c0000201')), 'IPv4'),
    little(identifierReadings(hex('0102a8c0')), 'IPv4'),
    little(identifierReadings(bytes), 'MAC'),
    // RFC 5952 sections 4.2.2 and 4.2.3.
    little(identifierReadings(hex('20010db8000000010001000100010001')), 'IPv6'),
    little(identifierReadings(hex('20010db8000000000001000000000001')), 'IPv6'),
    little(identifierReadings(hex('00000000000000000000000000000000')), 'IPv6'),
    little(identifierReadings(hex('00000000000000000000000000000001')), 'IPv6'),
    little(identifierReadings(hex('fe800000000000000000000000000000')), 'IPv6'),
  ]).toEqual([
    '00112233-4455-6677-8899-aabbccddeeff',
    '{33221100-5544-7766-8899-AABBCCDDEEFF}',
    '192.0.2.1',
    '192.168.2.1',
    '00:11:22:33:44:55',
    '2001:db8:0:1:1:1:1:1',
    '2001:db8::1:0:0:1',
    '::',
    '::1',
    'fe80::',
  ])
})

test('numbers of variable length', () => {
  const at = (name: string, text: string, selected = 0): string =>
    little(variableLengthReadings(hex(text), selected), name)
  expect([
    // DWARF 5 tables 7.7 and 7.8, and the example of the encoding page of Protocol Buffers.
    at('LEB128', '8001'),
    at('LEB128', 'b964'),
    at('SLEB128', 'ff7e'),
    at('SLEB128', '8101'),
    at('LEB128', '9601'),
    at('zigzag', 'ffffffff0f'),
    at('LEB128', 'ff'),
    at('LEB128', 'ffffffffffffffffffffff'),
    big(variableLengthReadings(hex('12 34 56 78 99'), 0), 'BCD'),
    at('BCD', '1234567899'),
    big(variableLengthReadings(hex('12 3f'), 2), 'BCD'),
    big(variableLengthReadings(hex('12 a4'), 2), 'BCD'),
  ]).toEqual([
    '128 (2 bytes)',
    '12857 (2 bytes)',
    '-129 (2 bytes)',
    '129 (2 bytes)',
    '150 (2 bytes)',
    '-2147483648 (5 bytes)',
    'does not end here',
    'longer than 10 bytes',
    '12345678',
    '78563412',
    '123',
    'no digit in byte 2',
  ])
})

test('texts, where they begin and whole', () => {
  const at = (name: string, text: string, isSelection: boolean): string =>
    little(textReadings(hex(text), isSelection), name)
  expect([
    at('UTF-8', '35 20 ce a9 0a 41', false),
    at('UTF-8', '35 20 ce a9 0a ff 41', true),
    at('UTF-16LE', '3d d8 00 de', true),
    at('UTF-16BE', 'd8 3d de 00', true),
    at('Windows-1252', '80', true),
    at('Shift_JIS', '93 fa 96 7b', true),
    at('EBCDIC 037', 'c8 c5 d3 d3 d6', false),
    at('UTF-8', '00 01', true),
  ]).toEqual(['5 Ω', '5 Ω\\n‹ff›A', '😀', '😀', '€', '日本', 'HELLO', 'no text'])
})

test('any bytes are read without an error, and every reading of a group has its own name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, isSelection) => {
      const groups = [
        integerReadings(bytes),
        byteReadings(bytes),
        floatReadings(bytes),
        timeReadings(bytes),
        identifierReadings(bytes),
        variableLengthReadings(bytes, isSelection ? bytes.length : 0),
        textReadings(bytes, isSelection),
      ]
      for (const readings of groups) {
        expect(new Set(readings.map(({ name }) => name)).size).toBe(readings.length)
        for (const { little: one, big: other } of readings) expect(one.text !== '' && other?.text !== '').toBe(true)
      }
    }),
    { seed: 22, numRuns: 1000 },
  )
})
