import { CarriedBytes } from '../command-rpc/receiving/carried-bytes.ts'
import { decodeFramePayload } from '../framing/frame-codec.ts'
import type { Frame } from '../framing/frame.ts'
import { createFramer } from '../framing/framer.ts'
import { lengthFieldBytes, readFixedField, readVarint, varintBytes } from '../framing/length-field.ts'
import type { RuleFraming } from './compiled-rules.ts'
import { ContentLengthFramer, type MessageFramer } from './content-length-framer.ts'

/** Longer messages are handed on without a look. */
export const longestRuledMessageBytes = 1024 * 1024

/** A length may have so much added to it. */
const greatestAddedBytes = 65_536

/** Bytes of a client in order: a message, with its framing and without, or bytes that rules do not look at. */
export type ClientPiece =
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly content: Uint8Array }
  | { readonly kind: 'rest'; readonly bytes: Uint8Array }

/**
 * The stream of a client cut into messages for rules. All pieces together are the stream, byte for byte. However it is split, the
 * messages are the same. What is not whole is kept up to 1 MiB; a longer message, also one that only says so, and what the
 * framing cannot read, comes out as it is. Pieces are never changed afterwards.
 */
export class MessageCutter {
  readonly #framing: RuleFraming
  readonly #framer: MessageFramer
  /** Bytes of the stream that have come out of the cutter, and what is kept behind them. */
  #outOffset = 0
  readonly #carried = new CarriedBytes()
  /** The message at hand came out in part, as it can be none for rules: the rest of it comes out as it comes. */
  #isPassing = false
  /** When the last bytes came. */
  #lastTimeNs = 0

  constructor(framing: RuleFraming) {
    this.#framing = framing
    this.#framer =
      framing.kind === 'content-length' ? new ContentLengthFramer(framing.maximumFrameBytes) : createFramer(framing)
  }

  /** Each chunk is a message as it came. */
  get isByChunk(): boolean {
    return this.#framing.kind === 'raw'
  }

  /** When a message may end by silence; null when nothing waits for it. */
  get quietAtNs(): number | null {
    if (this.#framing.kind !== 'idle-gap' || this.#carried.length === 0) return null
    return this.#lastTimeNs + this.#framing.idleGapMs * 1e6
  }

  /** The next bytes, which must not be changed afterwards. An empty chunk tells only the time, which never goes back. */
  accept(chunk: Uint8Array, timeNs: number): readonly ClientPiece[] {
    if (chunk.length > 0) this.#lastTimeNs = timeNs
    const pieces = this.#cut(this.#framer.acceptChunk(chunk, timeNs), chunk)
    if (this.#carried.length === 0) return pieces
    this.#isPassing ||= this.#framer.isLost === true || this.#isTooLong()
    return this.#isPassing ? [...pieces, ...this.#letGo()] : pieces
  }

  /** The stream has ended: a last message may be whole now, anything else comes out as it is. */
  end(): readonly ClientPiece[] {
    return [...this.#cut(this.#framer.end(), new Uint8Array(0)), ...this.#letGo()]
  }

  /** Gives up what is kept. */
  release(): Uint8Array {
    const bytes = this.#carried.view().slice()
    this.#outOffset += bytes.length
    this.#carried.clear()
    return bytes
  }

  /** The frames out of what is kept and the chunk behind it; the rest is kept. */
  #cut(frames: readonly Frame[], chunk: Uint8Array): readonly ClientPiece[] {
    let there = chunk
    if (this.#carried.length > 0) {
      this.#carried.append(chunk)
      if (frames.length === 0) return []
      there = this.#carried.view().slice()
      this.#carried.clear()
    }
    const pieces: ClientPiece[] = []
    let at = 0
    for (const frame of frames) {
      // What was longer than may be kept has come out in part, or altogether.
      const wanted = Math.max(0, frame.end - this.#outOffset)
      const bytes = there.subarray(at, at + wanted)
      at += wanted
      this.#outOffset += wanted
      if (wanted > 0) {
        pieces.push(this.#pieceOf(frame, bytes))
        this.#isPassing = false
      }
    }
    this.#carried.append(there.subarray(at))
    return pieces
  }

  /** What is kept is too long for rules, or says that it will be: the server may want to answer that at once. */
  #isTooLong(): boolean {
    if (this.#carried.length > longestRuledMessageBytes) return true
    const announced = announcedBytes(this.#framing, this.#carried.view())
    return announced !== null && announced > longestRuledMessageBytes + greatestAddedBytes
  }

  #pieceOf(frame: Frame, bytes: Uint8Array): ClientPiece {
    const isWhole = bytes.length === frame.end - frame.start && bytes.length <= longestRuledMessageBytes
    if (frame.problem !== null || !isWhole) return { kind: 'rest', bytes }
    const content = this.#contentOf(bytes.subarray(frame.payloadStart - frame.start, frame.payloadEnd - frame.start))
    return content === null ? { kind: 'rest', bytes } : { kind: 'message', bytes, content }
  }

  #contentOf(payload: Uint8Array): Uint8Array | null {
    return this.#framing.kind === 'content-length' ? payload : decodeFramePayload(this.#framing, payload)
  }

  #letGo(): readonly ClientPiece[] {
    return this.#carried.length === 0 ? [] : [{ kind: 'rest', bytes: this.release() }]
  }
}

/** The length that the bytes of a message say it has; null when they do not, or not yet. */
function announcedBytes(framing: RuleFraming, bytes: Uint8Array): number | null {
  if (framing.kind !== 'tcpy' && framing.kind !== 'length-prefix') return null
  const [field, at] =
    framing.kind === 'tcpy' ? (['u32be', 0] as const) : ([framing.field, framing.bytesBeforeField] as const)
  if (field === 'varint') {
    const width = varintBytes(bytes, at, bytes.length)
    return width > 0 ? readVarint(bytes, at, width) : null
  }
  return bytes.length < at + lengthFieldBytes[field] ? null : readFixedField(field, bytes, at)
}
