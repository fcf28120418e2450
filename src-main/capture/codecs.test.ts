import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkIndexHeader,
  checkpointBytes,
  decodeCheckpoint,
  encodeCheckpoint,
  encodeIndexHeader,
} from './checkpoint-codec.ts'
import { decodeFileHeader, encodeFileHeader, fileHeaderBytes } from './file-header.ts'
import {
  decodeRecordHeader,
  emptyRecordHeader,
  encodeRecordHeader,
  findRecordHeader,
  recordHeaderBytes,
} from './record-codec.ts'
import { Tally } from './tally.ts'

const uint32 = fc.nat(0xffffffff)
const safeInteger = fc.maxSafeNat()
const anyHeader = fc.record({
  kind: fc.nat(255),
  payloadLength: uint32,
  timeNs: safeInteger,
  connection: uint32,
  streamOffset: fc.maxSafeNat().map((value) => value % 2 ** 48),
})
const anyTally = fc.tuple(...Array.from({ length: 7 }, () => safeInteger)).map((values) => {
  const tally = new Tally()
  const [recordCount = 0, fileOffset = 0, lastTimeNs = 0, receivedBytes = 0, sentBytes = 0, streamRowCount = 0] = values
  Object.assign(tally, { recordCount, fileOffset, lastTimeNs, receivedBytes, sentBytes, streamRowCount })
  tally.damagedBytes = values[6] ?? 0
  return tally
})

function encode(header: ReturnType<typeof emptyRecordHeader>, at: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(at + recordHeaderBytes)
  const { kind, payloadLength, timeNs, connection, streamOffset } = header
  encodeRecordHeader(bytes, at, salt, kind, payloadLength, timeNs, connection, streamOffset)
  return bytes
}

test('a record header comes back as it was written, anywhere in memory', () => {
  fc.assert(
    fc.property(anyHeader, uint32, fc.nat(50), (header, salt, at) => {
      const decoded = emptyRecordHeader()
      expect(decodeRecordHeader(encode(header, at, salt), at, salt, decoded)).toBe(true)
      expect(decoded).toEqual(header)
    }),
  )
})

test('a record header with one flipped bit, or of another capture, is none', () => {
  fc.assert(
    fc.property(anyHeader, uint32, fc.nat(255), uint32, (header, salt, bit, otherSalt) => {
      fc.pre(salt !== otherSalt)
      const bytes = encode(header, 0, salt)
      expect(decodeRecordHeader(bytes, 0, otherSalt, emptyRecordHeader())).toBe(false)
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeRecordHeader(bytes, 0, salt, emptyRecordHeader())).toBe(false)
    }),
  )
})

test('a record header is laid out as the format says', () => {
  const bytes = encode({ kind: 2, payloadLength: 5, timeNs: 2 ** 40, connection: 7, streamOffset: 2 ** 33 + 1 }, 0, 0)
  expect(Buffer.from(bytes.subarray(0, 28)).toString('hex')).toBe(
    '42570200' + '05000000' + '0000000000010000' + '07000000' + '010000000200' + '0000',
  )
})

test('the next record header is found behind any bytes, and not where it is cut off', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), anyHeader, uint32, (before, header, salt) => {
      const bytes = encode(header, before.length, salt)
      bytes.set(before)
      expect(findRecordHeader(bytes, 0, bytes.length, salt, emptyRecordHeader())).toBe(before.length)
      expect(findRecordHeader(bytes, 0, bytes.length - 1, salt, emptyRecordHeader())).toBe(-1)
    }),
  )
})

test('a checkpoint comes back as it was written; one flipped bit makes it none', () => {
  fc.assert(
    fc.property(anyTally, uint32, fc.nat(511), (tally, fingerprint, bit) => {
      const bytes = new Uint8Array(checkpointBytes * 2)
      encodeCheckpoint(bytes, checkpointBytes, fingerprint, tally)
      const decoded = new Tally()
      expect(decodeCheckpoint(bytes, checkpointBytes, fingerprint, decoded)).toBe(true)
      expect(decoded).toEqual(tally)
      const at = checkpointBytes + (bit >>> 3)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
      expect(decodeCheckpoint(bytes, checkpointBytes, fingerprint, decoded)).toBe(false)
    }),
  )
})

test('an index header names its data file', () => {
  const header = encodeIndexHeader(77)
  const newer = encodeIndexHeader(77)
  newer[20] = 1
  expect([
    checkIndexHeader(header, 77),
    checkIndexHeader(header, 78),
    checkIndexHeader(header.subarray(0, 63), 77),
    checkIndexHeader(newer, 77),
  ]).toEqual([null, 'mismatch', 'truncated', 'checksum'])
})

test('a file header comes back; a name too long for it is cut', () => {
  const facts = {
    captureId: 'a-1',
    name: 'Überwachung \u{1f50c}',
    startedAtUnixUs: 1_800_000_000_000_000,
    programVersion: '1.0',
  }
  expect(decodeFileHeader(encodeFileHeader(9, facts), 'f')).toMatchObject({ salt: 9, facts })
  const long = decodeFileHeader(encodeFileHeader(9, { ...facts, name: '\u{1f50c}'.repeat(3000) }), 'f').facts.name
  expect(long).toMatch(/^(\u{1f50c})+$/u)
})

test('a damaged, cut or foreign file header is a coded error, whatever the bytes', () => {
  const good = encodeFileHeader(9, { captureId: 'a-1', name: 'n', startedAtUnixUs: 1, programVersion: '1.0' })
  fc.assert(
    fc.property(
      fc.nat(fileHeaderBytes - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(fileHeaderBytes),
      (at, flip, length) => {
        const bytes = good.slice()
        bytes[at] = (bytes[at] ?? 0) ^ flip
        const decode = (): string => {
          try {
            decodeFileHeader(bytes.subarray(0, length), 'f')
            return 'read'
          } catch (error) {
            return (error as { code: string }).code
          }
        }
        // The zeros behind the JSON mean nothing.
        const isRead = length === fileHeaderBytes && at >= 200
        expect(isRead ? ['read'] : ['capture-malformed', 'capture-newer']).toContain(decode())
      },
    ),
  )
})
