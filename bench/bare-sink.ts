/**
 * A child process that connects to 127.0.0.1 and does nothing with the bytes but count them: the yardstick.
 * Arguments: `data` or `onread`, port. Prints one JSON line: {"receivedBytes","elapsedMs"}.
 */
import { connect, type Socket } from 'node:net'

const kind = process.argv[2]
const port = Number(process.argv[3])
let receivedBytes = 0
let startedAtMs = 0

function connectSink(): Socket {
  if (kind === 'data') {
    return connect({ port, host: '127.0.0.1' }).on('data', (chunk) => {
      receivedBytes += chunk.length
    })
  }
  return connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: Buffer.alloc(256 * 1024),
      callback: (byteCount) => {
        receivedBytes += byteCount
        return true
      },
    },
  })
}

const socket = connectSink()
socket.on('connect', () => {
  startedAtMs = performance.now()
})
socket.on('end', () => {
  process.stdout.write(`${JSON.stringify({ receivedBytes, elapsedMs: performance.now() - startedAtMs })}\n`)
})
