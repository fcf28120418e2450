import { connect, type Socket } from 'node:net'
import { startTcpTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'

/** A generator of numbers from 0 to below 1 that is the same for the same seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** How a peer leaves, or stays. */
const exits = ['rst', 'fin', 'close', 'garbage', 'silence'] as const
type Exit = (typeof exits)[number]

function leave(socket: Socket, exit: Exit, numbers: () => number): void {
  if (socket.destroyed) return
  if (exit === 'rst') socket.resetAndDestroy()
  else if (exit === 'fin') socket.end()
  else if (exit === 'close') socket.destroy()
  else if (exit === 'garbage') {
    socket.write(
      Buffer.from(Array.from({ length: 1 + Math.floor(numbers() * 400) }, () => Math.floor(numbers() * 256))),
    )
  } else socket.pause()
}

/**
 * Stands before servers that are good, passes bytes on in both directions and breaks every connection in another way and at
 * another byte: at once, in what the client says, or in what the server says.
 */
export function startFaultServer(upstreamPorts: readonly number[], seed: number): Promise<TestServer> {
  const numbers = seededNumbers(seed)
  const pick = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(numbers() * choices.length)]
  return startTcpTestServer((socket) => {
    const exit = pick(exits) ?? 'rst'
    const side = pick(['at once', 'client', 'server', 'server'] as const)
    if (side === 'at once') {
      leave(socket, exit, numbers)
      return
    }
    const upstream = connect({ port: pick(upstreamPorts) ?? 0, host: '127.0.0.1', allowHalfOpen: true })
    // The first records of a handshake, its whole, or the data behind it.
    let left = Math.floor(numbers() * (pick([8, 400, 2000, 20_000]) ?? 1))
    const pass = (from: Socket, to: Socket, isCounted: boolean): void => {
      from.on('data', (chunk: Buffer) => {
        const passed = isCounted ? chunk.subarray(0, Math.max(0, left)) : chunk
        if (isCounted) left -= chunk.length
        if (passed.length > 0 && to.writable) to.write(passed)
        if (isCounted && left <= 0) leave(socket, exit, numbers)
      })
      from.on('end', () => to.end())
    }
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    pass(socket, upstream, side === 'client')
    pass(upstream, socket, side === 'server')
  })
}
