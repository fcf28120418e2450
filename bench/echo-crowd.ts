/**
 * A child process with many clients of an echo server. Arguments: port, clients, rounds, bytes of a message. Every client sends a
 * message, waits for all of it and sends the next one; the round trips of all are timed together. Prints {"p50Us","p99Us","right"}.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const [port = 0, clientCount = 0, roundCount = 0, messageBytes = 0] = process.argv.slice(2).map(Number)
/** Connections that are made at once. */
const dialledTogether = 100
/** Rounds that are not counted: everything is warm after them. */
const warmUpRounds = 3

const times: number[] = []
let right = true

async function dial(): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

function talk(socket: Socket, client: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let round = 0
    let receivedBytes = 0
    let sentAtMs = 0
    const message = Buffer.alloc(messageBytes)
    const send = (): void => {
      message.fill((client + round) & 0xff)
      receivedBytes = 0
      sentAtMs = performance.now()
      socket.write(Buffer.from(message))
    }
    socket.on('error', reject)
    socket.on('data', (bytes: Buffer) => {
      const expected = (client + round) & 0xff
      right &&= bytes.every((byte) => byte === expected)
      receivedBytes += bytes.length
      if (receivedBytes < messageBytes) return
      right &&= receivedBytes === messageBytes
      if (round >= warmUpRounds) times.push(performance.now() - sentAtMs)
      round += 1
      if (round < roundCount + warmUpRounds) send()
      else resolve()
    })
    send()
  })
}

const sockets: Socket[] = []
while (sockets.length < clientCount) {
  const together = Math.min(dialledTogether, clientCount - sockets.length)
  sockets.push(...(await Promise.all(Array.from({ length: together }, dial))))
}
await Promise.all(sockets.map(talk))
times.sort((left, other) => left - other)
const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? Number.NaN) * 1000)
process.stdout.write(`${JSON.stringify({ p50Us: at(0.5), p99Us: at(0.99), right })}\n`)
for (const socket of sockets) socket.destroy()
