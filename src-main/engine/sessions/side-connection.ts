import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionEnding, ConnectionStateName } from '../../contract/schemas/connection.ts'

/** Whom a further connection of a session tells. Calls come when it is at rest, so it may be asked or commanded. */
export interface SideConnectionListener {
  /** State or ending changed. */
  onChanged(): void
  /** Bytes arrived and are in the capture from `streamOffset` of its received direction on. They change afterwards: copy what is kept. */
  onReceived(bytes: Uint8Array, streamOffset: number): void
  /** The system accepted bytes for sending; they are in the capture from `streamOffset` of its sent direction on. */
  onSent(byteCount: number, streamOffset: number): void
}

/** How a side connection differs from the session's own one. */
export interface SideConnectionOptions {
  /** Instead of the port of the settings. */
  readonly port?: number
}

/**
 * A connection of a session beside its own one, with the same settings but no retry: calls of tcpy that have a connection each,
 * telemetry of M2. Its traffic and events are in the capture of the session under a connection number of its own. It connects from the
 * beginning; how that fails is its ending. The session ends those that still live with itself.
 */
export interface SideConnection {
  /** Within the session; 0 until it begins connecting. */
  readonly connectionNumber: number
  readonly state: ConnectionStateName
  /** Bytes of the initial message, which go out once it is open and before what is queued; 0 until it begins connecting. */
  readonly initialByteCount: number
  readonly remote: SocketAddress | null
  /** Null while it lives. */
  readonly ending: ConnectionEnding | null
  /** Why connecting could not even begin, such as settings that are impossible; null otherwise. */
  readonly refusal: ErrorShape | null
  /** Queues bytes, also before it is open; they must not be changed afterwards. Errors: `not-connected`, `sending-ended`. */
  send(bytes: Uint8Array): void
  /** Sends what is queued, then FIN. */
  disconnect(): void
  /** FIN at once. */
  close(): void
  /** RST at once. */
  abort(): void
}
