/**
 * A child process that sends back what it gets, on one port in plain and on another over TLS. Argument: a file with a
 * certificate and key. Prints {"plainPort","tlsPort"}.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

const identity = readFileSync(process.argv[2] ?? '')

function echo(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  socket.pipe(socket)
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const plainPort = await portOf(createServer({ noDelay: true }, echo))
const tlsPort = await portOf(createTlsServer({ cert: identity, key: identity, noDelay: true }, echo))
process.stdout.write(`${JSON.stringify({ plainPort, tlsPort })}\n`)
process.stdin.resume().on('close', () => process.exit(0))
