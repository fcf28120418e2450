import type { Unsubscribe } from '../wire.ts'

/** The listening half that all wires share: keeps early messages, delivers in order, closes once. */
export class WireInbox {
  readonly #waiting: unknown[] = []
  readonly #closeListeners = new Set<() => void>()
  #listener: ((message: unknown) => void) | null = null
  #delivering = false
  #shut = false
  #closed = false

  get closed(): boolean {
    return this.#closed
  }

  deliver(message: unknown): void {
    if (this.#closed) return
    this.#waiting.push(message)
    this.#drain()
  }

  onMessage(listener: (message: unknown) => void): Unsubscribe {
    this.#listener = listener
    this.#drain()
    return () => {
      if (this.#listener === listener) this.#listener = null
    }
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.#closed) {
      listener()
      return () => undefined
    }
    this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** The other end closed or the transport broke: what has arrived before can still be taken. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const listeners = [...this.#closeListeners]
    this.#closeListeners.clear()
    for (const listener of listeners) listener()
  }

  /** This end closed: nothing is delivered any more. */
  shut(): void {
    this.#shut = true
    this.#waiting.length = 0
    this.close()
  }

  #drain(): void {
    if (this.#delivering) return
    this.#delivering = true
    try {
      while (this.#listener !== null && this.#waiting.length > 0 && !this.#shut) this.#listener(this.#waiting.shift())
    } finally {
      this.#delivering = false
    }
  }
}
