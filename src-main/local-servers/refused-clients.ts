import type { Socket } from 'node:net'

/** A refused client that does not close by itself is dropped after this time. */
const graceMs = 1_000

/** Clients over the limit: each gets FIN at once; what it sends is discarded, so that it sees an end and not a reset. */
export class RefusedClients {
  readonly #sockets = new Set<Socket>()
  #whenGone: (() => void) | null = null

  add(socket: Socket): void {
    this.#sockets.add(socket)
    const grace = setTimeout(() => socket.destroy(), graceMs)
    // Whatever breaks now, the client was to be closed anyway.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(grace)
      this.#sockets.delete(socket)
      if (this.#sockets.size === 0) this.#whenGone?.()
    })
    socket.on('end', () => socket.destroy())
    socket.resume()
    socket.end()
  }

  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Resolves when there is none left. */
  gone(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#whenGone = resolve))
  }
}
