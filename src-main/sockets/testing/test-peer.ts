import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A listening peer whose clients are handled by the test. Ends with everything it accepted. */
export class TestPeer {
  readonly port: number
  readonly #server: Server
  readonly #clients: Set<Socket>

  private constructor(server: Server, clients: Set<Socket>) {
    this.#server = server
    this.#clients = clients
    this.port = (server.address() as AddressInfo).port
  }

  static async listen(onClient: (socket: Socket) => void, host = '127.0.0.1'): Promise<TestPeer> {
    const clients = new Set<Socket>()
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      clients.add(socket)
      socket.on('close', () => clients.delete(socket))
      onClient(socket)
    })
    server.listen(0, host)
    await once(server, 'listening')
    return new TestPeer(server, clients)
  }

  /** Waits for the next client. */
  async client(): Promise<Socket> {
    const [socket] = (await once(this.#server, 'connection')) as [Socket]
    return socket
  }

  async close(): Promise<void> {
    for (const socket of this.#clients) socket.destroy()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const peer = await TestPeer.listen(() => undefined)
  await peer.close()
  return peer.port
}
