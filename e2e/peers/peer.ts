import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What a peer does; everything it does not name it leaves alone. */
export interface PeerHabit {
  onConnection?(socket: Socket): void
  onBytes?(socket: Socket, bytes: Uint8Array): void
  /** The other side sent FIN. The peer answers with FIN unless it has a habit of its own. */
  onEnd?(socket: Socket): void
}

/** A TCP server of a test, on loopback, that remembers what it received. */
export class Peer {
  readonly host: string
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #chunks: Uint8Array[] = []
  #connectionCount = 0

  private constructor(server: Server, habit: PeerHabit) {
    const { address, port } = server.address() as AddressInfo
    this.host = address
    this.port = port
    this.#server = server
    server.on('connection', (socket) => this.#accept(socket, habit))
  }

  /** Starts listening on a free port. */
  static start(habit: PeerHabit, host = '127.0.0.1'): Promise<Peer> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true })
      server.once('error', reject)
      server.listen(0, host, () => resolve(new Peer(server, habit)))
    })
  }

  /** How many connections were accepted so far. */
  get connectionCount(): number {
    return this.#connectionCount
  }

  /** How many of them are there now. */
  get openCount(): number {
    return this.#sockets.size
  }

  /** Everything received so far on all connections, in order of arrival. */
  get received(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks))
  }

  get receivedHex(): string {
    return Buffer.concat(this.#chunks).toString('hex')
  }

  get receivedText(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  /** Sends on every open connection. */
  send(content: string | Uint8Array): void {
    for (const socket of this.#sockets) socket.write(content)
  }

  /** Sends FIN on every open connection. */
  endAll(): void {
    for (const socket of this.#sockets) socket.end()
  }

  /** Sends RST on every open connection. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Ends all connections and stops listening. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
    })
  }

  #accept(socket: Socket, habit: PeerHabit): void {
    this.#connectionCount += 1
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A reset by the workbench is its right; the connection ends either way.
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      this.#chunks.push(bytes)
      habit.onBytes?.(socket, bytes)
    })
    socket.on('end', () => (habit.onEnd === undefined ? socket.end() : habit.onEnd(socket)))
    habit.onConnection?.(socket)
  }
}
