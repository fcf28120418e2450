import { once } from 'node:events'
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { startValidServer } from '../local-servers/testing/faulty-servers.ts'
import { lossWatcher } from './loss-watcher.ts'
import { MemorySink } from './testing/memory-sink.ts'
import { plainBelow } from './testing/plain-below.ts'
import { prepareTls } from './testing/prepare-tls.ts'
import { StreamRecorder } from './testing/stream-recorder.ts'
import { TestPeer } from './testing/test-peer.ts'

const peers: TestPeer[] = []
const streams: StreamRecorder[] = []

afterEach(async () => {
  for (const stream of streams.splice(0)) {
    stream.handle.destroy(false)
    await stream.seen('closed')
  }
  for (const peer of peers.splice(0)) await peer.close()
})

interface Halted {
  readonly stream: StreamRecorder
  readonly sink: MemorySink
  readonly peer: Socket
}

/** A connection that nobody reads: held, or paused by a disk that took one read. */
async function halted(how: 'held' | 'paused', address = '127.0.0.1'): Promise<Halted> {
  const listening = await TestPeer.listen((socket) => socket.on('error', () => undefined), address)
  peers.push(listening)
  const accepted = listening.client()
  const sink = new MemorySink(true)
  sink.full = true
  const stream = new StreamRecorder(listening.port, { sink, address })
  streams.push(stream)
  stream.handle.holdReading(how === 'held')
  await stream.seen('connected')
  const peer = await accepted
  if (how === 'paused') {
    peer.write('first')
    await stream.seen('paused')
  }
  return { stream, sink, peer }
}

const canSeeFin = process.platform === 'linux'
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
const addresses = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']

describe.each(addresses)('over %s', (address) => {
  describe.each(['held', 'paused'] as const)('a connection whose reading is %s', (how) => {
    test.skipIf(!canSeeFin)(
      'notices FIN, and keeps what came before it for reading (skipped where FIN is not seen)',
      async () => {
        const { stream, sink, peer } = await halted(how, address)
        const before = [...stream.log]
        peer.end('last words')
        await stream.seen('loss-noticed fin')
        expect(stream.log).toEqual([...before, 'loss-noticed fin'])
        expect(lossWatcher.isIdle).toBe(true)
        sink.full = false
        if (how === 'held') stream.handle.holdReading(false)
        else sink.goOn()
        await stream.seen('peer-ended')
        expect(sink.text()).toBe(how === 'held' ? 'last words' : 'firstlast words')
      },
    )

    test('notices RST', async () => {
      const { stream, peer } = await halted(how, address)
      const before = [...stream.log]
      peer.resetAndDestroy()
      await once(peer, 'close')
      await stream.seen('loss-noticed rst')
      expect([stream.log, lossWatcher.isIdle]).toEqual([[...before, 'loss-noticed rst'], true])
    })

    test.skipIf(!canSeeFin)('notices FIN after its own (skipped where FIN is not seen)', async () => {
      const { stream, peer } = await halted(how, address)
      const ended = once(peer.resume(), 'end')
      stream.handle.endSending()
      await ended
      peer.end()
      await stream.seen('loss-noticed fin')
      expect(stream.log).not.toContain('loss-noticed rst')
    })

    test('notices RST after its own FIN', async () => {
      const { stream, peer } = await halted(how, address)
      const ended = once(peer.resume(), 'end')
      stream.handle.endSending()
      await ended
      peer.resetAndDestroy()
      await stream.until(() => stream.log.some((line) => line.startsWith('loss-noticed')))
      expect(stream.log.at(-1)).toBe(canSeeFin ? 'loss-noticed rst' : 'loss-noticed fin')
    })
  })
})

test('nobody is watched who reads, and there is no timer then', async () => {
  const { stream } = await halted('held')
  expect(lossWatcher.isIdle).toBe(false)
  stream.handle.holdReading(false)
  expect(lossWatcher.isIdle).toBe(true)
  stream.handle.holdReading(true)
  expect(lossWatcher.isIdle).toBe(false)
  stream.handle.destroy(false)
  expect(lossWatcher.isIdle).toBe(true)
})

test('many connections are watched at once, and each is told its own loss', async () => {
  const all = await Promise.all(Array.from({ length: 30 }, () => halted('held')))
  const lost = all.filter((_, index) => index % 3 === 0)
  for (const { peer } of lost) peer.resetAndDestroy()
  await Promise.all(lost.map(({ stream }) => stream.seen('loss-noticed rst')))
  expect(all.map(({ stream }) => stream.log.length)).toEqual(all.map((_, index) => (index % 3 === 0 ? 2 : 1)))
})

test('a reset under TLS is noticed, too', async () => {
  const server = await startValidServer({
    serve: (socket) => socket.on('data', () => plainBelow(socket).resetAndDestroy()),
  })
  const stream = new StreamRecorder(server.port, { tls: await prepareTls() })
  streams.push(stream)
  stream.handle.holdReading(true)
  await stream.seen('secured')
  stream.handle.write(new Uint8Array(1))
  await stream.seen('loss-noticed rst')
  expect(stream.log).toEqual(['connected', 'secured', 'loss-noticed rst'])
  await server.stop()
})
