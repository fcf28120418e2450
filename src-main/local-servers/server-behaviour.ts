import type { Socket } from 'node:net'

export interface ClientCounters {
  /** These bytes came from the client. */
  received(byteCount: number): void
  /** These bytes were accepted by the operating system for the client. */
  sent(byteCount: number): void
}

/**
 * What a server does with a client. The socket allows half-open connections: the behaviour ends its side itself. The
 * server listens for `error` and `close` and destroys the socket when it stops.
 */
export interface ServerBehaviour {
  serve(socket: Socket, counters: ClientCounters): void
}
