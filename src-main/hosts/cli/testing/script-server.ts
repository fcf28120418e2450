import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** For tests: a TCP server on loopback that does with each client what it is told. */
export interface ScriptServer {
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

export async function serveScript(serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<ScriptServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A client that goes away early is part of what is tested.
    socket.on('error', () => undefined)
    serve(socket)
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
