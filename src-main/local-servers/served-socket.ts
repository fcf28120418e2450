import type { Socket } from 'node:net'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ServedClient, ServerBehaviour } from './server-behaviour.ts'

/** Counts what goes over the socket of a client. */
export interface ClientCounters {
  /** These bytes came from the client. */
  received(bytes: Uint8Array): void
  /** These bytes were accepted by the operating system for the client. */
  sent(bytes: Uint8Array): void
}

/**
 * A client over its socket, which allows half-open connections; `below` is the TCP connection of a TLS socket, the socket itself
 * without TLS. The server that made the socket watches for errors and the end.
 */
export class ServedSocket implements ServedClient {
  readonly connection: number
  readonly remote: SocketAddress
  readonly #socket: Socket
  readonly #below: Socket
  readonly #counters: ClientCounters
  #unsentBytes = 0

  constructor(
    connection: number,
    remote: SocketAddress,
    { socket, below }: { readonly socket: Socket; readonly below: Socket },
    counters: ClientCounters,
  ) {
    this.connection = connection
    this.remote = remote
    this.#socket = socket
    this.#below = below
    this.#counters = counters
  }

  get unsentBytes(): number {
    return this.#unsentBytes
  }

  /** Serves the client until its socket is closed. */
  beServedBy(behaviour: ServerBehaviour): void {
    const socket = this.#socket
    const service = behaviour.serve(this)
    socket.on('data', (bytes: Uint8Array) => {
      this.#counters.received(bytes)
      service.received(bytes)
    })
    socket.on('drain', () => service.drained?.())
    socket.on('end', () => service.peerEnded())
    socket.on('close', () => service.closed())
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#socket.writable) return true
    this.#unsentBytes += bytes.length
    return this.#socket.write(bytes, (error) => {
      this.#unsentBytes -= bytes.length
      if (!error) this.#counters.sent(bytes)
    })
  }

  end(): void {
    this.#socket.end()
  }

  close(how: 'fin' | 'rst'): void {
    if (how === 'rst') this.#reset()
    else this.#socket.destroy()
  }

  #reset(): void {
    const socket = this.#socket
    if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) {
      // libuv refuses a reset while the FIN is on its way out, which takes one turn of its loop.
      socket.once('finish', () => this.#below.resetAndDestroy())
    } else this.#below.resetAndDestroy()
  }

  holdReading(held: boolean): void {
    if (held) this.#socket.pause()
    else this.#socket.resume()
  }
}
