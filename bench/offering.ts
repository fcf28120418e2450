/**
 * A child process that sends a stream which anyone can make again to each of its clients, from the line {"start":true} on stdin
 * on, then FIN. Options: --kind blocks|lines (default blocks), --rate N bytes a second (default 0: as fast as it goes), --bytes N
 * and --seconds N (whichever is reached first), --clients N (default 1).
 * Speaks JSON lines on stdout: {"port"}, then for each client {"sentBytes","elapsedMs"}, from the start until the system has
 * taken everything.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { blockBytes, makeStreamBlocks, numberStreamBlocks, streamKindOf } from './streams.ts'

const { values: options } = parseArgs({
  options: {
    kind: { type: 'string', default: 'blocks' },
    rate: { type: 'string', default: '0' },
    bytes: { type: 'string', default: 'Infinity' },
    seconds: { type: 'string', default: 'Infinity' },
    clients: { type: 'string', default: '1' },
  },
})
const kind = streamKindOf(options.kind)
const bytesPerMs = Number(options.rate) / 1000
const wantedBytes = Number(options.bytes)
const wantedMs = Number(options.seconds) * 1000
const clientCount = Number(options.clients)
/** Together about 4 MiB, however many the clients are, but at least two blocks for each. */
const blocksPerWrite = Math.max(1, Math.floor(16 / clientCount))
const writesInFlight = clientCount === 1 ? 4 : 2

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

function pour(socket: Socket): void {
  const startedAtMs = performance.now()
  const free = Array.from({ length: writesInFlight }, () => makeStreamBlocks(kind, blocksPerWrite))
  let nextBlock = 0
  let sentBytes = 0
  const pump = (): void => {
    if (socket.writableEnded || socket.destroyed) return
    const elapsedMs = performance.now() - startedAtMs
    const queuedBytes = nextBlock * blockBytes
    if (elapsedMs >= wantedMs || queuedBytes >= wantedBytes) {
      socket.end()
      return
    }
    // Never ahead of the rate; behind it, as fast as the receiver takes it.
    if (bytesPerMs > 0 && queuedBytes > elapsedMs * bytesPerMs) return
    const buffer = free.pop()
    if (buffer === undefined) return
    numberStreamBlocks(kind, buffer, nextBlock)
    nextBlock += blocksPerWrite
    socket.write(buffer, (error) => {
      if (error) return
      sentBytes += buffer.length
      free.push(buffer)
      pump()
    })
    pump()
  }
  const timer = bytesPerMs > 0 ? setInterval(pump, 1) : undefined
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clearInterval(timer))
  socket.on('finish', () => say({ sentBytes, elapsedMs: performance.now() - startedAtMs }))
  pump()
}

const clients: Socket[] = []
const input = createInterface({ input: process.stdin }).on('close', () => process.exit(0))
const started = once(input, 'line')
const server = createServer((socket) => {
  socket.on('error', () => socket.destroy()).resume()
  clients.push(socket)
  // All begin together.
  if (clients.length === clientCount) void started.then(() => clients.forEach(pour))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') say({ port: address.port })
})
