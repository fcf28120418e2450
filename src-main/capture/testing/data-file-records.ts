import { decodeFileHeader, fileHeaderBytes } from '../file-header.ts'
import { decodeRecordHeader, emptyRecordHeader, recordHeaderBytes } from '../record-codec.ts'

/** A record as it stands in a data file. The payload lies in the memory that was read into. */
export interface WalkedRecord {
  readonly kind: number
  readonly connection: number
  readonly timeNs: number
  readonly streamOffset: number
  readonly payload: Uint8Array
}

/** More than any record of a test has. */
const windowBytes = 8 * 1024 * 1024

/**
 * Every record of a data file, found by its headers alone: neither the index nor the readers of the product have a part in
 * it. `read` gives the bytes at a place, fewer at the end. Throws where anything else than a whole record stands.
 */
export function* recordsOfDataFile(read: (position: number, length: number) => Uint8Array): Generator<WalkedRecord> {
  const { salt } = decodeFileHeader(read(0, fileHeaderBytes), 'data file')
  const header = emptyRecordHeader()
  for (let position = fileHeaderBytes; ;) {
    const bytes = read(position, windowBytes)
    if (bytes.length === 0) return
    let at = 0
    while (decodeRecordHeader(bytes, at, salt, header)) {
      const start = at + recordHeaderBytes
      const end = start + header.payloadLength
      if (end > bytes.length) break
      yield { ...header, payload: bytes.subarray(start, end) }
      at = end
    }
    if (at === 0) throw new Error(`No whole record stands at byte ${position} of the data file.`)
    position += at
  }
}
