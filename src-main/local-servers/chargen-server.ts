import type { Clock } from '../engine/ports.ts'
import { chargenBytes } from './chargen-pattern.ts'
import type { ClientService, ServedClient, ServerBehaviour } from './server-behaviour.ts'

/** With a rate, bytes go out at most so often. */
const tickMs = 20
/** A client that did not read gets no more of what it missed than what comes in this time. */
const catchUpMs = 100

/**
 * Sends the pattern of RFC 864 to every client from its beginning, and throws away what it sends. Waits while the client does
 * not read, and ends after its FIN. `bytesPerSecond` holds for each client; null is as fast as it reads.
 */
export function chargenBehaviour(bytesPerSecond: number | null, clock: Clock): ServerBehaviour {
  return { serve: (client) => new ChargenService(client, bytesPerSecond, clock) }
}

class ChargenService implements ClientService {
  readonly #client: ServedClient
  readonly #bytesPerMs: number
  readonly #clock: Clock
  /** From when on the rate counts, and how much was sent since. */
  #sinceMs: number
  #sentSince = 0
  #position = 0
  #cancelWake: (() => void) | null = null
  #isOver = false

  constructor(client: ServedClient, bytesPerSecond: number | null, clock: Clock) {
    this.#client = client
    this.#bytesPerMs = (bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1000
    this.#clock = clock
    this.#sinceMs = clock.monotonicNs() / 1e6
    this.#pump()
  }

  received(): void {
    // RFC 864: what the client sends is thrown away.
  }

  drained(): void {
    this.#pump()
  }

  peerEnded(): void {
    this.closed()
    this.#client.end()
  }

  closed(): void {
    this.#isOver = true
    this.#cancelWake?.()
  }

  #pump(): void {
    if (this.#isOver) return
    this.#cancelWake?.()
    this.#cancelWake = null
    const due = this.#due()
    if (due < 1) {
      this.#pumpAfter(Math.max(tickMs, 1 / this.#bytesPerMs))
      return
    }
    const bytes = chargenBytes(this.#position, due)
    this.#position += bytes.length
    this.#sentSince += bytes.length
    if (!this.#client.write(bytes)) return
    this.#pumpAfter(bytes.length < due ? 0 : tickMs)
  }

  #due(): number {
    if (this.#bytesPerMs === Number.POSITIVE_INFINITY) return this.#bytesPerMs
    const nowMs = this.#clock.monotonicNs() / 1e6
    const due = Math.floor((nowMs - this.#sinceMs) * this.#bytesPerMs) - this.#sentSince
    const most = Math.max(1, Math.floor(catchUpMs * this.#bytesPerMs))
    if (due <= most) return due
    this.#sinceMs = nowMs
    this.#sentSince = -most
    return most
  }

  #pumpAfter(delayMs: number): void {
    this.#cancelWake = this.#clock.wakeAfter(delayMs, () => {
      this.#cancelWake = null
      this.#pump()
    })
  }
}
