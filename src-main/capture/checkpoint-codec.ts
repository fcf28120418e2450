import { crc32 } from '../protocol/checksum/crc32.ts'
import { readUint32, writeUint32 } from './record-codec.ts'
import type { Tally } from './tally.ts'

/** Bytes of the index file's header, and of each checkpoint after it. */
export const checkpointBytes = 64
export const indexFormatVersion = 1

const magic = new TextEncoder().encode('WBINDEX\x1a')
const twoTo32 = 0x1_0000_0000
const twoTo21 = 0x20_0000

/** The index file's first 64 bytes: magic, u32 version, u32 fingerprint of the data file's header, zeros, CRC-32. */
export function encodeIndexHeader(fingerprint: number): Uint8Array {
  const header = new Uint8Array(checkpointBytes)
  header.set(magic)
  writeUint32(header, 8, indexFormatVersion)
  writeUint32(header, 12, fingerprint)
  writeUint32(header, 60, crc32(header, 0, 60))
  return header
}

/** Why an index header does not serve, or null when it does. */
export function checkIndexHeader(
  header: Uint8Array,
  fingerprint: number,
): 'truncated' | 'checksum' | 'newer' | 'mismatch' | null {
  if (header.length < checkpointBytes) return 'truncated'
  if (magic.some((byte, at) => header[at] !== byte)) return 'checksum'
  if (readUint32(header, 60) !== crc32(header, 0, 60)) return 'checksum'
  if (readUint32(header, 8) > indexFormatVersion) return 'newer'
  return readUint32(header, 12) === fingerprint ? null : 'mismatch'
}

/**
 * Writes the 64 bytes of a checkpoint at `at`: u64 little-endian each record number, file offset, time, received bytes,
 * sent bytes, stream rows, damaged bytes, all before the place; u32 zero, u32 CRC-32 of bytes 0 to 59 continued
 * from the fingerprint of the data file's header.
 */
export function encodeCheckpoint(target: Uint8Array, at: number, fingerprint: number, tally: Readonly<Tally>): void {
  writeUint64(target, at, tally.recordCount)
  writeUint64(target, at + 8, tally.fileOffset)
  writeUint64(target, at + 16, tally.lastTimeNs)
  writeUint64(target, at + 24, tally.receivedBytes)
  writeUint64(target, at + 32, tally.sentBytes)
  writeUint64(target, at + 40, tally.streamRowCount)
  writeUint64(target, at + 48, tally.damagedBytes)
  writeUint32(target, at + 56, 0)
  writeUint32(target, at + 60, crc32(target, at, at + 60, fingerprint))
}

/** Reads the checkpoint at `at` into `into`; false when its checksum or a number does not fit. */
export function decodeCheckpoint(source: Uint8Array, at: number, fingerprint: number, into: Tally): boolean {
  if (at + checkpointBytes > source.length) return false
  if (readUint32(source, at + 60) !== crc32(source, at, at + 60, fingerprint)) return false
  for (let field = 0; field < 7; field++) if (readUint32(source, at + field * 8 + 4) >= twoTo21) return false
  into.recordCount = readUint64(source, at)
  into.fileOffset = readUint64(source, at + 8)
  into.lastTimeNs = readUint64(source, at + 16)
  into.receivedBytes = readUint64(source, at + 24)
  into.sentBytes = readUint64(source, at + 32)
  into.streamRowCount = readUint64(source, at + 40)
  into.damagedBytes = readUint64(source, at + 48)
  return true
}

function writeUint64(target: Uint8Array, at: number, value: number): void {
  writeUint32(target, at, value)
  writeUint32(target, at + 4, Math.floor(value / twoTo32))
}

function readUint64(source: Uint8Array, at: number): number {
  return readUint32(source, at) + readUint32(source, at + 4) * twoTo32
}
