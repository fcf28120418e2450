import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from './crc32.ts'

test('gives the check value of the catalogue of CRC algorithms', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
})

test('agrees with zlib for any bytes, any part of them and any value before', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.nat(100),
      fc.nat(0xffffffff),
      (bytes, from, initial) => {
        const start = Math.min(from, bytes.length - 1)
        expect(crc32(bytes, start, bytes.length, initial)).toBe(zlibCrc32(bytes.subarray(start), initial))
      },
    ),
  )
})
