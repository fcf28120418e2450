import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { ServerClient, ServerDefinition } from '../../contract/schemas/server.ts'
import type { ServerActivity } from '../../contract/schemas/server-kinds.ts'
import type { DefinitionProblem, ReceiveSink } from '../ports.ts'

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
  /** A client did something against the protocol of the server. */
  onClientProblem?(connection: number, error: ErrorShape): void
  /** Counters moved; called for every chunk. */
  onActivity?(): void
  /** The server can no longer accept and has stopped by itself. */
  onFailed?(error: ErrorShape): void
}

/** Where the traffic of a server is kept: a capture, seen from the server. Connections are numbered as its clients. */
export interface ServerTraffic {
  /** Where the bytes of a client go. Asked for once for each; closed by whoever reads the socket. */
  sink(connection: number): ReceiveSink
  /** Bytes that the operating system has accepted for a client. They must not be changed afterwards. */
  sent(connection: number, bytes: Uint8Array): void
  event(connection: number, event: ConnectionEvent): void
  /** False while so much waits for the disk that no more should be sent; `onRoom` is called when it is over. */
  readonly hasRoom: boolean
  onRoom: (() => void) | null
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
  /** The port of telemetry, of servers that have one and listen. */
  readonly telemetryAddress: SocketAddress | null
  /** Null for servers without workers. */
  readonly activity: ServerActivity | null
  /** How often each rule applied, by its identifier. */
  readonly ruleCounts: Readonly<Record<string, number>>
  /** How often each fault was done, by its kind. */
  readonly faultCounts: Readonly<Record<string, number>>
  /** What clients did against the protocol, and the last of it. */
  readonly problemCount: number
  readonly lastProblem: ErrorShape | null
}

/** Those of a server that never ran. */
export const noTotals: LocalServerTotals = {
  clientCount: 0,
  totalClients: 0,
  receivedBytes: 0,
  sentBytes: 0,
  failedHandshakes: 0,
  lastHandshakeError: null,
  telemetryAddress: null,
  activity: null,
  ruleCounts: {},
  faultCounts: {},
  problemCount: 0,
  lastProblem: null,
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
  closeClient(connection: number, how: 'fin' | 'rst'): boolean
  /** Sends to those clients, for null to all of the main port, past faults and rules; answers how many there were. */
  send(connections: readonly number[] | null, bytes: Uint8Array): number
  /** Takes up another table, other rules and faults for all clients, those that are connected included. */
  redefine(definition: ServerDefinition): void
  clients(): ServerClient[]
  totals(): LocalServerTotals
}

export interface LocalServerFactory {
  /** `traffic` is null when nothing is recorded; whoever gives it ends it after `stop`. */
  make(definition: ServerDefinition, traffic: ServerTraffic | null, listeners: LocalServerListeners): LocalServerHandle
  /** What a definition has wrong, without making anything. */
  check(definition: ServerDefinition): Promise<readonly DefinitionProblem[]>
}
