import { decode, encode } from '@msgpack/msgpack'
import { WirebenchError } from '../errors.ts'
import type { Unsubscribe, Wire, WireMessage } from '../wire.ts'
import { findMessagePackFault, maximumDepth } from './message-pack-check.ts'
import { WireInbox } from './wire-inbox.ts'

/** Most bytes of one message on a WebSocket, either way. */
export const maximumWebSocketMessageBytes = 32 * 1024 * 1024

/** What the WebSockets of browsers and of `ws` have in common. */
export interface WebSocketLike {
  binaryType: string
  readonly bufferedAmount: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close' | 'error', listener: () => void): void
}

/** RFC 6455 section 7.4.1. */
const closeCode = { normal: 1000, unsupportedData: 1003, invalidPayload: 1007, messageTooBig: 1009 } as const

/** A wire over an open WebSocket: one MessagePack value per binary message. Owns the socket from now on. */
export function createWebSocketWire(socket: WebSocketLike): Wire {
  return new WebSocketWire(socket)
}

class WebSocketWire implements Wire {
  readonly #socket: WebSocketLike
  readonly #inbox = new WireInbox()

  constructor(socket: WebSocketLike) {
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', (event) => this.#receive(event.data))
    socket.addEventListener('close', () => this.#inbox.close())
    // An error is always followed by a close; in `ws` an error without a listener would end the process.
    socket.addEventListener('error', () => undefined)
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(message: WireMessage): void {
    if (!this.#inbox.closed) this.#socket.send(encodeMessage(message))
  }

  onMessage(listener: (message: unknown) => void): Unsubscribe {
    return this.#inbox.onMessage(listener)
  }

  onClose(listener: () => void): Unsubscribe {
    return this.#inbox.onClose(listener)
  }

  close(): void {
    this.#closeWith(closeCode.normal, '')
  }

  #receive(data: unknown): void {
    if (this.#inbox.closed) return
    if (!(data instanceof ArrayBuffer)) {
      this.#closeWith(closeCode.unsupportedData, 'not a binary message')
      return
    }
    if (data.byteLength > maximumWebSocketMessageBytes) {
      this.#closeWith(closeCode.messageTooBig, `more than ${maximumWebSocketMessageBytes} bytes`)
      return
    }
    const decoded = decodeMessage(new Uint8Array(data))
    if (decoded.ok) this.#inbox.deliver(decoded.message)
    else this.#closeWith(closeCode.invalidPayload, decoded.reason)
  }

  #closeWith(code: number, reason: string): void {
    if (this.#inbox.closed) return
    this.#inbox.shut()
    // A close reason holds at most 123 bytes (RFC 6455 section 5.5.1); the reasons are ASCII.
    this.#socket.close(code, reason.slice(0, 123))
  }
}

/** One message as MessagePack. Fields that are undefined are left out. */
export function encodeMessage(message: WireMessage): Uint8Array<ArrayBuffer> {
  const bytes = encode(message, { ignoreUndefined: true, maxDepth: maximumDepth })
  if (bytes.length <= maximumWebSocketMessageBytes) return bytes
  throw new WirebenchError('message-too-large', { bytes: bytes.length, limit: maximumWebSocketMessageBytes })
}

export type DecodedMessage =
  { readonly ok: true; readonly message: unknown } | { readonly ok: false; readonly reason: string }

/** One MessagePack value from bytes that anybody may have sent. Never throws. */
export function decodeMessage(bytes: Uint8Array): DecodedMessage {
  const fault = findMessagePackFault(bytes)
  if (fault !== null) return { ok: false, reason: `malformed MessagePack: ${fault}` }
  try {
    const limit = bytes.length
    const message = decode(bytes, {
      maxStrLength: limit,
      maxBinLength: limit,
      maxArrayLength: limit,
      maxMapLength: limit,
      maxExtLength: 0,
    })
    return { ok: true, message }
  } catch (thrown) {
    // Left for the decoder: map keys that are neither text nor number, and the key `__proto__`.
    return { ok: false, reason: `malformed MessagePack: ${thrown instanceof Error ? thrown.message : String(thrown)}` }
  }
}
