import type { Server, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import { abandonedHandshake, handshakeFailure } from './handshake-failure.ts'
import { remoteAddress } from './socket-addresses.ts'

/** A connection whose handshake is done. */
export interface SettledHandshake {
  /** The TCP connection below. */
  readonly wire: Socket
  readonly remote: SocketAddress | null
  readonly handshakeMs: number
}

interface PendingHandshake {
  readonly remote: SocketAddress | null
  readonly beganMs: number
}

type FailureListener = (remote: SocketAddress | null, error: ErrorShape) => void

/**
 * Connections of a TLS server from being accepted until their handshake is done or has failed. Node tells of most failures, not
 * always of which connection, and of some that end early not at all: the connections below are watched as well, so that
 * each is told exactly once.
 */
export class PendingHandshakes {
  readonly #pending = new Map<Socket, PendingHandshake>()
  readonly #onFailed: FailureListener

  constructor(server: Server, onFailed: FailureListener) {
    this.#onFailed = onFailed
    server.on('connection', (socket: Socket) => {
      this.#pending.set(socket, { remote: remoteAddress(socket), beganMs: performance.now() })
      // What Node has to say of it comes first, and knows more.
      socket.once('close', () => setImmediate(() => this.#abandon(socket)))
    })
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      const raw = this.#below(socket)
      const remote = raw === null ? null : this.#pending.get(raw)?.remote
      // After a timeout Node leaves the connection open, and tells of its end as another failure.
      socket.destroy()
      if (raw === null || !this.#pending.delete(raw)) return
      this.#onFailed(remote ?? null, handshakeFailure(error, socket))
    })
  }

  /** The TCP connections whose handshake goes on. */
  sockets(): Socket[] {
    return [...this.#pending.keys()].filter((socket) => !socket.closed)
  }

  /** Takes the connection below a secured one off the list, and answers what is known of it. */
  settle(socket: TLSSocket): SettledHandshake {
    const raw = this.#below(socket)
    const pending = raw === null ? undefined : this.#pending.get(raw)
    if (raw !== null) this.#pending.delete(raw)
    const handshakeMs = pending === undefined ? 0 : performance.now() - pending.beganMs
    return { wire: raw ?? socket, remote: pending?.remote ?? null, handshakeMs }
  }

  #abandon(socket: Socket): void {
    const pending = this.#pending.get(socket)
    if (pending !== undefined && this.#pending.delete(socket)) this.#onFailed(pending.remote, abandonedHandshake())
  }

  /** Where Node does not say which connection it was, it is the first one that is gone. */
  #below(socket: TLSSocket): Socket | null {
    const known = remoteAddress(socket)
    for (const [raw, { remote }] of this.#pending) {
      const isIt = known === null ? raw.destroyed : remote?.port === known.port && remote.address === known.address
      if (isIt) return raw
    }
    return null
  }
}
