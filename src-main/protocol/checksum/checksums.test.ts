import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksumBytes, checksums, findChecksum } from './checksums.ts'
import type { CrcParameters } from './crc.ts'
import { crcVariants } from './crc-catalogue.ts'

const check = new TextEncoder().encode('123456789')

test('every checksum gives its published value for "123456789"', () => {
  expect(
    Object.fromEntries(checksums.map((checksum) => [checksum.name, checksum.compute(check).toString(16)])),
  ).toEqual({
    'CRC-8': 'f4',
    'CRC-8/AUTOSAR': 'df',
    'CRC-8/BLUETOOTH': '26',
    'CRC-8/CDMA2000': 'da',
    'CRC-8/DVB-S2': 'bc',
    'CRC-8/EBU': '97',
    'CRC-8/I-CODE': '7e',
    'CRC-8/ITU': 'a1',
    'CRC-8/MAXIM': 'a1',
    'CRC-8/NRSC-5': 'f7',
    'CRC-8/ROHC': 'd0',
    'CRC-8/SAE-J1850': '4b',
    'CRC-8/WCDMA': '25',
    'CRC-16/ARC': 'bb3d',
    'CRC-16/AUG-CCITT': 'e5cc',
    'CRC-16/BUYPASS': 'fee8',
    'CRC-16/CCITT-FALSE': '29b1',
    'CRC-16/CDMA2000': '4c06',
    'CRC-16/DECT-X': '7f',
    'CRC-16/DNP': 'ea82',
    'CRC-16/EN-13757': 'c2b7',
    'CRC-16/GENIBUS': 'd64e',
    'CRC-16/ISO-14443-A': 'bf05',
    'CRC-16/KERMIT': '2189',
    'CRC-16/MAXIM': '44c2',
    'CRC-16/MCRF4XX': '6f91',
    'CRC-16/MODBUS': '4b37',
    'CRC-16/T10-DIF': 'd0db',
    'CRC-16/USB': 'b4c8',
    'CRC-16/X-25': '906e',
    'CRC-16/XMODEM': '31c3',
    'CRC-32': 'cbf43926',
    'CRC-32/AUTOSAR': '1697d06a',
    'CRC-32/BZIP2': 'fc891918',
    'CRC-32/CKSUM': '765e7680',
    'CRC-32/JAMCRC': '340bc6d9',
    'CRC-32/MEF': 'd2c22f51',
    'CRC-32/MPEG-2': '376e6e7',
    'CRC-32/XFER': 'bd0be338',
    'CRC-32C': 'e3069283',
    'CRC-32D': '87315576',
    'CRC-32Q': '3010bf7f',
    sum8: 'dd',
    sum16: '1dd',
    sum32: '1dd',
    'negated sum8': '23',
    xor8: '31',
    'Adler-32': '91e01de',
    'Fletcher-16': '1ede',
    'Fletcher-32': 'df09d509',
    Internet: 'f62a',
  })
})

test('without bytes every checksum gives its initial value', () => {
  const initial = crcVariants.map(({ widthBits, initial: begun, reflected, finalXor }) => {
    const first = reflected
      ? Number.parseInt(Array.from(begun.toString(2).padStart(widthBits, '0')).reverse().join(''), 2)
      : begun
    return (first ^ finalXor) >>> 0
  })
  expect(checksums.map((checksum) => checksum.compute(new Uint8Array()))).toEqual([
    ...initial,
    ...[0, 0, 0, 0, 0, 1, 0, 0, 0xffff],
  ])
})

test('pieces of any size give what the whole gives', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 8 }), (pieces) => {
      const whole = Uint8Array.from(pieces.flatMap((piece) => [...piece]))
      const running = checksums.map((checksum) => checksum.begin())
      for (const piece of pieces) for (const each of running) each.add(piece)
      expect(running.map(({ value }) => value)).toEqual(checksums.map(({ compute }) => compute(whole)))
    }),
    { seed: 22 },
  )
})

test('every CRC agrees with a division bit by bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...crcVariants), (bytes, parameters) => {
      expect(findChecksum(parameters.name)?.compute(bytes)).toBe(bitByBit(bytes, parameters))
    }),
    { seed: 22 },
  )
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

function bitByBit(bytes: Uint8Array, parameters: CrcParameters): number {
  const width = BigInt(parameters.widthBits)
  const mask = (1n << width) - 1n
  const mirrored = (value: bigint, bits: bigint): bigint =>
    BigInt(
      `0b${Array.from(value.toString(2).padStart(Number(bits), '0'))
        .reverse()
        .join('')}`,
    )
  let sum = BigInt(parameters.initial)
  for (const byte of bytes) {
    sum ^= (parameters.reflected ? mirrored(BigInt(byte), 8n) : BigInt(byte)) << (width - 8n)
    for (let bit = 0; bit < 8; bit++) {
      const isOut = (sum >> (width - 1n)) & 1n
      sum = ((sum << 1n) & mask) ^ (isOut === 1n ? BigInt(parameters.polynomial) : 0n)
    }
  }
  return Number((parameters.reflected ? mirrored(sum, width) : sum) ^ BigInt(parameters.finalXor))
}
