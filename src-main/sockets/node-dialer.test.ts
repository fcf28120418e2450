import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { MemorySink } from './testing/memory-sink.ts'
import { StreamRecorder, type StreamRecorderOptions } from './testing/stream-recorder.ts'
import { freePort, TestPeer } from './testing/test-peer.ts'

const peers: TestPeer[] = []
const streams: StreamRecorder[] = []

afterEach(async () => {
  for (const stream of streams.splice(0)) {
    stream.handle.destroy(false)
    await stream.seen('closed')
  }
  for (const peer of peers.splice(0)) await peer.close()
})

async function listen(onClient: (socket: Socket) => void, host?: string): Promise<TestPeer> {
  const peer = await TestPeer.listen(onClient, host)
  peers.push(peer)
  return peer
}

function dial(port: number, options?: StreamRecorderOptions): StreamRecorder {
  const stream = new StreamRecorder(port, options)
  streams.push(stream)
  return stream
}

const echo = (socket: Socket): unknown => socket.pipe(socket)
const ignoreErrors = (socket: Socket): Socket => socket.on('error', () => undefined)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('connecting', () => {
  test('a refused connection', async () => {
    const port = await freePort()
    const stream = dial(port)
    await stream.seen('closed')
    expect([stream.log, stream.error?.data]).toEqual([
      ['connection-refused', 'closed'],
      { address: '127.0.0.1', port, systemCode: 'ECONNREFUSED' },
    ])
  })

  test('a dial given up never connects', async () => {
    const peer = await listen(ignoreErrors)
    const stream = dial(peer.port)
    stream.handle.destroy(false)
    await stream.seen('closed')
    expect(stream.log).toEqual(['closed'])
  })

  test('both ends of the connection are named', async () => {
    const peer = await listen(ignoreErrors)
    const client = peer.client()
    const stream = dial(peer.port)
    await stream.seen('connected')
    expect(stream.local).toEqual({ address: '127.0.0.1', port: (await client).remotePort, family: 'ipv4' })
  })

  test('from an address and a port of this machine that were chosen', async () => {
    const peer = await listen(ignoreErrors)
    const client = peer.client()
    const localPort = await freePort()
    const stream = dial(peer.port, { localAddress: '127.0.0.2', localPort })
    await stream.seen('connected')
    const { remoteAddress, remotePort } = await client
    expect([stream.local, remoteAddress, remotePort]).toEqual([
      { address: '127.0.0.2', port: localPort, family: 'ipv4' },
      '127.0.0.2',
      localPort,
    ])
  })

  test.each([
    ['an address of another machine', { localAddress: '192.0.2.1' }, 'local-address-unavailable'],
    ['an address of the other family', { localAddress: '::1' }, 'local-address-unavailable'],
    ['no address at all', { localAddress: 'localhost' }, 'local-address-unavailable'],
  ])('from %s it fails with a code', async (_, options, code) => {
    const peer = await listen(ignoreErrors)
    const stream = dial(peer.port, options)
    await stream.seen('closed')
    expect([stream.log, stream.error?.data.address]).toEqual([[code, 'closed'], options.localAddress])
  })

  test('from a port that is in use it fails with a code', async () => {
    const peer = await listen(ignoreErrors)
    const stream = dial(peer.port, { localAddress: '127.0.0.1', localPort: peer.port })
    await stream.seen('closed')
    expect([stream.log, stream.error?.data]).toEqual([
      ['port-in-use', 'closed'],
      { host: '127.0.0.1', port: peer.port, systemCode: 'EADDRINUSE' },
    ])
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  test.skipIf(!hasIpv6)('IPv6 (skipped where the machine has no ::1)', async () => {
    const peer = await listen(echo, '::1')
    const stream = dial(peer.port, { address: '::1' })
    stream.handle.write(bytes('six'))
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.text(), stream.local?.family]).toEqual([
      ['connected', 'peer-ended', 'closed'],
      'six',
      'ipv6',
    ])
  })
})

