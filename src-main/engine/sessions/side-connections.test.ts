import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { readAll } from '../../capture/testing/read-all.ts'
import { SessionBench, settings } from '../testing/session-bench.ts'
import type { Session } from './session.ts'
import type { SideConnection } from './side-connection.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Opens a side connection that tells what happens to it. */
function openSide(session: Session, options: { port?: number } = {}): { side: SideConnection; story: string[] } {
  const story: string[] = []
  const side = session.openSide(
    {
      onChanged: () => story.push(side.refusal === null ? side.state : `refused: ${side.refusal.code}`),
      onReceived: (bytes, offset) => story.push(`received "${new TextDecoder().decode(bytes)}" at ${offset}`),
      onSent: (byteCount, offset) => story.push(`sent ${byteCount} at ${offset}`),
    },
    options,
  )
  return { side, story }
}

/** Peers that say nothing are given up after a while. */
async function endOf(bench: SessionBench): Promise<void> {
  const closing = bench.registry.closeAll()
  await bench.pass(2100)
  await closing
}

const addressed = { ...settings, host: '192.0.2.1' }

describe('side connections of a session', () => {
  test('have numbers of their own, and places in one capture', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings: addressed })
    await session.connect()
    const own = bench.dialer.last
    own.connect()
    own.receive(bytesOf('abc'))
    const { side, story } = openSide(session, { port: 4002 })
    side.send(bytesOf('hello'))
    await bench.settle()
    const stream = bench.dialer.last
    stream.connect()
    stream.handlers.onAccepted(5)
    own.receive(bytesOf('d'))
    stream.receive(bytesOf('xyz'))
    expect([stream.remote.port, side.connectionNumber, session.snapshot().connectionNumber]).toEqual([4002, 2, 1])
    expect(story).toEqual(['connecting', 'open', 'sent 5 at 0', 'received "xyz" at 4'])
    expect(session.counters()).toEqual({ sentBytes: 5, receivedBytes: 7, unsentBytes: 0 })
    await session.capture.flush()
    const rows = await readAll(bench.captures, session.capture.captureId, 'records')
    expect(rows.flatMap((row) => (row.kind === 'data' ? [[row.connection, row.direction, row.length]] : []))).toEqual([
      [1, 'received', 3],
      [2, 'sent', 5],
      [1, 'received', 1],
      [2, 'received', 3],
    ])
    await endOf(bench)
  })

  test('work while the session itself is not connected, any number of them', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings: addressed })
    const sides = [openSide(session), openSide(session), openSide(session)]
    await bench.settle()
    for (const stream of bench.dialer.streams) stream.connect()
    expect(sides.map(({ side }) => [side.connectionNumber, side.state])).toEqual([
      [1, 'open'],
      [2, 'open'],
      [3, 'open'],
    ])
    expect(session.snapshot().state).toBe('idle')
    sides[1]?.side.close()
    expect(sides.map(({ side }) => side.ending?.by ?? null)).toEqual([null, 'local', null])
    await endOf(bench)
  })

  test('tell how they end, and refuse to send afterwards', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings: addressed })
    const { side, story } = openSide(session)
    await bench.settle()
    bench.dialer.last.fail(describeError('connection-refused', { address: '192.0.2.1', port: 4001 }))
    expect([story.at(-1), side.ending?.error?.code]).toEqual(['closed', 'connection-refused'])
    expect(() => side.send(bytesOf('late'))).toThrow(expect.objectContaining({ code: 'not-connected' }))
    await endOf(bench)
  })

  test('have no retry and no local port, whatever the session has', async () => {
    const bench = await SessionBench.make()
    const retry = { ...addressed.retry, kind: 'fixed', delayMs: 10 } as typeof addressed.retry
    const session = await bench.registry.open({ profileId: null, settings: { ...addressed, localPort: 5000, retry } })
    const { side } = openSide(session)
    await bench.settle()
    expect(bench.dialer.last.options.localPort).toBe(0)
    bench.dialer.last.fail(describeError('connection-refused', { address: '192.0.2.1', port: 4001 }))
    await bench.pass(1000)
    expect([side.state, bench.dialer.streams.length]).toEqual(['closed', 1])
    await endOf(bench)
  })

  test('tell why they cannot begin', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings: { ...addressed, host: '{{nothing}}' } })
    const { side, story } = openSide(session)
    await bench.settle()
    expect([story, side.refusal?.code]).toEqual([['refused: variable-unknown'], 'variable-unknown'])
    await endOf(bench)
  })

  test('end with the session, which waits for them', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings: addressed })
    const { side } = openSide(session)
    await bench.settle()
    bench.dialer.last.connect()
    let isClosed = false
    const closing = bench.registry.close(session.sessionId).then(() => (isClosed = true))
    await bench.settle()
    expect([isClosed, bench.dialer.last.log]).toEqual([false, ['FIN']])
    const { side: late, story } = openSide(session)
    await bench.settle()
    expect([story, late.refusal?.code]).toEqual([['refused: cancelled'], 'cancelled'])
    await bench.pass(2000)
    await closing
    expect([side.state, bench.dialer.last.log]).toEqual(['closed', ['FIN', 'close']])
  })
})
