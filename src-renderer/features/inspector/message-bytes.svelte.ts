import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { DataRow, MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import { decodeFramePayload } from '../../../src-main/protocol/framing/frame-codec.ts'
import { readStream, type CaptureReader } from '../traffic/selected-bytes.ts'

/** Read at once when a message is looked at. */
export const firstReadBytes = 1024 * 1024
/** Read each time more is asked for. */
export const furtherReadBytes = 8 * 1024 * 1024

/** What is looked at: a message, or a chunk, which is a message without framing. */
export type LookedAt = MessageRow | DataRow

/** Framings whose content does not stand in the stream as it is. */
const escapedKinds: ReadonlySet<FramingSettings['kind']> = new Set(['slip', 'cobs', 'markers'])

const nothing = new Uint8Array(0)

/**
 * The bytes of one message: its frame as it stands in the stream and its content with escapes undone. Large ones are read
 * in part until more is asked for. Every getter is reactive.
 */
export class MessageBytes {
  readonly captureId: string
  readonly #link: CaptureReader
  #wanted: LookedAt | null = null
  #row = $state.raw<LookedAt | null>(null)
  #framing: FramingSettings = $state.raw({ kind: 'raw' })
  #frame = $state.raw<Uint8Array>(nothing)
  #error = $state.raw<ErrorShape | null>(null)
  #reading = $state(false)

  constructor(link: CaptureReader, captureId: string) {
    this.#link = link
    this.captureId = captureId
  }

  /** The message whose bytes these are; null until they are read. */
  get row(): LookedAt | null {
    return this.#row
  }

  get framing(): FramingSettings {
    return this.#framing
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  get reading(): boolean {
    return this.#reading
  }

  /** The frame from its beginning, as far as it was read. */
  get frame(): Uint8Array {
    return this.#frame
  }

  /** The whole frame is at hand. */
  get isWhole(): boolean {
    return this.#row !== null && this.#frame.length >= this.#row.length
  }

  /** Bytes of the frame before the content. */
  get headBytes(): number {
    return this.#row?.kind === 'message' ? this.#row.headBytes : 0
  }

  /** Bytes of the frame after the content. */
  get tailBytes(): number {
    return this.#row?.kind === 'message' ? this.#row.tailBytes : 0
  }

  /** The content stands in the stream with escapes in it. */
  get isEscaped(): boolean {
    return escapedKinds.has(this.#framing.kind) && this.#row?.kind === 'message' && this.#row.problem === null
  }

  readonly #content = $derived.by(() => {
    const end = this.isWhole ? this.#frame.length - this.tailBytes : this.#frame.length
    const content = this.#frame.subarray(Math.min(this.headBytes, end), end)
    return this.isEscaped && this.isWhole ? (decodeFramePayload(this.#framing, content) ?? content) : content
  })

  /** The content, with its escapes undone once the whole frame is at hand. */
  get content(): Uint8Array {
    return this.#content
  }

  /** Looks at a message, null at none. What is shown of the one before goes when the new one is there. */
  async look(row: LookedAt | null, framing: FramingSettings): Promise<void> {
    this.#wanted = row
    if (row === null) {
      this.#row = null
      this.#frame = nothing
      this.#error = null
      return
    }
    await this.#read(row, framing, nothing, firstReadBytes)
  }

  /** Reads on in a message of which only the beginning is at hand. */
  async readMore(): Promise<void> {
    const row = this.#row
    if (row === null || this.isWhole || this.#reading) return
    await this.#read(row, this.#framing, this.#frame, furtherReadBytes)
  }

  /** Reads at most `byteCount` bytes behind those at hand. */
  async #read(row: LookedAt, framing: FramingSettings, before: Uint8Array, byteCount: number): Promise<void> {
    this.#reading = true
    try {
      const length = Math.min(byteCount, row.length - before.length)
      const further = await readStream(this.#link, this.captureId, row, before.length, length)
      const frame = before.length === 0 ? further : joined(before, further)
      if (row !== this.#wanted) return
      this.#row = row
      this.#framing = row.kind === 'message' ? framing : { kind: 'raw' }
      this.#frame = frame
      this.#error = null
    } catch (thrown) {
      if (row === this.#wanted) this.#error = toErrorShape(thrown)
    } finally {
      if (row === this.#wanted) this.#reading = false
    }
  }
}

function joined(before: Uint8Array, further: Uint8Array): Uint8Array {
  const whole = new Uint8Array(before.length + further.length)
  whole.set(before)
  whole.set(further, before.length)
  return whole
}
