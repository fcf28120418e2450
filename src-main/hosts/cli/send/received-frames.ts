import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import type { Frame, FrameProblem } from '../../../protocol/framing/frame.ts'
import { decodeFramePayload } from '../../../protocol/framing/frame-codec.ts'
import { createFramer, type Framer } from '../../../protocol/framing/framer.ts'
import { ByteQueue } from './byte-queue.ts'

/** A message, or a stretch that is none and says why. */
export interface ReceivedFrame {
  /** All bytes of the stream that belong to it. */
  readonly whole: Uint8Array
  /** The content without framing and escapes; the bare bytes where that cannot be told. */
  readonly payload: Uint8Array
  readonly problem: FrameProblem | null
}

/** Cuts received bytes into messages. */
export class ReceivedFrames {
  readonly #settings: FramingSettings
  readonly #framer: Framer
  readonly #bytes = new ByteQueue()

  constructor(settings: FramingSettings) {
    this.#settings = settings
    this.#framer = createFramer(settings)
  }

  /** The messages that end within these bytes. An empty chunk tells only the time. */
  acceptChunk(bytes: Uint8Array, timeNs: number): readonly ReceivedFrame[] {
    this.#bytes.push(bytes)
    return this.#take(this.#framer.acceptChunk(bytes, timeNs))
  }

  /** The stream has ended: what is left, marked where it is no whole message. */
  end(): readonly ReceivedFrame[] {
    return this.#take(this.#framer.end())
  }

  #take(frames: readonly Frame[]): readonly ReceivedFrame[] {
    return frames.map((frame) => {
      const whole = this.#bytes.slice(frame.start, frame.end)
      const content = whole.subarray(frame.payloadStart - frame.start, frame.payloadEnd - frame.start)
      const payload = frame.problem === null ? decodeFramePayload(this.#settings, content) : content
      this.#bytes.drop(frame.end)
      return { whole, payload: payload ?? content, problem: frame.problem }
    })
  }
}
