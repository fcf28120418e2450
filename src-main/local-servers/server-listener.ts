import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls'
import { WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import { listenFailure } from './listen-errors.ts'
import { PendingHandshakes } from './pending-handshakes.ts'
import { listeningAddress, remoteAddress } from './socket-addresses.ts'

/** A client that has not finished its TLS handshake after this time is dropped. */
const handshakeTimeoutMs = 30_000
/** Connections that the system holds until they are accepted: more than come at once. */
const backlog = 4_096

/** A client that is through with its handshake, if there is one. */
export interface AcceptedClient {
  /** Allows half-open connections. */
  readonly socket: Socket
  /** The TCP connection below TLS; the same socket without. */
  readonly wire: Socket
  /** Null when it has gone away already. */
  readonly remote: SocketAddress | null
  /** Null without TLS. */
  readonly handshakeMs: number | null
}

export interface ListenerHandlers {
  onAccepted(client: AcceptedClient): void
  onHandshakeFailed(remote: SocketAddress | null, error: ErrorShape): void
  /** It listened, and broke, for instance because its network interface went away. */
  onBroken(error: ErrorShape): void
}

/** One listening port over TCP or TLS. */
export class ServerListener {
  readonly #host: string
  readonly #port: number
  readonly #handlers: ListenerHandlers
  readonly #server: Server
  #handshakes: PendingHandshakes | null = null

  /** `tls`: what Node needs for it; null for plain TCP. */
  constructor(host: string, port: number, tls: TlsOptions | null, handlers: ListenerHandlers) {
    this.#host = host
    this.#port = port
    this.#handlers = handlers
    this.#server = tls === null ? this.#plainServer() : this.#tlsServer(tls)
  }

  /** Answers where it listens. Errors: those of `LocalServerHandle.listen`. */
  listen(): Promise<SocketAddress> {
    const server = this.#server
    const [host, port] = [this.#host, this.#port]
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(listenFailure(error, host, port))
      const stopped = (): void => reject(new WirebenchError('cancelled'))
      server.once('error', failed)
      server.once('close', stopped)
      server.listen({ host, port, backlog }, () => {
        server.off('error', failed)
        server.off('close', stopped)
        server.on('error', (error) => this.#handlers.onBroken(listenFailure(error, host, port).toShape()))
        const address = server.address()
        if (address === null || typeof address === 'string') stopped()
        else resolve(listeningAddress(address))
      })
    })
  }

  /** Drops who is in a handshake and stops listening. Answers when every client is gone, too: they are closed by whoever has them. */
  async close(): Promise<void> {
    const inHandshake = this.#handshakes?.sockets() ?? []
    // The server says that it is closed before its last sockets say so.
    const gone = inHandshake.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve())
      else resolve()
    })
    for (const socket of inHandshake) socket.destroy()
    await Promise.all([closed, ...gone])
  }

  #plainServer(): Server {
    const options = { allowHalfOpen: true, noDelay: true }
    return createTcpServer(options, (socket) => {
      this.#handlers.onAccepted({ socket, wire: socket, remote: remoteAddress(socket), handshakeMs: null })
    })
  }

  #tlsServer(tls: TlsOptions): Server {
    const server = createTlsServer({ handshakeTimeout: handshakeTimeoutMs, ...tls, noDelay: true })
    const handshakes = new PendingHandshakes(server, this.#handlers.onHandshakeFailed.bind(this.#handlers))
    this.#handshakes = handshakes
    server.on('secureConnection', (socket: TLSSocket) => {
      // Only from now on: a client that ends in the handshake would be waited for.
      socket.allowHalfOpen = true
      this.#handlers.onAccepted({ socket, ...handshakes.settle(socket) })
    })
    return server
  }
}
