import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ServerDefinition } from '../contract/schemas/server.ts'
import type { ServerActivity } from '../contract/schemas/server-kinds.ts'

/** A client of a server, as whoever serves it sees it. */
export interface ServedClient {
  /** Its number among all clients since the server started, from 1. */
  readonly connection: number
  readonly remote: SocketAddress
  /** Queued and not yet accepted by the operating system. */
  readonly unsentBytes: number
  /**
   * Queues bytes, which must not be changed afterwards; what is written at once is one message to those in between. False: so
   * much is unsent that no more should be written before `drained`. Does nothing once the client is gone or was ended.
   */
  write(bytes: Uint8Array): boolean
  /** FIN after everything that was written. */
  end(): void
  /** Closes now: with FIN, giving up what is unsent, or with RST. */
  close(how: 'fin' | 'rst'): void
  /** True: nothing is read from it until false. */
  holdReading(held: boolean): void
}

/** What serves one client. Calls come in this order: `received` and `drained` any number of times, `peerEnded` at most once, `closed`. */
export interface ClientService {
  /** Bytes of the client. They are not changed afterwards and may be kept. */
  received(bytes: Uint8Array): void
  /** There is room again after `write` answered false. */
  drained?(): void
  /** The client has sent FIN. The service ends its own side itself. */
  peerEnded(): void
  /** Nothing comes any more, nothing can be sent: timers and memory are given back. Called exactly once. */
  closed(): void
}

/**
 * What a server does with its clients. Behaviours stand on each other: faults and rules are behaviours around another one, each
 * giving the next a `ServedClient` of its own.
 */
export interface ServerBehaviour {
  serve(client: ServedClient): ClientService
  /** Null for those without workers. */
  activity?(): ServerActivity | null
  /** How often each rule applied since the start, by its identifier. */
  ruleCounts?(): Readonly<Record<string, number>>
  /** How often each fault was done since the start, by its kind. */
  faultCounts?(): Readonly<Record<string, number>>
  /** Takes up another table, other rules and faults, for the clients of now as well. Those around another behaviour hand it on. */
  redefine?(definition: ServerDefinition): void
  /** The server stops; every client is closed already. */
  close?(): void
}
