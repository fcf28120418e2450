import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { startValidServer, type FaultyServerOptions } from '../local-servers/testing/faulty-servers.ts'
import type { TestServer } from '../local-servers/testing/tls-test-server.ts'
import { MemorySink } from './testing/memory-sink.ts'
import { plainBelow } from './testing/plain-below.ts'
import { only, prepareTls } from './testing/prepare-tls.ts'
import { StreamRecorder, type StreamRecorderOptions } from './testing/stream-recorder.ts'
import { NodeTlsProvider } from './tls/node-tls-provider.ts'

const servers: TestServer[] = []
const streams: StreamRecorder[] = []

afterEach(async () => {
  for (const stream of streams.splice(0)) {
    stream.handle.destroy(false)
    await stream.seen('closed')
  }
  for (const server of servers.splice(0)) await server.stop()
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  servers.push(server)
  return server
}

function dial(server: TestServer, options: StreamRecorderOptions): StreamRecorder {
  const stream = new StreamRecorder(server.port, options)
  streams.push(stream)
  return stream
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', (version) => {
  const start = (serve?: FaultyServerOptions['serve']): Promise<TestServer> =>
    keep(
      startValidServer({
        tls: { minVersion: version, maxVersion: version },
        ...(serve === undefined ? {} : { serve }),
      }),
    )

  test('what is written before the handshake goes out after it, and comes back', async () => {
    const server = await start()
    const stream = dial(server, { tls: await prepareTls(only(version)) })
    stream.handle.write(bytes('hello '))
    stream.handle.write(bytes('world'))
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.text(), stream.acceptedBytes, stream.secured?.summary.version]).toEqual([
      ['connected', 'secured', 'peer-ended', 'closed'],
      'hello world',
      11,
      version,
    ])
  })

  test('64 MiB come back from an echo unchanged', async () => {
    const server = await start()
    const stream = dial(server, { tls: await prepareTls(only(version)), sink: new MemorySink() })
    const expected = createHash('sha256')
    for (let piece = 0; piece < 256; piece++) {
      const content = new Uint32Array(64 * 1024).map((_, index) => (piece * 65_537 + index) * 2_654_435_761)
      const sent = new Uint8Array(content.buffer)
      expected.update(sent)
      stream.handle.write(sent)
    }
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.receivedBytes, stream.acceptedBytes, stream.sink.digest()]).toEqual([
      ['connected', 'secured', 'peer-ended', 'closed'],
      64 * 1024 * 1024,
      64 * 1024 * 1024,
      expected.digest('hex'),
    ])
  })

  test('an end without close_notify is told as such, one with it is not', async () => {
    // Node itself says nothing when it is ended within its own event of a handshake of TLS 1.3.
    const announced = await start((socket) => void setImmediate(() => socket.end('all of it')))
    const whole = dial(announced, { tls: await prepareTls(only(version)) })
    await whole.seen('peer-ended')
    const cut = await start((socket) => {
      socket.write('some of i')
      socket.on('data', () => plainBelow(socket).end())
    })
    const broken = dial(cut, { tls: await prepareTls(only(version)) })
    while (broken.sink.receivedBytes < 9) await nextTurn()
    broken.handle.write(bytes('now'))
    await broken.seen('peer-ended without close_notify')
    expect([whole.log, whole.sink.text(), broken.log, broken.sink.text()]).toEqual([
      ['connected', 'secured', 'peer-ended'],
      'all of it',
      ['connected', 'secured', 'peer-ended without close_notify'],
      'some of i',
    ])
  })

  test('each side ends alone: what the other one still says arrives', async () => {
    const server = await start((socket) => {
      setImmediate(() => socket.end('last words'))
      socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()))
    })
    const heard: string[] = []
    const stream = dial(server, { tls: await prepareTls(only(version)) })
    await stream.seen('peer-ended')
    stream.handle.write(bytes('still here'))
    await stream.until(() => stream.acceptedBytes === 10)
    stream.handle.endSending()
    await stream.seen('closed')
    while (heard.length === 0) await nextTurn()
    expect([stream.log, stream.sink.text(), heard]).toEqual([
      ['connected', 'secured', 'peer-ended', 'closed'],
      'last words',
      ['still here'],
    ])
  })

  test('a reset that arrives together with the last bytes is told as a reset, and the bytes are kept', async () => {
    const server = await start((socket) => {
      socket.on('data', () => socket.write('last words', () => plainBelow(socket).resetAndDestroy()))
    })
    const stream = dial(server, { tls: await prepareTls(only(version)) })
    await stream.seen('secured')
    stream.handle.write(bytes('go'))
    await stream.seen('closed')
    expect([stream.log, stream.sink.text()]).toEqual([
      ['connected', 'secured', 'connection-reset', 'closed'],
      'last words',
    ])
  })

  test('closing says so in TLS; an abort reaches the peer as RST', async () => {
    const ends: string[] = []
    let heard = 0
    const server = await start((socket) => {
      socket.on('data', () => (heard += 1))
      socket.on('end', () => ends.push('end'))
      socket.on('error', ({ code }: NodeJS.ErrnoException) => ends.push(code ?? 'no code'))
      socket.on('close', () => ends.push('close'))
    })
    const tls = await prepareTls(only(version))
    for (const reset of [false, true]) {
      const stream = dial(server, { tls })
      await stream.seen('secured')
      stream.handle.write(bytes('x'))
      // A reset that arrives together with bytes looks like an end to Node.
      while (heard < (reset ? 2 : 1)) await nextTurn()
      stream.handle.destroy(reset)
      await stream.seen('closed')
      while (ends.length < (reset ? 3 : 1)) await nextTurn()
    }
    expect(ends).toEqual(['end', 'ECONNRESET', 'close'])
  })

  test('a second connection resumes the session of the first', async () => {
    const server = await start()
    const provider = new NodeTlsProvider()
    const resumed: (boolean | undefined)[] = []
    for (let connection = 0; connection < 2; connection++) {
      const stream = dial(server, { tls: await prepareTls(only(version), provider) })
      stream.handle.write(bytes('hello'))
      stream.handle.endSending()
      await stream.seen('closed')
      resumed.push(stream.secured?.summary.isResumed)
      expect([stream.log, stream.sink.text(), stream.secured?.summary.verdict.ok]).toEqual([
        ['connected', 'secured', 'peer-ended', 'closed'],
        'hello',
        true,
      ])
    }
    expect(resumed).toEqual([false, true])
  })

  test('the key log is asked for once, at the beginning of the handshake', async () => {
    const server = await start()
    let lines = ''
    let asked = 0
    const keyLog = (): ((line: Uint8Array) => void) => {
      asked += 1
      return (line) => (lines += Buffer.from(line).toString())
    }
    const stream = dial(server, { tls: await prepareTls(only(version)), keyLog })
    await stream.seen('secured')
    const label = version === 'TLSv1.2' ? 'CLIENT_RANDOM' : 'CLIENT_TRAFFIC_SECRET_0'
    expect([asked, lines]).toEqual([1, expect.stringMatching(new RegExp(`(^|\\n)${label} [0-9a-f]{64} [0-9a-f]+\\n`))])
  })

  test('a read size holds for what is decrypted, too', async () => {
    const server = await start((socket) => void setImmediate(() => socket.end(Buffer.alloc(3000, 'x'))))
    const sizes: number[] = []
    const sink = new (class extends MemorySink {
      override append(chunk: Uint8Array): boolean {
        sizes.push(chunk.length)
        return super.append(chunk)
      }
    })(true)
    const stream = dial(server, { tls: await prepareTls(only(version)), sink, readSizeBytes: 1024 })
    await stream.seen('peer-ended')
    expect(sizes).toEqual([1024, 1024, 952])
  })

  test('a sink that is full stops the reading; nothing is lost when it goes on', async () => {
    const total = 8 * 1024 * 1024
    const server = await start((socket) => void setImmediate(() => socket.end(Buffer.alloc(total, 7))))
    const sink = new MemorySink()
    sink.full = true
    const stream = dial(server, { tls: await prepareTls(only(version)), sink })
    for (let round = 1; round <= 20; round++) {
      await stream.until(() => stream.log.filter((line) => line === 'paused').length === round)
      const before = sink.receivedBytes
      await nextTurn()
      await nextTurn()
      // What came with the read that filled it is decrypted already.
      expect(sink.receivedBytes - before).toBeLessThanOrEqual(64 * 1024)
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

  describe('read by hand', () => {
    /** Lets everything that is on its way arrive. */
    async function turns(): Promise<void> {
      for (let turn = 0; turn < 20; turn++) await nextTurn()
    }

    async function held(content: string | Buffer, settings = {}): Promise<{ stream: StreamRecorder; sizes: number[] }> {
      const server = await start((socket) => void setImmediate(() => socket.end(content)))
      const sizes: number[] = []
      const sink = new (class extends MemorySink {
        override append(chunk: Uint8Array): boolean {
          sizes.push(chunk.length)
          return super.append(chunk)
        }
      })(true)
      const stream = dial(server, { tls: await prepareTls(only(version)), sink, ...settings })
      stream.handle.holdReading(true)
      await stream.seen('secured')
      return { stream, sizes }
    }

    async function read(stream: StreamRecorder, maximumBytes: number, waits = true): Promise<void> {
      const before = [stream.log.length, stream.sink.receivedBytes]
      stream.handle.readOnce(maximumBytes, waits)
      while (stream.log.length === before[0] && stream.sink.receivedBytes === before[1]) await nextTurn()
    }

    test('nothing is handed over unless asked for, and each read takes no more than it may', async () => {
      const { stream, sizes } = await held('a'.repeat(42))
      await turns()
      expect(sizes).toEqual([])
      for (let count = 0; count < 3; count++) {
        await read(stream, 16)
        await turns()
      }
      expect([sizes, stream.log]).toEqual([[16, 16, 10], expect.not.arrayContaining(['peer-ended'])])
      await read(stream, 16)
      expect(stream.log.filter((line) => line !== 'loss-noticed fin')).toEqual(['connected', 'secured', 'peer-ended'])
    })

    test('a poll reads what is there, or tells that there is nothing', async () => {
      const server = await start()
      const stream = dial(server, { tls: await prepareTls(only(version)) })
      stream.handle.holdReading(true)
      await stream.seen('secured')
      await read(stream, 256, false)
      expect(stream.log).toEqual(['connected', 'secured', 'nothing'])
      stream.handle.write(new Uint8Array(300))
      await read(stream, 200)
      await read(stream, 200, false)
      await read(stream, 200, false)
      expect([stream.sink.receivedBytes, stream.log]).toEqual([300, ['connected', 'secured', 'nothing', 'nothing']])
    })

    test('a peer that sends more than is read feels it, and everything comes once reading goes on by itself', async () => {
      const total = 32 * 1024 * 1024
      const { stream } = await held(Buffer.alloc(total, 7))
      await read(stream, 1000)
      await turns()
      expect(stream.sink.receivedBytes).toBe(1000)
      stream.handle.holdReading(false)
      await stream.seen('peer-ended')
      expect([stream.sink.receivedBytes, stream.sink.digest()]).toEqual([
        total,
        createHash('sha256').update(Buffer.alloc(total, 7)).digest('hex'),
      ])
    })

    test('reading is held while it goes on by itself, any number of times, and no byte is lost or doubled', async () => {
      const content = Buffer.from(Uint32Array.from({ length: 1_000_000 }, (_, index) => index).buffer)
      const { stream } = await held(content, { readSizeBytes: 5000 })
      for (let round = 0; !stream.log.includes('peer-ended'); round++) {
        stream.handle.holdReading(round % 3 !== 0)
        if (round % 3 !== 0) await read(stream, 1 + ((round * 7919) % 40_000), round % 2 === 0)
        else await nextTurn()
      }
      expect(stream.sink.digest()).toBe(createHash('sha256').update(content).digest('hex'))
    })

    test('what was decrypted and not asked for is kept when the connection breaks', async () => {
      const server = await start((socket) => {
        socket.once('data', () => socket.write('x'.repeat(1000), () => plainBelow(socket).resetAndDestroy()))
      })
      const stream = dial(server, { tls: await prepareTls(only(version)) })
      stream.handle.holdReading(true)
      await stream.seen('secured')
      stream.handle.write(bytes('go'))
      await read(stream, 10)
      stream.handle.readOnce(2000, true)
      await turns()
      stream.handle.readOnce(2000, true)
      await stream.seen('closed')
      expect([stream.sink.receivedBytes, stream.log.filter((line) => !line.startsWith('loss'))]).toEqual([
        1000,
        ['connected', 'secured', 'connection-reset', 'closed'],
      ])
    })

    test.each([false, true])(
      'what was decrypted and not asked for was lost when this side ended, by RST: %s',
      async (reset) => {
        const server = await start((socket) => void socket.once('data', () => socket.write('x'.repeat(1000))))
        const stream = dial(server, { tls: await prepareTls(only(version)) })
        stream.handle.holdReading(true)
        await stream.seen('secured')
        stream.handle.write(bytes('go'))
        await read(stream, 10)
        await turns()
        stream.handle.destroy(reset)
        await stream.seen('closed')
        expect(stream.sink.receivedBytes).toBe(1000)
      },
    )
  })
})
