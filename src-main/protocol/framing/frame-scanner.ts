import type { FrameBatch } from './frame-batch.ts'

/**
 * Where a framer stands: plain, small, serialisable. A framer made from it and given the bytes from `offset` on finds
 * the same frames as one that read everything.
 */
export interface FramerState {
  /** The kind of scanner it belongs to. */
  readonly scanner: string
  /** Stream offset of the next byte. */
  readonly offset: number
  /** Stream offset at which the frame being read begins. */
  readonly frameStart: number
  /** What the scanner must know besides; at most a few hundred numbers. */
  readonly registers: readonly number[]
}

/**
 * One way of cutting a stream. A scanner never keeps bytes of the stream (at most an unfinished header): it keeps
 * offsets, and its registers hold everything else, so that a snapshot is complete by construction.
 */
export abstract class FrameScanner {
  /** Names the scanner in its state. */
  protected abstract readonly name: string
  protected offset = 0
  protected frameStart = 0

  /** Takes the next bytes of the stream, which arrived at `timeNs`, and adds the frames that end within them. */
  abstract scan(bytes: Uint8Array, timeNs: number, batch: FrameBatch): void

  /** The stream has ended: adds what is left, as a marked region where it is no whole message. */
  abstract finish(batch: FrameBatch): void

  /** Bytes read since the last frame ended. */
  get carriedBytes(): number {
    return this.offset - this.frameStart
  }

  snapshot(): FramerState {
    return { scanner: this.name, offset: this.offset, frameStart: this.frameStart, registers: this.saveRegisters() }
  }

  restore(state: FramerState): void {
    if (state.scanner !== this.name) {
      throw new TypeError(`A state of the ${state.scanner} scanner was given to the ${this.name} scanner.`)
    }
    this.offset = state.offset
    this.frameStart = state.frameStart
    this.loadRegisters(state.registers)
  }

  protected abstract saveRegisters(): readonly number[]
  protected abstract loadRegisters(registers: readonly number[]): void
}
