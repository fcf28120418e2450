import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import type { Session } from '../sessions/session.ts'
import { SessionBench, settings } from '../testing/session-bench.ts'
import { Heartbeat } from './heartbeat.ts'
import { TelemetryLink } from './telemetry-link.ts'

const addressed = { ...settings, host: '192.0.2.1' }

interface Connected {
  readonly bench: SessionBench
  readonly session: Session
  end(): Promise<void>
}

async function connected(): Promise<Connected> {
  const bench = await SessionBench.make()
  const session = await bench.registry.open({ profileId: null, settings: addressed })
  await session.connect()
  bench.dialer.last.connect()
  const end = async (): Promise<void> => {
    const closing = bench.registry.closeAll()
    await bench.pass(2100)
    await closing
  }
  return { bench, session, end }
}

/** A link that looks at the session as its calls would. */
function linked({ bench, session }: Connected, port: number): { link: TelemetryLink; told: () => number } {
  let count = 0
  const link = new TelemetryLink(session, bench.clock, port, () => (count += 1))
  session.watch({ onReceived: () => undefined, onChanged: () => link.look() })
  return { link, told: () => count }
}

describe('the telemetry connection', () => {
  test('6.3.14 opens with the command connection, to the same host, and closes with it', async () => {
    const at = await connected()
    const { link } = linked(at, 50_001)
    await at.bench.settle()
    const stream = at.bench.dialer.last
    expect([stream.remote.address, stream.remote.port, link.state().state]).toEqual(['192.0.2.1', 50_001, 'connecting'])
    stream.connect()
    expect(link.state()).toEqual({ state: 'open', connection: 2, remote: expect.anything() as object, ending: null })
    at.session.closeConnection()
    expect([link.state().state, stream.log.at(-1)]).toEqual(['closed', 'close'])
    await at.bench.pass(3000)
    expect(at.bench.dialer.streams.length).toBe(2)
    await at.session.connect()
    at.bench.dialer.last.connect()
    await at.bench.settle()
    expect([at.bench.dialer.streams.length, link.state()]).toMatchObject([4, { state: 'connecting', connection: 4 }])
    await at.end()
  })

  test('6.3.14 lost or refused: the lost half is shown, and tried again every second', async () => {
    const at = await connected()
    const { link, told } = linked(at, 50_001)
    await at.bench.settle()
    const refused = describeError('connection-refused', { address: '192.0.2.1', port: 50_001 })
    at.bench.dialer.last.fail(refused)
    const before = told()
    expect(link.state()).toMatchObject({ state: 'closed', ending: { error: { code: 'connection-refused' } } })
    await at.bench.pass(990)
    expect(at.bench.dialer.streams.length).toBe(2)
    await at.bench.pass(20)
    expect([at.bench.dialer.streams.length, link.state().state]).toEqual([3, 'connecting'])
    at.bench.dialer.last.connect()
    at.bench.dialer.last.handlers.onPeerEnded()
    expect(link.state().state).toBe('closed')
    await at.bench.pass(1010)
    expect([at.bench.dialer.streams.length, at.session.state]).toEqual([4, 'open'])
    expect(told()).toBeGreaterThan(before)
    link.stop()
    await at.bench.pass(2000)
    expect(at.bench.dialer.streams.length).toBe(4)
    await at.end()
  })

  test('6.3.14 does not use the port that the command connection has', async () => {
    const at = await connected()
    const { link } = linked(at, addressed.port as number)
    await at.bench.settle()
    expect([at.bench.dialer.streams.length, link.state()]).toMatchObject([
      1,
      { state: 'idle', ending: { how: 'not-connected', error: { code: 'telemetry-port-same' } } },
    ])
    await at.end()
  })
})

describe('6.3.19 the heartbeat', () => {
  test('goes out every so many milliseconds while the connection is open, and begins anew with the next one', async () => {
    const at = await connected()
    const heartbeat = new Heartbeat(at.session, at.bench.clock, 1000)
    at.session.watch({ onReceived: () => undefined, onChanged: () => heartbeat.look() })
    const [stream] = at.bench.dialer.streams
    await at.bench.pass(990)
    expect(heartbeat.sentCount).toBe(0)
    await at.bench.pass(2020)
    expect([heartbeat.sentCount, stream?.log]).toEqual([3, expect.arrayContaining(['write 11'])])
    stream?.handlers.onAccepted(33)
    at.session.closeConnection()
    await at.bench.pass(3000)
    expect(heartbeat.sentCount).toBe(3)
    await at.session.connect()
    at.bench.dialer.last.connect()
    await at.bench.pass(1010)
    expect(heartbeat.sentCount).toBe(1)
    heartbeat.stop()
    await at.bench.pass(3000)
    expect(heartbeat.sentCount).toBe(1)
    await at.end()
  })

  test('does not pile up at a peer that reads nothing', async () => {
    const at = await connected()
    at.session.send(new Uint8Array(100_000))
    const heartbeat = new Heartbeat(at.session, at.bench.clock, 1000)
    await at.bench.pass(10_000)
    expect(heartbeat.sentCount).toBe(0)
    heartbeat.stop()
    await at.end()
  })
})
