/**
 * A child process that sends messages of 64 bytes at full speed to whoever connects, then FIN.
 * Arguments: `lf` or `u32be`, duration in milliseconds. Prints {"port"}.
 */
import { createServer } from 'node:net'
import { makeMessageChunk } from './message-stream.ts'

const chunk = makeMessageChunk(process.argv[2] === 'lf' ? 'lf' : 'u32be')
const durationMs = Number(process.argv[3])
const writesInFlight = 16

const server = createServer((socket) => {
  const startedAtMs = performance.now()
  const writeNext = (): void => {
    if (performance.now() - startedAtMs >= durationMs || socket.destroyed) socket.end()
    else socket.write(chunk, (error) => error ?? writeNext())
  }
  socket.on('error', () => socket.destroy())
  socket.resume()
  for (let index = 0; index < writesInFlight; index += 1) writeNext()
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object')
    process.stdout.write(`${JSON.stringify({ port: address.port })}\n`)
})
