import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksumBytes, checksums, findChecksum } from './checksums.ts'

const check = new TextEncoder().encode('123456789')

test('every checksum gives its published value for "123456789"', () => {
  expect(
    Object.fromEntries(checksums.map((checksum) => [checksum.name, checksum.compute(check).toString(16)])),
  ).toEqual({
    'CRC-8': 'f4',
    'CRC-8/MAXIM': 'a1',
    'CRC-16/CCITT-FALSE': '29b1',
    'CRC-16/MODBUS': '4b37',
    'CRC-16/XMODEM': '31c3',
    'CRC-16/KERMIT': '2189',
    'CRC-16/ARC': 'bb3d',
    'CRC-32': 'cbf43926',
    'CRC-32C': 'e3069283',
    sum8: 'dd',
    xor8: '31',
    'Adler-32': '91e01de',
    'Fletcher-16': '1ede',
    'Fletcher-32': 'df09d509',
    Internet: 'f62a',
  })
})

test('without bytes every checksum gives its initial value', () => {
  expect(checksums.map((checksum) => checksum.compute(new Uint8Array()))).toEqual([
    0, 0, 0xffff, 0xffff, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xffff,
  ])
})

test('CRC-32 agrees with zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(findChecksum('crc-32')?.compute(bytes)).toBe(crc32(bytes))
    }),
  )
})

test('Adler-32 does not overflow on long input', () => {
  const bytes = new Uint8Array(1_000_000).fill(0xff)
  let low = 1n
  let high = 0n
  for (const byte of bytes) {
    low = (low + BigInt(byte)) % 65521n
    high = (high + low) % 65521n
  }
  expect(findChecksum('Adler-32')?.compute(bytes)).toBe(Number((high << 16n) | low))
})

test('values go on the wire in either byte order', () => {
  expect([
    checksumBytes(0xcbf43926, 32, 'big'),
    checksumBytes(0xcbf43926, 32, 'little'),
    checksumBytes(0x29b1, 16, 'big'),
    checksumBytes(0xf4, 8, 'little'),
  ]).toEqual([
    Uint8Array.from([0xcb, 0xf4, 0x39, 0x26]),
    Uint8Array.from([0x26, 0x39, 0xf4, 0xcb]),
    Uint8Array.from([0x29, 0xb1]),
    Uint8Array.from([0xf4]),
  ])
})

test('the sums give their published examples', () => {
  const of = (name: string, bytes: Uint8Array) => findChecksum(name)?.compute(bytes).toString(16)
  const text = (letters: string) => new TextEncoder().encode(letters)
  expect([
    of('Fletcher-16', text('abcde')),
    of('Fletcher-16', text('abcdefgh')),
    of('Fletcher-32', text('abcde')),
    of('Fletcher-32', text('abcdefgh')),
    // RFC 1071, section 3: the sum is ddf2.
    of('Internet', Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)),
  ]).toEqual(['c8f0', '627', 'f04fc729', 'ebe19591', '220d'])
})
