import type { ErrorShape } from './errors.ts'

/** Raised whenever the messages below change; both sides compare it in `hello`. */
export const contractVersion = 1

/**
 * What travels on a wire. Plain data: everything is structured-cloneable and MessagePack-encodable, bytes are
 * `Uint8Array`.
 *
 * Both ends: `hello` first, `end` last (the reason why this end closes the wire). Client to server: `call`, `cancel`,
 * `subscribe`, `unsubscribe`. Server to client: `reply`, `error` (of the call or subscription with that id), `event`
 * (for the subscription with that id). Calls and subscriptions share one count of ids, chosen by the client, never
 * used twice.
 */
export type WireMessage =
  | { readonly type: 'hello'; readonly contractVersion: number }
  | { readonly type: 'end'; readonly error: ErrorShape }
  | { readonly type: 'call'; readonly id: number; readonly command: string; readonly request: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'subscribe'; readonly id: number; readonly event: string; readonly topic: string | null }
  | { readonly type: 'unsubscribe'; readonly id: number }
  | { readonly type: 'reply'; readonly id: number; readonly reply: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: ErrorShape }
  | { readonly type: 'event'; readonly id: number; readonly payload: unknown }

export type Unsubscribe = () => void

/**
 * An ordered, reliable way for messages between two ends, whatever it runs on. Messages that arrive before a
 * listener is set are kept for it.
 */
export interface Wire {
  /**
   * Hands a message over; does not wait. After close it does nothing. Throws `message-too-large`, or the transport's
   * own error for what is not plain data; nothing was sent then.
   */
  send(message: WireMessage): void
  /** Sets the one listener for arriving messages. What arrives may be anything: see `parseWireMessage`. */
  onMessage(listener: (message: unknown) => void): Unsubscribe
  /** Called once, when either end closed or the transport broke. Called at once if that has happened already. */
  onClose(listener: () => void): Unsubscribe
  /** Closes after what was sent. Nothing is delivered afterwards; the close listeners are called at once. */
  close(): void
  /** Bytes handed over and not yet taken by the transport; 0 where the transport cannot tell. */
  readonly bufferedBytes: number
}
