import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { LocalServerHandle } from '../engine/servers/local-server-factory.ts'
import { completeServerDefinition } from '../contract/schemas/server.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { securedServer } from './local-server-factory.ts'

const mebibyte = 1024 * 1024

/** Bytes without a period that a lost or doubled piece could hide in. */
function patternedBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let server: LocalServerHandle
let address: SocketAddress
let closed: string[]
let onClosed: () => void
let onActivity: () => void

beforeEach(async () => {
  closed = []
  onClosed = () => undefined
  onActivity = () => undefined
  server = securedServer({
    definition: completeServerDefinition({ kind: 'echo', name: 'Echo' }),
    sources: { clock: new SystemClock() },
    listeners: {
      onClientClosed: (client, how) => {
        closed.push(`${how} ${client.receivedBytes}/${client.sentBytes}`)
        onClosed()
      },
      onActivity: () => onActivity(),
    },
  })
  address = await server.listen()
})

afterEach(() => server.stop())

async function connectClient(): Promise<Socket> {
  const socket = connect({ host: address.address, port: address.port, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

const clientClosed = (): Promise<void> =>
  new Promise((resolve) => {
    onClosed = resolve
    if (closed.length > 0) resolve()
  })

async function readToEnd(socket: Socket): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

describe('the echo server', { timeout: 60_000 }, () => {
  it('sends back every byte there is, and then its end', async () => {
    const client = await connectClient()
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
    client.end(bytes)
    expect(Uint8Array.from(await readToEnd(client))).toEqual(bytes)
    await clientClosed()
    expect(closed).toEqual(['fin 256/256'])
  })

  it('stops reading from a client that does not read, and loses nothing of 8 MiB', async () => {
    const bytes = patternedBytes(8 * mebibyte)
    const client = await connectClient()
    client.pause()
    client.end(bytes)
    // Waits until nothing moves any more: the server holds some buffers full, and by far not everything.
    const heldBytes = await new Promise<number>((resolve) => {
      let last = -1
      const look = setInterval(() => {
        const { receivedBytes } = server.totals()
        if (receivedBytes === last && receivedBytes > 0) {
          clearInterval(look)
          resolve(receivedBytes - server.totals().sentBytes)
        }
        last = receivedBytes
      }, 50)
    })
    const echoed = await readToEnd(client)
    await clientClosed()
    expect({ hash: hashOf(echoed), closed, bounded: heldBytes < mebibyte }).toEqual({
      hash: hashOf(bytes),
      closed: [`fin ${bytes.length}/${bytes.length}`],
      bounded: true,
    })
  })

  it('survives a client that resets in the middle', async () => {
    const client = await connectClient()
    client.on('error', () => undefined)
    const received = new Promise<void>((resolve) => (onActivity = resolve))
    client.write('hello')
    await received
    client.resetAndDestroy()
    await clientClosed()
    expect(closed).toEqual([expect.stringMatching(/^rst 5\//)])
    const next = await connectClient()
    next.end('next')
    expect(Buffer.from(await readToEnd(next)).toString()).toBe('next')
  })

  it('serves many at once, each its own bytes', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `client ${index} `.repeat(1_000))
    const echoed = await Promise.all(
      texts.map(async (text) => {
        const client = await connectClient()
        client.end(text)
        return Buffer.from(await readToEnd(client)).toString()
      }),
    )
    expect(echoed).toEqual(texts)
  })
})

describe.each([
  ['/usr/bin/ncat', () => ['127.0.0.1', String(address.port)]],
  ['/usr/bin/socat', () => ['-t', '30', '-', `TCP:127.0.0.1:${address.port}`]],
])('%s as the client', (program, argumentsFor) => {
  it('gets back what it sent', async ({ skip }) => {
    if (!existsSync(program)) skip(`${program} is not installed`)
    const bytes = patternedBytes(mebibyte)
    const child = spawn(program, argumentsFor(), { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end(bytes)
    const chunks: Buffer[] = []
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer)
    await clientClosed()
    expect({ hash: hashOf(Buffer.concat(chunks)), closed }).toEqual({
      hash: hashOf(bytes),
      closed: [`fin ${mebibyte}/${mebibyte}`],
    })
  })
})