describe('ending', () => {
  /** The peer resets once both sides know that they are connected. */
  async function connectAndBeReset(): Promise<StreamRecorder> {
    const peer = await listen(ignoreErrors)
    const accepted = peer.client()
    const stream = dial(peer.port)
    await stream.seen('connected')
    const client = await accepted
    client.resetAndDestroy()
    return stream
  }

  test('the peer resets', async () => {
    const stream = await connectAndBeReset()
    await stream.seen('closed')
    expect(stream.log).toEqual(['connected', 'connection-reset', 'closed'])
  })

  test('a reset that arrives together with the last bytes is told as a reset, and the bytes are kept', async () => {
    const peer = await listen(ignoreErrors)
    const accepted = peer.client()
    const stream = dial(peer.port)
    await stream.seen('connected')
    const client = await accepted
    client.write('last words')
    client.resetAndDestroy()
    await stream.seen('closed')
    expect([stream.sink.text(), stream.log]).toEqual(['last words', ['connected', 'connection-reset', 'closed']])
  })

  test('writing after the peer has reset fails once, with a code, and the connection closes', async () => {
    const stream = await connectAndBeReset()
    while (stream.error === null) {
      stream.handle.write(bytes('x'))
      await nextTurn()
    }
    await stream.seen('closed')
    expect(stream.log).toEqual(['connected', expect.stringMatching(/^(connection-reset|broken-pipe)$/), 'closed'])
  })

  test('what the peer sent before it went away is read to its end, although writing fails meanwhile', async () => {
    const peer = await listen(ignoreErrors)
    const accepted = peer.client()
    const sink = new MemorySink()
    sink.full = true
    const stream = dial(peer.port, { sink })
    await stream.seen('connected')
    const client = await accepted
    const farewell = Buffer.alloc(50_000, 'farewell ')
    client.end(farewell)
    await stream.seen('paused')
    // The system answers with RST what comes for a socket that is gone.
    const gone = once(client, 'close')
    client.destroy()
    await gone
    stream.handle.write(bytes('x'))
    for (let turn = 0; turn < 50; turn++) await nextTurn()
    stream.handle.write(bytes('x'))
    for (let turn = 0; turn < 50; turn++) await nextTurn()
    const before = [...stream.log]
    sink.goOn()
    await stream.seen('closed')
    expect([before, sink.receivedBytes, sink.digest(), stream.log.slice(-2)]).toEqual([
      ['connected', 'paused'],
      farewell.length,
      createHash('sha256').update(farewell).digest('hex'),
      [expect.stringMatching(/^(connection-reset|broken-pipe)$/), 'closed'],
    ])
  })

  test('the peer ends; this side goes on sending, then ends', async () => {
    const peer = await listen((socket) => void socket.end('last words'))
    const accepted = peer.client()
    const stream = dial(peer.port)
    await stream.seen('peer-ended')
    stream.handle.write(bytes('still here'))
    const [heard] = (await once((await accepted).setEncoding('latin1').resume(), 'data')) as [string]
    expect(heard).toBe('still here')
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.text(), stream.sink.closed]).toEqual([
      ['connected', 'peer-ended', 'closed'],
      'last words',
      true,
    ])
  })

  test('this side ends; the peer goes on sending, then ends', async () => {
    const peer = await listen((socket) => socket.resume().on('end', () => socket.end('after your end')))
    const stream = dial(peer.port)
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.text()]).toEqual([['connected', 'peer-ended', 'closed'], 'after your end'])
  })

  test.each([
    ['at once', async () => undefined],
    ['while the FIN is on its way', async (stream: StreamRecorder) => stream.handle.endSending()],
    [
      'after the FIN',
      async (stream: StreamRecorder, client: Socket) => {
        const ended = once(client.resume(), 'end')
        stream.handle.endSending()
        await ended
      },
    ],
  ])('an abort %s reaches the peer as RST', async (_, before) => {
    const peer = await listen(() => undefined)
    const accepted = peer.client()
    const stream = dial(peer.port)
    await stream.seen('connected')
    const client = await accepted
    client.resume()
    await before(stream, client)
    const failed = new Promise<string>((resolve) =>
      client.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? '')),
    )
    stream.handle.destroy(true)
    await stream.seen('closed')
    // After a plain close the system would still accept the first write.
    const written = new Promise<string>((resolve) => client.write('x', (error) => error ?? resolve('accepted')))
    expect([stream.log, await Promise.race([failed, written])]).toEqual([
      ['connected', 'closed'],
      expect.stringMatching(/^(ECONNRESET|EPIPE)$/),
    ])
  })
})

