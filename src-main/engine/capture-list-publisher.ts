import type { CaptureStore } from '../capture/capture-store.ts'
import { toErrorShape } from '../contract/errors.ts'
import type { EventHub } from '../contract/event-hub.ts'

/** Publishes the list of captures whenever it changed; changes during a reading are read once more, together. */
export class CaptureListPublisher {
  readonly #captures: CaptureStore
  readonly #events: EventHub
  #reading: Promise<void> | null = null
  #changed = false

  constructor(captures: CaptureStore, events: EventHub) {
    this.#captures = captures
    this.#events = events
    captures.onListChanged = () => {
      this.#changed = true
      this.#reading ??= this.#publish()
    }
  }

  /** Waits for the reading under way; nothing is published afterwards. */
  async close(): Promise<void> {
    this.#captures.onListChanged = null
    this.#changed = false
    await this.#reading
  }

  async #publish(): Promise<void> {
    try {
      while (this.#changed) {
        this.#changed = false
        this.#events.publish('capture.list-changed', [...(await this.#captures.list())])
      }
    } catch (thrown) {
      const error = toErrorShape(thrown)
      this.#events.publish('host.notice', { level: 'error', message: error.message, error, captureId: null })
    } finally {
      this.#reading = null
    }
  }
}
