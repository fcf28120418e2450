import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { startValidServer } from '../local-servers/testing/faulty-servers.ts'
import { startTcpTestServer, type TestServer } from '../local-servers/testing/tls-test-server.ts'
import { only, prepareTls } from './testing/prepare-tls.ts'
import { StreamRecorder, type StreamRecorderOptions } from './testing/stream-recorder.ts'

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

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('begun in mid-stream, over %s', (version) => {
  /** Says `plain`, then waits for the client to say `switch`, and goes on with TLS as an echo. */
  async function startSwitching(plain: string): Promise<TestServer> {
    const tlsServer = await keep(startValidServer({ tls: { minVersion: version, maxVersion: version } }))
    return keep(
      startTcpTestServer((socket) => {
        let heard = ''
        socket.write(plain)
        const listen = (chunk: Buffer): void => {
          heard += chunk.toString('latin1')
          if (!heard.includes('switch')) return
          socket.off('data', listen)
          const upstream = connect({ port: tlsServer.port, host: '127.0.0.1', allowHalfOpen: true })
          upstream.on('error', () => socket.destroy())
          upstream.write(Buffer.from(heard.slice(heard.indexOf('switch') + 6), 'latin1'))
          socket.pipe(upstream).pipe(socket)
        }
        socket.on('data', listen)
      }),
    )
  }

  test('what was said in plain stands before it, and what is written meanwhile goes out after it', async () => {
    const server = await startSwitching('220 ready')
    const stream = dial(server, {})
    await stream.seen('connected')
    stream.handle.write(new Uint8Array(4 * 1024 * 1024))
    stream.handle.write(bytes('switch'))
    stream.handle.startTls(await prepareTls(only(version)))
    stream.handle.write(bytes('and encrypted'))
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.text(), stream.acceptedBytes]).toEqual([
      ['connected', 'secured', 'peer-ended', 'closed'],
      '220 readyand encrypted',
      4 * 1024 * 1024 + 6 + 13,
    ])
  })

  test.each([1, 3000, 200_000])('while reading is held, with %i bytes in plain that nobody has read', async (count) => {
    const server = await startSwitching('p'.repeat(count))
    const stream = dial(server, {})
    stream.handle.holdReading(true)
    await stream.seen('connected')
    stream.handle.write(bytes('switch'))
    while (stream.acceptedBytes < 6) await nextTurn()
    stream.handle.startTls(await prepareTls(only(version)))
    stream.handle.write(bytes('and encrypted'))
    await stream.until(() => stream.acceptedBytes === 19)
    const plain = stream.sink.text()
    stream.handle.readOnce(3, true)
    while (stream.sink.receivedBytes < count + 3) await nextTurn()
    stream.handle.readOnce(100, true)
    while (stream.sink.receivedBytes < count + 13) await nextTurn()
    expect([plain, stream.sink.text(), stream.log]).toEqual([
      'p'.repeat(count),
      `${'p'.repeat(count)}and encrypted`,
      ['connected', 'secured'],
    ])
  })

  test('a read by hand that waits in plain is answered from TLS', async () => {
    const server = await startSwitching('')
    const stream = dial(server, {})
    stream.handle.holdReading(true)
    await stream.seen('connected')
    stream.handle.readOnce(3, true)
    stream.handle.write(bytes('switch'))
    stream.handle.startTls(await prepareTls(only(version)))
    stream.handle.write(bytes('encrypted'))
    while (stream.sink.receivedBytes < 3) await nextTurn()
    expect([stream.sink.text(), stream.log]).toEqual(['enc', ['connected', 'secured']])
  })

  test('a server that has ended meanwhile is told as one that closed', async () => {
    const server = await keep(startTcpTestServer((socket) => socket.end('bye')))
    const stream = dial(server, {})
    stream.handle.holdReading(true)
    await stream.seen('loss-noticed fin')
    stream.handle.startTls(await prepareTls(only(version)))
    await stream.seen('closed')
    expect([stream.sink.text(), stream.log.slice(-2)]).toEqual(['bye', ['closed-during-handshake', 'closed']])
  })

  test('a server that goes on in plain is told as one', async () => {
    const server = await keep(startTcpTestServer((socket) => socket.on('data', () => socket.write('500 what?\r\n'))))
    const stream = dial(server, {})
    await stream.seen('connected')
    stream.handle.startTls(await prepareTls(only(version)))
    stream.handle.write(bytes('never sent'))
    await stream.seen('closed')
    expect([stream.log, stream.acceptedBytes]).toEqual([['connected', 'plaintext-server', 'closed'], 0])
  })
})
