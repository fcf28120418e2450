/**
 * A child process that sends the block stream at full speed to whoever connects, for as long as the first argument
 * says (milliseconds), then FIN; over TLS when there is a file with a certificate and key as the second argument.
 * Speaks JSON lines on stdout: {"port"}, then {"sentBytes","elapsedMs"} once a client was sent everything.
 * A line {"hashOf": byteCount} on stdin is answered with {"sha256"}.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer } from 'node:tls'
import { hashOfStream, makeBlocks, stampBlocks, blockBytes } from './block-stream.ts'

const durationMs = Number(process.argv[2])
const blocksPerWrite = 16
const writesInFlight = 4

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

function pour(socket: Socket): void {
  const startedAtMs = performance.now()
  let nextBlock = 0
  let sentBytes = 0
  const writeNext = (buffer: Buffer): void => {
    if (performance.now() - startedAtMs >= durationMs || socket.destroyed) {
      socket.end()
      return
    }
    stampBlocks(buffer, nextBlock)
    nextBlock += blocksPerWrite
    socket.write(buffer, (error) => {
      if (error) return
      sentBytes += buffer.length
      writeNext(buffer)
    })
  }
  socket.on('error', () => socket.destroy())
  socket.on('finish', () => say({ sentBytes, elapsedMs: performance.now() - startedAtMs }))
  socket.resume()
  for (let index = 0; index < writesInFlight; index += 1) writeNext(makeBlocks(blocksPerWrite))
}

const identity = process.argv[3] === undefined ? null : readFileSync(process.argv[3])
const server = identity === null ? createServer(pour) : createTlsServer({ cert: identity, key: identity }, pour)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') say({ port: address.port, blockBytes })
})

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request: unknown = JSON.parse(line)
    if (typeof request === 'object' && request !== null && 'hashOf' in request) {
      say({ sha256: hashOfStream(Number(request.hashOf)) })
    }
  })
  .on('close', () => process.exit(0))
