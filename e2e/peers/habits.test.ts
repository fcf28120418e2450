import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { findRefusingPort, startClosingPeer, startEchoPeer, startResettingPeer, startSilentPeer } from './habits.ts'
import type { Peer } from './peer.ts'

const peers: Peer[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close()
})

async function open(starting: Promise<Peer>): Promise<{ peer: Peer; socket: Socket }> {
  const peer = await starting
  peers.push(peer)
  return { peer, socket: connect(peer.port, peer.host) }
}

/** All that comes until the end, as text, and how it ended. */
async function readToEnd(socket: Socket): Promise<{ text: string; error: string | null }> {
  let text = ''
  let error: string | null = null
  socket.setEncoding('utf8').on('data', (part: string | Buffer) => (text += part.toString()))
  socket.on('error', (thrown: NodeJS.ErrnoException) => (error = thrown.code ?? thrown.message))
  await new Promise((resolve) => socket.once('close', resolve))
  return { text, error }
}

test('the echo peer sends back what comes and ends when its other side does', async () => {
  const { peer, socket } = await open(startEchoPeer())
  socket.end('hello')
  expect(await readToEnd(socket)).toEqual({ text: 'hello', error: null })
  expect([peer.receivedText, peer.receivedHex, peer.connectionCount]).toEqual(['hello', '68656c6c6f', 1])
})

test('the silent peer takes everything and says nothing', async () => {
  const { peer, socket } = await open(startSilentPeer('::1'))
  socket.end(new Uint8Array([0, 255]))
  expect(await readToEnd(socket)).toEqual({ text: '', error: null })
  expect(peer.received).toEqual(new Uint8Array([0, 255]))
})

test.each(['on-connection', 'on-first-bytes'] as const)('the resetting peer resets %s', async (moment) => {
  const { socket } = await open(startResettingPeer(moment))
  socket.on('connect', () => socket.write('x'))
  expect((await readToEnd(socket)).error).toMatch(/ECONNRESET|EPIPE/)
})

test.each(['on-connection', 'on-first-bytes'] as const)('the closing peer says its last words %s', async (moment) => {
  const { socket } = await open(startClosingPeer('bye', moment))
  socket.on('connect', () => socket.write('x'))
  expect(await readToEnd(socket)).toEqual({ text: 'bye', error: null })
})

test('nobody listens on the refusing port', async () => {
  const socket = connect(await findRefusingPort(), '127.0.0.1')
  expect(await readToEnd(socket)).toEqual({ text: '', error: 'ECONNREFUSED' })
})
