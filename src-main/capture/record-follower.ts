import type { CaptureSource } from './capture-source.ts'
import type { OpenFile } from './file-access.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import { walkRecords } from './record-walker.ts'

/** A record as it stands in the capture. */
export interface FollowedRecord {
  readonly kind: 'received' | 'sent' | 'event'
  readonly connection: number
  /** In memory of their own. */
  readonly bytes: Uint8Array
}

const kindNames = new Map<number, FollowedRecord['kind']>([
  [recordKind.received, 'received'],
  [recordKind.sent, 'sent'],
  [recordKind.event, 'event'],
])

/**
 * Reads the records of a capture in order while it grows, through its own file handle, also after the capture has ended. Only
 * whole records that are on disk are met; what could not be read is passed over. Owned by whoever made it.
 */
export class RecordFollower {
  readonly #source: CaptureSource
  readonly #file: OpenFile
  #position: number

  /** `position`: where a record begins in the data file, on disk already or later. */
  constructor(source: CaptureSource, file: OpenFile, position: number) {
    this.#source = source
    this.#file = file
    this.#position = position
  }

  /**
   * Visits what is on disk up to `endPosition`, about `maximumBytes` of it at most, but always a record. True when there
   * is more already. Only one call at a time. Failures are those of reading the file.
   */
  async readOn(visit: (record: FollowedRecord) => void, maximumBytes: number, endPosition: number): Promise<boolean> {
    const end = Math.min(this.#source.state().tally.fileOffset, endPosition)
    if (this.#position >= end) return false
    let restBytes = maximumBytes
    let bytes = new Uint8Array(0)
    let kind: FollowedRecord['kind'] | undefined
    let connection = 0
    const walked = await walkRecords(
      { file: this.#file, salt: this.#source.salt, from: this.#position, to: end, isFileEnd: false },
      {
        onRecord: (header, fileOffset) => {
          kind = kindNames.get(header.kind)
          connection = header.connection
          if (kind !== undefined) bytes = new Uint8Array(header.payloadLength)
          this.#position = fileOffset
        },
        onPayload: (part, start, partEnd, payloadOffset) => {
          if (kind === undefined) return
          bytes.set(part.subarray(start, partEnd), payloadOffset)
          if (payloadOffset + partEnd - start < bytes.length) return
          const recordBytes = recordHeaderBytes + bytes.length
          this.#position += recordBytes
          restBytes -= recordBytes
          visit({ kind, connection, bytes })
        },
        onDamage: () => undefined,
        isDone: () => restBytes <= 0,
      },
    )
    if (restBytes > 0) this.#position = walked
    return this.#position < end
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
