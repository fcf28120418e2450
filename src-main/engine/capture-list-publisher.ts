import type { CaptureStore } from '../capture/capture-store.ts'
import { toErrorShape } from '../contract/errors.ts'
import type { EventHub } from '../contract/event-hub.ts'
import type { Clock } from './ports.ts'

/** Shortest time between two readings of the list: each looks at the files of every capture there is. */
export const listIntervalMs = 500

/**
 * Publishes the list of captures after it changed: the first change after a rest at once, those that follow together,
 * at most once an interval and never while the list is still being read.
 */
export class CaptureListPublisher {
  readonly #captures: Pick<CaptureStore, 'list' | 'onListChanged'>
  readonly #events: EventHub
  readonly #clock: Clock
  #changed = false
  #reading: Promise<void> | null = null
  #lastReadingNs = Number.NEGATIVE_INFINITY
  #cancelWaiting: (() => void) | null = null

  constructor(captures: Pick<CaptureStore, 'list' | 'onListChanged'>, events: EventHub, clock: Clock) {
    this.#captures = captures
    this.#events = events
    this.#clock = clock
    captures.onListChanged = () => {
      this.#changed = true
      this.#publishInTime()
    }
  }

  /** Waits for the reading under way; no other is begun afterwards. */
  async close(): Promise<void> {
    this.#captures.onListChanged = null
    this.#changed = false
    this.#cancelWaiting?.()
    this.#cancelWaiting = null
    await this.#reading
  }

  #publishInTime(): void {
    if (!this.#changed || this.#reading !== null || this.#cancelWaiting !== null) return
    const restMs = listIntervalMs - (this.#clock.monotonicNs() - this.#lastReadingNs) / 1e6
    if (restMs > 0) {
      this.#cancelWaiting = this.#clock.wakeAfter(restMs, () => {
        this.#cancelWaiting = null
        this.#publishInTime()
      })
    } else {
      this.#reading = this.#publish()
    }
  }

  async #publish(): Promise<void> {
    this.#changed = false
    this.#lastReadingNs = this.#clock.monotonicNs()
    try {
      this.#events.publish('capture.list-changed', [...(await this.#captures.list())])
    } catch (thrown) {
      const error = toErrorShape(thrown)
      this.#events.publish('host.notice', { level: 'error', message: error.message, error, captureId: null })
    } finally {
      this.#reading = null
      this.#publishInTime()
    }
  }
}
