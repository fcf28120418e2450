import { crc32 } from '../protocol/checksum/crc32.ts'

/** Bytes before each payload in the data file. */
export const recordHeaderBytes = 32

/** Kinds of records. `padding` and `cleanEnd` are no rows of any view and have no record number. */
export const recordKind = { received: 1, sent: 2, event: 3, padding: 4, cleanEnd: 5 } as const

/** A record header's fields; mutable so that one object serves a whole scan. */
export interface RecordHeader {
  kind: number
  payloadLength: number
  /** Nanoseconds since the capture began. */
  timeNs: number
  connection: number
  /** Offset of the payload within its direction; 0 for what is not data. */
  streamOffset: number
}

const magicLow = 0x42
const magicHigh = 0x57
const twoTo32 = 0x1_0000_0000

export function emptyRecordHeader(): RecordHeader {
  return { kind: 0, payloadLength: 0, timeNs: 0, connection: 0, streamOffset: 0 }
}

/**
 * Writes the 32 bytes of a record header at `at`. All numbers little-endian. Bytes 0-1 magic 42 57, 2 kind, 3 flags 0,
 * 4-7 payload length, 8-15 time, 16-19 connection, 20-25 stream offset, 26-27 zero, 28-31 CRC-32 of bytes 0 to 27
 * continued from `salt`.
 */
export function encodeRecordHeader(
  target: Uint8Array,
  at: number,
  salt: number,
  kind: number,
  payloadLength: number,
  timeNs: number,
  connection: number,
  streamOffset: number,
): void {
  target[at] = magicLow
  target[at + 1] = magicHigh
  target[at + 2] = kind
  target[at + 3] = 0
  writeUint32(target, at + 4, payloadLength)
  writeUint32(target, at + 8, timeNs)
  writeUint32(target, at + 12, Math.floor(timeNs / twoTo32))
  writeUint32(target, at + 16, connection)
  writeUint32(target, at + 20, streamOffset)
  const offsetHigh = Math.floor(streamOffset / twoTo32)
  target[at + 24] = offsetHigh
  target[at + 25] = offsetHigh >>> 8
  target[at + 26] = 0
  target[at + 27] = 0
  writeUint32(target, at + 28, crc32(target, at, at + 28, salt))
}

/** Reads the record header at `at` into `into`; false when there is none (then `into` is unchanged). */
export function decodeRecordHeader(source: Uint8Array, at: number, salt: number, into: RecordHeader): boolean {
  if (source[at] !== magicLow || source[at + 1] !== magicHigh) return false
  if (at + recordHeaderBytes > source.length) return false
  if (readUint32(source, at + 28) !== crc32(source, at, at + 28, salt)) return false
  into.kind = source[at + 2] ?? 0
  into.payloadLength = readUint32(source, at + 4)
  into.timeNs = readUint32(source, at + 8) + readUint32(source, at + 12) * twoTo32
  into.connection = readUint32(source, at + 16)
  into.streamOffset = readUint32(source, at + 20) + ((source[at + 24] ?? 0) | ((source[at + 25] ?? 0) << 8)) * twoTo32
  return true
}

/** Position of the first valid record header in `bytes[start .. end)` that stands there whole, or -1. */
export function findRecordHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  salt: number,
  into: RecordHeader,
): number {
  const last = end - recordHeaderBytes
  let at = bytes.indexOf(magicLow, start)
  while (at >= 0 && at <= last) {
    if (decodeRecordHeader(bytes, at, salt, into)) return at
    at = bytes.indexOf(magicLow, at + 1)
  }
  return -1
}

/** Writes the low 32 bits of a whole number. */
export function writeUint32(target: Uint8Array, at: number, value: number): void {
  const low = value >>> 0
  target[at] = low
  target[at + 1] = low >>> 8
  target[at + 2] = low >>> 16
  target[at + 3] = low >>> 24
}

export function readUint32(source: Uint8Array, at: number): number {
  return (
    ((source[at] ?? 0) |
      ((source[at + 1] ?? 0) << 8) |
      ((source[at + 2] ?? 0) << 16) |
      ((source[at + 3] ?? 0) << 24)) >>>
    0
  )
}
