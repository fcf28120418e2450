import type { Link } from '../../../contract/connect.ts'
import { toErrorShape, WirebenchError, type ErrorCode } from '../../../contract/errors.ts'
import { Pace, type Pacing } from './pace.ts'
import { readPayload, type Payload } from './payload.ts'

/** The engine may hold this much that the peer has not taken; then sending waits until half of it is gone. */
const mostUnsentBytes = 8 * 1024 * 1024

export interface PumpSettings {
  readonly payload: Payload | null
  readonly pacing: Pacing
  /** Ends the sending side with FIN after the payload. */
  readonly halfClose: boolean
}

/** Codes that only say that the connection has ended; its ending says why. */
const endedCodes: readonly ErrorCode[] = ['not-connected', 'sending-ended', 'session-not-found', 'host-gone']

/** Hands a payload to an open session, no faster than its peer takes it. */
export class PayloadPump {
  readonly #settings: PumpSettings
  readonly #stop = new AbortController()
  #unsentBytes = 0
  #resume: (() => void) | null = null
  /** The whole payload was handed over. */
  done = false

  constructor(settings: PumpSettings) {
    this.#settings = settings
  }

  /** What the engine holds and the peer has not taken. */
  setUnsentBytes(unsentBytes: number): void {
    this.#unsentBytes = unsentBytes
    if (unsentBytes <= mostUnsentBytes / 2) this.#resume?.()
  }

  /** Sends until the payload ends, the connection ends or `stop`. Answers why it failed on this side; else null. */
  async run(link: Link, sessionId: string): Promise<WirebenchError | null> {
    try {
      await this.#send(link, sessionId)
      return null
    } catch (thrown) {
      const error = toErrorShape(thrown)
      return this.#stop.signal.aborted || endedCodes.includes(error.code) ? null : WirebenchError.fromShape(error)
    }
  }

  stop(): void {
    this.#stop.abort()
    this.#resume?.()
    const { payload } = this.#settings
    if (payload?.kind === 'stream') payload.stream.destroy()
  }

  async #send(link: Link, sessionId: string): Promise<void> {
    const { payload, pacing, halfClose } = this.#settings
    const { signal } = this.#stop
    if (payload !== null) {
      const pace = new Pace(pacing)
      for await (const bytes of pace.chunks(readPayload(payload), payload.kind === 'stream', signal)) {
        const { unsentBytes } = await link.call('session.send', { sessionId, bytes })
        this.setUnsentBytes(unsentBytes)
        if (unsentBytes > mostUnsentBytes) {
          await new Promise<void>((resolve) => (this.#resume = resolve))
          pace.goOn()
        }
        this.#resume = null
        if (signal.aborted) return
      }
    }
    if (signal.aborted) return
    if (halfClose) await link.call('session.end-sending', { sessionId })
    this.done = true
  }

  /** Nothing is left to send. Standard input may bring more at any time and is not waited for. */
  get idle(): boolean {
    return this.#unsentBytes === 0 && (this.done || this.#settings.payload?.kind === 'stream')
  }
}
