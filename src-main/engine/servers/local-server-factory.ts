import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ServerClient, ServerKind, ServerTls } from '../../contract/schemas/server.ts'

export interface LocalServerOptions {
  readonly host: string
  /** 0 asks for any free port. */
  readonly port: number
  /** A client over this number is accepted and closed at once. Null for no limit. */
  readonly maxClients: number | null
  /** Null for plain TCP. */
  readonly tls: ServerTls | null
}

/** How a client's connection ended: its or our FIN, a reset, `local` for closed by us, `error` for anything else. */
export type ClientEnding = 'fin' | 'rst' | 'local' | 'error'

export interface LocalServerListeners {
  onClientConnected?(client: ServerClient): void
  /** The client with its last counters. `error` is set for `rst` and `error`. */
  onClientClosed?(client: ServerClient, how: ClientEnding, error: ErrorShape | null): void
  /** A client over the limit was accepted and closed at once. */
  onClientRefused?(remote: SocketAddress): void
  /** A client of a TLS server did not get through the handshake; the server goes on. `client-handshake-failed`. */
  onHandshakeFailed?(remote: SocketAddress | null, error: ErrorShape): void
  /** Counters moved; called for every chunk. */
  onActivity?(): void
  /** The server can no longer accept and has stopped by itself. */
  onFailed?(error: ErrorShape): void
}

export interface LocalServerTotals {
  readonly clientCount: number
  readonly totalClients: number
  readonly receivedBytes: number
  /** Bytes that the operating system has accepted for sending. */
  readonly sentBytes: number
  /** Clients that did not get through the TLS handshake, and why the last one did not. */
  readonly failedHandshakes: number
  readonly lastHandshakeError: ErrorShape | null
}

/** One server from `listen` to `stop`; a new one is made for the next start. */
export interface LocalServerHandle {
  /**
   * Answers where it listens. Errors: `port-in-use`, `port-not-permitted`, `local-address-unavailable`,
   * `name-not-found`, `listen-failed`; for TLS also `tls-settings-impossible`, `host-malformed` for a name that no
   * certificate can have, and what the files of the CA fail with.
   */
  listen(): Promise<SocketAddress>
  /** Closes every client and stops listening; answers when nothing is open any more. May be called at any time. */
  stop(): Promise<void>
  /** Closes one client; false when there is none of that number. */
  closeClient(connection: number): boolean
  clients(): ServerClient[]
  totals(): LocalServerTotals
}

export interface LocalServerFactory {
  make(kind: ServerKind, options: LocalServerOptions, listeners: LocalServerListeners): LocalServerHandle
}
