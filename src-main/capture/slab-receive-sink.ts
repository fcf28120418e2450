import type { ReceiveSink } from './receive-sink.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import type { RecordIntake } from './record-intake.ts'
import { largestSlabBytes, smallestSlabBytes, type Slab, type SlabPool } from './slab-pool.ts'

/** Room for one read when the reader names no size. */
const defaultRegionBytes = 512 * 1024
/** A slab with less room than a quarter of it, or than this, is not read into any more. */
const leastRegionBytes = 64 * 1024
const quickFillNs = 50e6
const slowFillNs = 1e9

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
  #slab: Slab | null = null
  #used = 0
  #takenAtNs = 0
  #wantedSlabBytes = smallestSlabBytes
  #region: Uint8Array | null = null
  /** The part of the region that the reader asked for. */
  #handedOut: Uint8Array | null = null
  #closed = false

  constructor(owner: SinkOwner, connection: number) {
    this.#owner = owner
    this.#connection = connection
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
    if (byteCount > 0 && !this.#closed && this.#slab !== null) {
      this.#owner.intake.acceptInPlace(recordKind.received, this.#connection, this.#slab, this.#used, byteCount)
      this.#used += recordHeaderBytes + byteCount
    }
    return this.#owner.admitted(this)
  }

  append(bytes: Uint8Array): boolean {
    if (bytes.length > 0 && !this.#closed) this.#owner.intake.accept(recordKind.received, this.#connection, bytes)
    return this.#owner.admitted(this)
  }

  close(): void {
    if (this.#slab !== null) this.#owner.pool.retire(this.#slab)
    this.#end()
  }

  /** The capture ends before the connection: the memory may still be read into and is never used again. */
  detach(): void {
    if (this.#slab !== null) this.#owner.pool.forget(this.#slab)
    this.#end()
  }

  #end(): void {
    this.#closed = true
    this.#slab = null
    this.onWritable = null
    this.#owner.released(this)
  }

  #newRegion(): Uint8Array {
    if (this.#closed) return new Uint8Array(smallestSlabBytes)
    const slab = this.#slabWithRoom()
    const start = this.#used + recordHeaderBytes
    return slab.bytes.subarray(start, Math.min(slab.bytes.length, start + defaultRegionBytes))
  }

  #slabWithRoom(): Slab {
    const slab = this.#slab
    if (slab !== null) {
      const size = slab.bytes.length
      if (size - this.#used - recordHeaderBytes >= Math.min(leastRegionBytes, size / 4)) return slab
      this.#owner.pool.retire(slab)
      this.#adaptSlabSize(size)
    }
    this.#slab = this.#owner.pool.take(this.#wantedSlabBytes)
    this.#used = 0
    this.#takenAtNs = this.#owner.intake.lastTimeNs
    return this.#slab
  }

  #adaptSlabSize(size: number): void {
    const fillNs = this.#owner.intake.lastTimeNs - this.#takenAtNs
    if (fillNs < quickFillNs) this.#wantedSlabBytes = Math.min(largestSlabBytes, size * 2)
    else if (fillNs > slowFillNs) this.#wantedSlabBytes = Math.max(smallestSlabBytes, size / 2)
  }
}
