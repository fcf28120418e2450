import type { ReceiveSink } from './receive-sink.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import type { RecordIntake } from './record-intake.ts'
import { SlabCursor } from './slab-cursor.ts'
import { smallestSlabBytes, type Slab, type SlabPool } from './slab-pool.ts'

/** Room for one read when the reader names no size. */
const defaultRegionBytes = 512 * 1024
/** A slab with less room than a quarter of it, or than this, is not read into any more. */
const leastRegionBytes = 64 * 1024
/** After chunks of this size it pays to skip part of a block of memory. */
const largeChunkBytes = 16 * 1024

/** What a sink needs of its capture. */
export interface SinkOwner {
  readonly intake: RecordIntake
  readonly pool: SlabPool
  /** Records were accepted. False: the sink must pause until it is told. */
  admitted(sink: SlabReceiveSink): boolean
  released(sink: SlabReceiveSink): void
}

/** The way of one connection's received bytes into a capture: reads land in slabs, headers are laid between them. */
export class SlabReceiveSink implements ReceiveSink {
  onWritable: (() => void) | null = null
  readonly #owner: SinkOwner
  readonly #connection: number
  readonly #cursor: SlabCursor
  #lastChunkBytes = 0
  #region: Uint8Array | null = null
  /** The part of the region that the reader asked for. */
  #handedOut: Uint8Array | null = null
  #closed = false

  constructor(owner: SinkOwner, connection: number) {
    this.#owner = owner
    this.#connection = connection
    this.#cursor = new SlabCursor(owner.pool)
  }

  reserve(maximumBytes = defaultRegionBytes): Uint8Array {
    const region = (this.#region ??= this.#newRegion())
    const wanted = Math.min(region.length, Math.max(1, maximumBytes))
    if (this.#handedOut?.length !== wanted) {
      this.#handedOut = wanted === region.length ? region : region.subarray(0, wanted)
    }
    return this.#handedOut
  }

  commit(byteCount: number): boolean {
    if (this.#handedOut === null || byteCount > this.#handedOut.length) {
      throw new RangeError(`${byteCount} bytes were committed, ${this.#handedOut?.length ?? 0} reserved.`)
    }
    this.#region = this.#handedOut = null
    const { slab, used } = this.#cursor
    if (byteCount > 0 && !this.#closed && slab !== null) {
      this.#owner.intake.acceptInPlace(recordKind.received, this.#connection, slab, used, byteCount)
      this.#cursor.advance(recordHeaderBytes + byteCount)
      this.#lastChunkBytes = byteCount
    }
    return this.#owner.admitted(this)
  }

  append(bytes: Uint8Array): boolean {
    if (bytes.length > 0 && !this.#closed) this.#owner.intake.acceptCopied(recordKind.received, this.#connection, bytes)
    return this.#owner.admitted(this)
  }

  close(): void {
    this.detach()
    this.#cursor.end()
  }

  /** The capture ends before the connection: the memory may still be read into, and comes back with `close`. */
  detach(): void {
    this.#closed = true
    this.onWritable = null
    this.#owner.released(this)
  }

  #newRegion(): Uint8Array {
    // What is read after the capture has ended goes nowhere.
    if (this.#closed) return new Uint8Array(smallestSlabBytes)
    const { bytes } = this.#slabWithRoom()
    const start = this.#cursor.used + recordHeaderBytes
    return bytes.subarray(start, start + defaultRegionBytes)
  }

  #slabWithRoom(): Slab {
    const cursor = this.#cursor
    const { slab } = cursor
    const { tally, lastTimeNs } = this.#owner.intake
    if (slab === null || cursor.room - recordHeaderBytes < Math.min(leastRegionBytes, slab.bytes.length / 4)) {
      return cursor.takeNext(tally.fileOffset, lastTimeNs)
    }
    if (this.#lastChunkBytes >= largeChunkBytes) cursor.stepTo(tally.fileOffset)
    return slab
  }
}
