import { toErrorShape, WirebenchError, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { compareInSlices, type ByteComparison } from '../../../src-main/protocol/comparison/compare-bytes.ts'
import type { ComparedMessage } from '../../state/comparisons.svelte.ts'
import { readMessage, readStream, type CaptureReader } from '../traffic/selected-bytes.ts'
import { AlignedRows } from './aligned-rows.ts'

/** Larger messages are not compared: both have to be in memory. */
export const maximumComparedBytes = 64 * 1024 * 1024
/** Comparing gives way to what else the page has to do after so long. */
const sliceMs = 8

/** Both messages with what differs between them. */
export interface ComparedBytes {
  readonly left: Uint8Array
  readonly right: Uint8Array
  readonly comparison: ByteComparison
  readonly rows: AlignedRows
}

const nothing = new Uint8Array(0)

/** Reads and compares two messages, in slices. Every getter is reactive. */
export class MessageComparison {
  readonly #link: CaptureReader
  #phase = $state<'idle' | 'reading' | 'comparing'>('idle')
  #compared = $state.raw<ComparedBytes | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #runs = 0

  constructor(link: CaptureReader) {
    this.#link = link
  }

  get phase(): 'idle' | 'reading' | 'comparing' {
    return this.#phase
  }

  /** Null until both are read and compared. */
  get compared(): ComparedBytes | null {
    return this.#compared
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  /** Compares two messages; null for a side that has none. What was under way before is given up. */
  async show(left: ComparedMessage | null, right: ComparedMessage | null): Promise<void> {
    const run = (this.#runs += 1)
    this.#phase = 'reading'
    this.#compared = null
    this.#error = null
    try {
      const [leftBytes, rightBytes] = await Promise.all([this.#read(left), this.#read(right)])
      if (run !== this.#runs) return
      this.#phase = 'comparing'
      const comparison = await this.#compare(leftBytes, rightBytes, run)
      if (comparison === null) return
      const rows = new AlignedRows(comparison.edits)
      this.#compared = { left: leftBytes, right: rightBytes, comparison, rows }
    } catch (thrown) {
      if (run === this.#runs) this.#error = toErrorShape(thrown)
    } finally {
      if (run === this.#runs) this.#phase = 'idle'
    }
  }

  /** Nobody looks any more. */
  close(): void {
    this.#runs += 1
    this.#phase = 'idle'
  }

  async #read(message: ComparedMessage | null): Promise<Uint8Array> {
    if (message === null) return nothing
    const { captureId, row, framing } = message
    if (row.kind === 'message') return readMessage(this.#link, captureId, row, framing, maximumComparedBytes)
    if (row.length > maximumComparedBytes) {
      throw new WirebenchError('message-too-large', { bytes: row.length, limit: maximumComparedBytes })
    }
    return readStream(this.#link, captureId, row, 0, row.length)
  }

  async #compare(left: Uint8Array, right: Uint8Array, run: number): Promise<ByteComparison | null> {
    const slices = compareInSlices(left, right)
    let sliceEnd = performance.now() + sliceMs
    for (;;) {
      const slice = slices.next()
      if (slice.done === true) return slice.value
      if (performance.now() < sliceEnd) continue
      await new Promise((resolve) => setTimeout(resolve))
      if (run !== this.#runs) return null
      sliceEnd = performance.now() + sliceMs
    }
  }
}
