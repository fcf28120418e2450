import { events, type EventName } from './events.ts'
import { topicOf } from './event-hub.ts'
import type { Wire } from './wire.ts'

/** Above this many unsent bytes the newest value of a `latest` event is held back instead of sent. */
export const holdAboveBytes = 256 * 1024

/** Calls back once, some 10 ms later; the returned function cancels. */
export type Schedule = (callback: () => void) => () => void

interface HeldEvent {
  readonly subscriptionId: number
  readonly payload: unknown
}

/**
 * Events on their way to one wire.
 *
 * Rules: while the wire holds more than `holdAboveBytes`, only the newest payload of a `latest` event is kept, per
 * subscription and topic. What is held goes out when the wire has drained, looked at on every `retry` and, with a
 * `schedule`, by time. A held event never stays behind a later event that is not `latest`: a subject's last change is
 * told before its end.
 */
export class EventOutbox {
  readonly #wire: Wire
  readonly #send: (subscriptionId: number, payload: unknown) => void
  readonly #schedule: Schedule | null
  readonly #held = new Map<string, HeldEvent>()
  #cancelRetry: (() => void) | null = null

  constructor(wire: Wire, send: (subscriptionId: number, payload: unknown) => void, schedule: Schedule | null) {
    this.#wire = wire
    this.#send = send
    this.#schedule = schedule
  }

  offer(subscriptionId: number, name: EventName, payload: unknown): void {
    if (!events[name].latest) {
      while (this.#sendOldest());
      this.#send(subscriptionId, payload)
      return
    }
    const key = `${subscriptionId} ${topicOf(name, payload) ?? ''}`
    this.#held.delete(key)
    this.#held.set(key, { subscriptionId, payload })
    this.retry()
  }

  /** Sends what is held as far as the wire has room. */
  retry(): void {
    while (this.#held.size > 0 && this.#wire.bufferedBytes <= holdAboveBytes) this.#sendOldest()
    if (this.#held.size === 0 || this.#schedule === null || this.#cancelRetry !== null) return
    this.#cancelRetry = this.#schedule(() => {
      this.#cancelRetry = null
      this.retry()
    })
  }

  /** Drops what is held for a subscription that ended. */
  forget(subscriptionId: number): void {
    for (const [key, event] of this.#held) if (event.subscriptionId === subscriptionId) this.#held.delete(key)
  }

  close(): void {
    this.#held.clear()
    this.#cancelRetry?.()
    this.#cancelRetry = null
  }

  #sendOldest(): boolean {
    for (const [key, event] of this.#held) {
      this.#held.delete(key)
      this.#send(event.subscriptionId, event.payload)
      return true
    }
    return false
  }
}
