import type { Unsubscribe, Wire, WireMessage } from '../wire.ts'
import { WireInbox } from './wire-inbox.ts'

/**
 * Two ends within one program. Messages are handed over by reference, never in the same turn as `send`: whoever sends
 * must not change them afterwards.
 */
export function createMemoryWirePair(): readonly [Wire, Wire] {
  const first = new MemoryWire()
  const second = new MemoryWire()
  first.joinTo(second)
  second.joinTo(first)
  return [first, second]
}

class MemoryWire implements Wire {
  readonly bufferedBytes = 0
  readonly #inbox = new WireInbox()
  #peer: MemoryWire | null = null

  joinTo(peer: MemoryWire): void {
    this.#peer = peer
  }

  send(message: WireMessage): void {
    if (!this.#inbox.closed) this.#later((peer) => peer.#inbox.deliver(message))
  }

  onMessage(listener: (message: unknown) => void): Unsubscribe {
    return this.#inbox.onMessage(listener)
  }

  onClose(listener: () => void): Unsubscribe {
    return this.#inbox.onClose(listener)
  }

  close(): void {
    if (this.#inbox.closed) return
    this.#inbox.shut()
    this.#later((peer) => peer.#inbox.close())
  }

  #later(task: (peer: MemoryWire) => void): void {
    const peer = this.#peer
    if (peer !== null) void Promise.resolve().then(() => task(peer))
  }
}
