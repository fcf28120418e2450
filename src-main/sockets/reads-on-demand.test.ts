import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { MemorySink } from './testing/memory-sink.ts'
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

/** Notes the size of every read. */
class SizingSink extends MemorySink {
  readonly sizes: number[] = []
  #onRead: () => void = () => undefined

  override append(bytes: Uint8Array): boolean {
    this.sizes.push(bytes.length)
    const goesOn = super.append(bytes)
    this.#onRead()
    return goesOn
  }

  /** Called within every read, as by those who look at what arrives. */
  set onRead(listener: () => void) {
    this.#onRead = listener
  }

  /** Waits for so many reads in all. */
  async reads(count: number): Promise<void> {
    while (this.sizes.length < count) await nextTurn()
  }
}

interface Held {
  readonly stream: StreamRecorder
  readonly sink: SizingSink
  readonly peer: Socket
}

/** A connection whose reading is held from the beginning, and its peer. */
async function held(): Promise<Held> {
  const listening = await TestPeer.listen((socket) => socket.on('error', () => undefined))
  peers.push(listening)
  const accepted = listening.client()
  const sink = new SizingSink(true)
  const stream = new StreamRecorder(listening.port, { sink })
  streams.push(stream)
  stream.handle.holdReading(true)
  await stream.seen('connected')
  return { stream, sink, peer: await accepted }
}

/** Resolves once the bytes are with the system of this side, which on loopback is when the peer has written them. */
const written = (peer: Socket, bytes: Uint8Array | string): Promise<void> =>
  new Promise((resolve, reject) => {
    peer.write(bytes, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await nextTurn()
}

async function poll({ stream, sink }: Held, maximumBytes: number): Promise<void> {
  const before = [stream.log.length, sink.sizes.length]
  stream.handle.readOnce(maximumBytes, false)
  while (stream.log.length === before[0] && sink.sizes.length === before[1]) await nextTurn()
}

test('nothing is read unless asked for, and each read takes no more than it may', async () => {
  const { stream, sink, peer } = await held()
  await written(peer, 'a'.repeat(42))
  await turns()
  expect(sink.sizes).toEqual([])
  for (let count = 1; count <= 3; count++) {
    stream.handle.readOnce(16, true)
    await sink.reads(count)
    await turns()
  }
  expect([sink.sizes, stream.log]).toEqual([[16, 16, 10], ['connected']])
})

test('a poll reads what is there, as many as it may, or tells that there is nothing', async () => {
  const connection = await held()
  const { stream, sink, peer } = connection
  await poll(connection, 256)
  expect([sink.sizes, stream.log]).toEqual([[], ['connected', 'nothing']])
  await written(peer, new Uint8Array(300))
  await poll(connection, 256)
  await poll(connection, 256)
  await poll(connection, 256)
  expect([sink.sizes, stream.log]).toEqual([
    [256, 44],
    ['connected', 'nothing', 'nothing'],
  ])
})

test('sizes change from read to read', async () => {
  const connection = await held()
  const { sink, peer } = connection
  await written(peer, new Uint8Array(10_000))
  for (const maximumBytes of [1, 1000, 3, 3, 8096, 500]) await poll(connection, maximumBytes)
  expect(sink.sizes).toEqual([1, 1000, 3, 3, 8096, 500])
})

test('the next read can be asked for within the one before', async () => {
  const { stream, sink, peer } = await held()
  const wanted = [7, 2]
  sink.onRead = () => {
    const next = wanted.shift()
    if (next !== undefined) stream.handle.readOnce(next, true)
  }
  await written(peer, new Uint8Array(100))
  stream.handle.readOnce(5, true)
  await sink.reads(3)
  await turns()
  expect(sink.sizes).toEqual([5, 7, 2])
})

test('a read waits for bytes, and can be taken back', async () => {
  const { stream, sink, peer } = await held()
  stream.handle.readOnce(100, true)
  await turns()
  await written(peer, 'first')
  await sink.reads(1)
  stream.handle.readOnce(100, true)
  stream.handle.cancelRead()
  await written(peer, 'second')
  await turns()
  expect(sink.text()).toBe('first')
})

test('the end is told by the read that meets it, not before', async () => {
  const connection = await held()
  const { stream, sink, peer } = connection
  peer.end('bye')
  await once(peer, 'finish')
  await turns()
  expect(stream.log).toEqual(['connected'])
  await poll(connection, 256)
  await poll(connection, 256)
  expect([sink.text(), stream.log]).toEqual(['bye', ['connected', 'peer-ended']])
})

test('a reset is told by the read that meets it', async () => {
  const { stream, peer } = await held()
  peer.resetAndDestroy()
  await once(peer, 'close')
  await turns()
  expect(stream.log).toEqual(['connected'])
  stream.handle.readOnce(256, true)
  await stream.seen('closed')
  expect(stream.log).toEqual(['connected', 'connection-reset', 'closed'])
})

test('a peer that sends more than is read feels it', async () => {
  const { stream, sink, peer } = await held()
  const total = 64 * 1024 * 1024
  peer.end(Buffer.alloc(total, 7))
  stream.handle.readOnce(1024, true)
  await sink.reads(1)
  await turns()
  expect([sink.receivedBytes, peer.writableFinished]).toEqual([1024, false])
  stream.handle.holdReading(false)
  await stream.seen('peer-ended')
  expect([sink.receivedBytes, peer.writableFinished]).toEqual([total, true])
})

test('reading is held while it goes on by itself, and goes on where it stood', async () => {
  const connection = await held()
  const { stream, sink, peer } = connection
  stream.handle.holdReading(false)
  await written(peer, 'by itself ')
  await sink.reads(1)
  stream.handle.holdReading(true)
  await written(peer, 'by hand ')
  await turns()
  expect(sink.text()).toBe('by itself ')
  await poll(connection, 3)
  stream.handle.holdReading(false)
  await sink.reads(4)
  await written(peer, 'again')
  await sink.reads(5)
  // The memory of the first read was set before.
  expect([sink.text(), sink.sizes.slice(1)]).toEqual(['by itself by hand again', [3, 3, 2, 5]])
})

test('a read waits until the disk can take more', async () => {
  const connection = await held()
  const { stream, sink, peer } = connection
  await written(peer, new Uint8Array(10))
  sink.full = true
  await poll(connection, 4)
  await stream.seen('paused')
  stream.handle.readOnce(4, true)
  await turns()
  expect(sink.sizes).toEqual([4])
  sink.goOn()
  await sink.reads(2)
  await turns()
  expect([sink.sizes, stream.log]).toEqual([
    [4, 4],
    ['connected', 'paused', 'resumed'],
  ])
})
