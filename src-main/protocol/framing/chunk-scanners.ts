/**
 * Messages that are told by no byte of the stream.
 *
 * Raw: every chunk that the socket brought is a message. Idle gap: a message ends when the next bytes come at least the
 * gap later; a chunk without bytes tells only the time, so a caller with a clock can end a message while nothing comes.
 * Content longer than the maximum is cut into regions of the maximum, marked `overrun`, until the gap. Fixed: every N
 * bytes are a message; fewer at the end of the stream are `incomplete`.
 */
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'

export class RawScanner extends FrameScanner {
  protected override readonly name = 'raw'

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    if (bytes.length === 0) return
    this.offset += bytes.length
    batch.push(this.frameStart, this.offset, 0, 0)
    this.frameStart = this.offset
  }

  override finish(): void {
    this.frameStart = this.offset
  }

  protected override saveRegisters(): readonly number[] {
    return []
  }

  protected override loadRegisters(): void {
    this.frameStart = this.offset
  }
}

export class FixedSizeScanner extends FrameScanner {
  protected override readonly name = 'fixed'
  readonly #frameBytes: number

  constructor(frameBytes: number) {
    super()
    this.#frameBytes = frameBytes
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    this.offset += bytes.length
    while (this.offset - this.frameStart >= this.#frameBytes) {
      batch.push(this.frameStart, this.frameStart + this.#frameBytes, 0, 0)
      this.frameStart += this.#frameBytes
    }
  }

  override finish(batch: FrameBatch): void {
    const missing = this.#frameBytes - this.carriedBytes
    if (this.carriedBytes > 0) batch.pushProblem(this.frameStart, this.offset, 0, 0, 'incomplete', missing)
    this.frameStart = this.offset
  }

  protected override saveRegisters(): readonly number[] {
    return []
  }

  protected override loadRegisters(): void {
    // Offset and frame start are the whole state.
  }
}

export class IdleGapScanner extends FrameScanner {
  protected override readonly name = 'idle-gap'
  readonly #idleGapNs: number
  readonly #maximum: number
  /** When the last bytes came. */
  #lastTimeNs = 0
  #overrun = false

  constructor(idleGapMs: number, maximumFrameBytes: number) {
    super()
    this.#idleGapNs = idleGapMs * 1e6
    this.#maximum = maximumFrameBytes
  }

  override scan(bytes: Uint8Array, timeNs: number, batch: FrameBatch): void {
    if (timeNs - this.#lastTimeNs >= this.#idleGapNs) this.#close(batch)
    if (bytes.length === 0) return
    this.#lastTimeNs = timeNs
    this.offset += bytes.length
    while (this.offset - this.frameStart > this.#maximum) {
      this.#overrun = true
      batch.pushProblem(this.frameStart, this.frameStart + this.#maximum, 0, 0, 'overrun')
      this.frameStart += this.#maximum
    }
  }

  override finish(batch: FrameBatch): void {
    this.#close(batch)
  }

  #close(batch: FrameBatch): void {
    if (this.offset > this.frameStart) {
      if (this.#overrun) batch.pushProblem(this.frameStart, this.offset, 0, 0, 'overrun')
      else batch.push(this.frameStart, this.offset, 0, 0)
    }
    this.frameStart = this.offset
    this.#overrun = false
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#lastTimeNs, this.#overrun ? 1 : 0]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#lastTimeNs = registers[0] ?? 0
    this.#overrun = registers[1] === 1
  }
}