describe('bytes', () => {
  test('a read takes no more than the read size', async () => {
    const sizes: number[] = []
    const sink = new (class extends MemorySink {
      override append(chunk: Uint8Array): boolean {
        sizes.push(chunk.length)
        return super.append(chunk)
      }
    })(true)
    const peer = await listen((socket) => socket.end(Buffer.alloc(3000, 'x')))
    const stream = dial(peer.port, { sink, readSizeBytes: 1024 })
    await stream.seen('peer-ended')
    expect(sizes).toEqual([1024, 1024, 952])
  })

  test('what a peer that does not read leaves unsent is known to the byte', async () => {
    const peer = await listen(ignoreErrors)
    const accepted = peer.client()
    const stream = dial(peer.port)
    await stream.seen('connected')
    const client = await accepted
    const piece = new Uint8Array(256 * 1024)
    const queued = 64 * piece.length
    for (let written = 0; written < queued; written += piece.length) stream.handle.write(piece)
    await stream.until(() => stream.acceptedBytes > 0)
    // A plain close lets the system deliver exactly what it has accepted.
    stream.handle.destroy(false)
    await stream.seen('closed')
    let arrived = 0
    client.on('data', (chunk: Buffer) => (arrived += chunk.length)).resume()
    await once(client, 'end')
    expect(stream.acceptedBytes).toBeLessThan(queued)
    expect(arrived).toBe(stream.acceptedBytes)
  })

  test('64 MiB come back from an echo unchanged', async () => {
    const peer = await listen(echo)
    const stream = dial(peer.port, { sink: new MemorySink() })
    const expected = createHash('sha256')
    const pieceBytes = 256 * 1024
    for (let piece = 0; piece < 256; piece++) {
      const content = new Uint32Array(pieceBytes / 4).map((_, index) => (piece * 65_537 + index) * 2_654_435_761)
      const sent = new Uint8Array(content.buffer)
      expected.update(sent)
      stream.handle.write(sent)
    }
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.sink.receivedBytes, stream.acceptedBytes, stream.sink.digest()]).toEqual([
      64 * 1024 * 1024,
      64 * 1024 * 1024,
      expected.digest('hex'),
    ])
  })

  test('a sink that is full stops the reading; nothing is lost when it goes on', async () => {
    const total = 16 * 1024 * 1024
    const peer = await listen((socket) => socket.end(Buffer.alloc(total, 7)))
    const sink = new MemorySink()
    sink.full = true
    const stream = dial(peer.port, { sink })
    for (let round = 1; round <= 20; round++) {
      await stream.until(() => stream.log.filter((line) => line === 'paused').length === round)
      const before = sink.receivedBytes
      await nextTurn()
      expect(sink.receivedBytes).toBe(before)
      sink.goOn()
      sink.full = round < 20
    }
    await stream.seen('peer-ended')
    expect([sink.receivedBytes, sink.digest(), stream.log.filter((line) => line === 'resumed').length]).toEqual([
      total,
      createHash('sha256').update(Buffer.alloc(total, 7)).digest('hex'),
      20,
    ])
  })

  test('a peer that goes away is noticed although nothing is sent', async () => {
    const peer = await listen((socket) => void socket.end())
    const stream = dial(peer.port)
    await stream.seen('peer-ended')
    expect(stream.log).toEqual(['connected', 'peer-ended'])
  })
})
