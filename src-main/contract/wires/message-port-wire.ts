import type { Unsubscribe, Wire, WireMessage } from '../wire.ts'
import { compactBytes } from './compact-bytes.ts'
import { WireInbox } from './wire-inbox.ts'

interface PortEvent {
  readonly data?: unknown
}

/** What the message ports of browsers and of Node have in common. */
export interface EventTargetPort {
  addEventListener(type: 'message' | 'close', listener: (event: PortEvent) => void): void
  postMessage(message: unknown): void
  start(): void
  close(): void
}

/** A message port that is an event emitter and wraps messages into events: Electron's `MessagePortMain`. */
export interface EmitterPort {
  on(type: 'message', listener: (event: PortEvent) => void): unknown
  on(type: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  start(): void
  close(): void
}

/**
 * A wire over one end of a message channel: of the DOM, of Node or of Electron. Owns the port from now on.
 * Never transfers an ArrayBuffer (Electron loses its content) and never clones more of one than the bytes meant.
 */
export function createMessagePortWire(port: EventTargetPort | EmitterPort): Wire {
  return new MessagePortWire(port)
}

class MessagePortWire implements Wire {
  /** Ports do not tell what they hold. */
  readonly bufferedBytes = 0
  readonly #port: EventTargetPort | EmitterPort
  readonly #inbox = new WireInbox()

  constructor(port: EventTargetPort | EmitterPort) {
    this.#port = port
    const onMessage = (event: PortEvent): void => this.#inbox.deliver(event.data)
    const onClose = (): void => this.#inbox.close()
    if ('addEventListener' in port) {
      port.addEventListener('message', onMessage)
      port.addEventListener('close', onClose)
    } else {
      port.on('message', onMessage)
      port.on('close', onClose)
    }
    port.start()
  }

  send(message: WireMessage): void {
    if (!this.#inbox.closed) this.#port.postMessage(compactBytes(message))
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
    this.#port.close()
  }
}
