import { setTimeout as sleep } from 'node:timers/promises'
import { ChunkCutter } from '../../../protocol/sending/chunk-cutter.ts'
import { planChunks, type SendingUnit } from '../../../protocol/sending/chunk-plan.ts'
import { SendingSchedule } from '../../../protocol/sending/sending-schedule.ts'
import { WirebenchError } from '../../../contract/errors.ts'
import { largestPieceBytes } from './payload.ts'

/** How fast and in which chunks to send. */
export interface Pacing {
  readonly unit: SendingUnit
  /** Bytes or lines a second; null for as fast as the peer takes them. */
  readonly rate: number | null
  /** Bytes or lines of a chunk; null: those of a thousandth of a second, or pieces as they come without a rate. */
  readonly chunkSize: number | null
}

const nothing = new Uint8Array(0)

/** Cuts a payload into chunks and lets each go when it is due, as the sending of files does in the engine. */
export class Pace {
  readonly #pacing: Pacing
  readonly #schedule: SendingSchedule
  readonly #cutter: ChunkCutter
  /** Nothing is due before the first bytes are there. */
  #hasBegun = false

  /** Error: `rate-malformed`. */
  constructor(pacing: Pacing) {
    const planned = planChunks({ ...pacing, chunkRate: null })
    if (!planned.ok) throw WirebenchError.fromShape(planned.error)
    this.#pacing = pacing
    this.#schedule = new SendingSchedule(planned.plan, performance.now())
    this.#cutter = new ChunkCutter(pacing.unit)
  }

  /** Nothing could go out until now: what was due meanwhile is not made up for. */
  goOn(): void {
    this.#schedule.goOnAt(performance.now())
  }

  /**
   * The chunks, each no earlier than it is due; a large one in several pieces. `isLive`: the pieces come when somebody
   * writes them, and go out without waiting for the rest of their chunk. Ends quietly when `signal` aborts.
   */
  async *chunks(pieces: AsyncIterable<Uint8Array>, isLive: boolean, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let rest: Uint8Array = nothing
    let isInChunk = false
    for await (const piece of withEnd(pieces)) {
      if (piece !== null) rest = rest.length === 0 ? piece : Uint8Array.from(Buffer.concat([rest, piece]))
      if (isLive || !this.#hasBegun) this.goOn()
      this.#hasBegun = true
      while (rest.length > 0) {
        if (!isInChunk) this.#cutter.begin(this.#schedule.itemCount)
        const { byteCount, isWhole } = this.#cutter.look(rest)
        // The rest of the chunk may stand in the next piece.
        if (!isWhole && !isLive && piece !== null && rest.length < largestPieceBytes && !this.#isFree) break
        if (!isInChunk) await this.#untilDue(signal)
        if (signal.aborted) return
        const chunk = rest.subarray(0, byteCount)
        rest = rest.subarray(byteCount)
        this.#cutter.take(chunk)
        isInChunk = !isWhole
        if (isWhole) this.#schedule.advance()
        yield chunk
      }
    }
  }

  /** Pieces go out as they come. */
  get #isFree(): boolean {
    return this.#pacing.rate === null && this.#pacing.chunkSize === null
  }

  async #untilDue(signal: AbortSignal): Promise<void> {
    const waitMs = this.#schedule.dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Null behind the last piece. */
async function* withEnd(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | null> {
  yield* pieces
  yield null
}
