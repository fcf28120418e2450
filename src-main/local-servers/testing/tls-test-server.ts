import { once } from 'node:events'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'

/** A listening server of a test. */
export interface TestServer {
  readonly host: '127.0.0.1'
  readonly port: number
  /** `127.0.0.1:PORT` */
  readonly address: string
  /** Codes of the errors of handshakes that failed, in order; `ECONNRESET` when the client went away. */
  readonly failedHandshakes: readonly string[]
  /** Drops the clients, and answers when nothing is open any more. */
  stop(): Promise<void>
}

/** Sends everything back, then the end. */
export function echo(socket: Socket): void {
  socket.pipe(socket)
}

/** A TLS server with these options of Node. `serve` gets a client after its handshake. */
export function startTlsTestServer(
  options: TlsOptions,
  serve: (socket: TLSSocket) => void = echo,
): Promise<TestServer> {
  const server = createTlsServer({ noDelay: true, ...options }, (socket) => {
    // Not before: a client that ends in the handshake would be waited for.
    socket.allowHalfOpen = true
    // What a client does to its connection is seen by the test at the client.
    socket.on('error', () => undefined)
    serve(socket)
  })
  const failedHandshakes: string[] = []
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => failedHandshakes.push(error.code ?? error.message))
  return listen(server, failedHandshakes)
}

/** A server of bare TCP. */
export function startTcpTestServer(serve: (socket: Socket) => void): Promise<TestServer> {
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  return listen(server, [])
}

async function listen(server: Server, failedHandshakes: readonly string[]): Promise<TestServer> {
  const sockets = new Set<Socket>()
  // For TLS this is the connection below.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    address: `127.0.0.1:${port}`,
    failedHandshakes,
    stop: async () => {
      const gone = [...sockets].map((socket) => once(socket, 'close'))
      for (const socket of sockets) socket.destroy()
      await Promise.all([new Promise((resolve) => server.close(resolve)), ...gone])
    },
  }
}
