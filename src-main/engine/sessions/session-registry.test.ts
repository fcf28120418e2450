import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { interpretation as interpretationSchema, rawInterpretation } from '../../contract/schemas/interpretation.ts'
import { systemError } from '../../capture/testing/memory-files.ts'
import { SessionBench, settings } from '../testing/session-bench.ts'
import type { Session } from './session.ts'

async function opened(bench: SessionBench): Promise<Session> {
  const session = await bench.registry.open({ title: 'Device', profileId: null, settings })
  await session.connect()
  await bench.settle()
  return session
}

async function connected(bench: SessionBench): Promise<Session> {
  const session = await opened(bench)
  bench.dialer.last.connect()
  return session
}

describe('a session', () => {
  test('begins idle, with a capture named after it', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings })
    expect(session.snapshot()).toEqual({
      sessionId: session.sessionId,
      title: 'device.test:4001',
      profileId: null,
      captureId: session.capture.captureId,
      settings,
      state: 'idle',
      connectionNumber: 0,
      resolvedAddresses: [],
      local: null,
      remote: null,
      resolveMs: null,
      connectMs: null,
      handshakeMs: null,
      flags: { opened: false, accepted: false, connected: false, cutOff: false, shouldBeConnected: false },
      receivingEnded: false,
      retry: null,
      tls: null,
      keyLog: { isOn: false, path: null, lineCount: 0, error: null },
      wireLog: null,
      openedAtUnixUs: null,
      counters: { sentBytes: 0, receivedBytes: 0, unsentBytes: 0 },
      ending: null,
      receivePaused: false,
      reading: { mode: 'automatic' },
    })
    expect((await bench.captures.list())[0]?.name).toMatch(/^device\.test:4001 2026-11-20 \d\d:02:17$/)
  })

  test('keeps the settings as written, and dials with the variables of the moment', async () => {
    const bench = await SessionBench.make()
    const written = { ...settings, host: '{{host}}', port: '{{port}}' }
    const session = await bench.registry.open({ profileId: null, settings: written })
    await expect(session.connect()).rejects.toMatchObject({ code: 'variable-unknown' })
    expect(session.snapshot()).toMatchObject({ title: '{{host}}:{{port}}', state: 'idle', settings: written })
    bench.variables.set('host', { text: '192.0.2.7', secret: false }).set('port', { text: '4002', secret: false })
    await session.connect()
    bench.dialer.last.connect()
    expect(session.snapshot()).toMatchObject({ state: 'open', settings: written })
    expect(bench.dialer.last.remote).toMatchObject({ address: '192.0.2.7', port: 4002 })
  })

  test('reads its streams as its profile says', async () => {
    const bench = await SessionBench.make()
    const interpretation = v.parse(interpretationSchema, { received: { framing: { kind: 'slip' } } })
    bench.interpretations.set('slip-abc234', interpretation)
    const { capture } = await bench.registry.open({ profileId: 'slip-abc234', settings })
    const other = await bench.registry.open({ profileId: 'gone-abc234', settings })
    expect([
      bench.captures.interpretationOf(capture.captureId),
      bench.captures.interpretationOf(other.capture.captureId),
    ]).toEqual([interpretation, rawInterpretation])
  })

  test('a hung connection attempt can be cancelled', async () => {
    const bench = await SessionBench.make()
    const session = await opened(bench)
    expect(session.snapshot().state).toBe('connecting')
    session.cancel()
    expect([bench.dialer.last.log, session.snapshot().state, session.snapshot().ending]).toEqual([
      ['close'],
      'closed',
      { by: 'local', how: 'cancelled', unsentBytes: 0, error: null },
    ])
  })

  test('a hung connection attempt ends with the connect timeout', async () => {
    const bench = await SessionBench.make()
    const session = await opened(bench)
    bench.clock.advance(9999)
    expect(session.snapshot().state).toBe('connecting')
    bench.clock.advance(1)
    expect(session.snapshot().ending).toMatchObject({ by: 'error', how: 'timeout', error: { code: 'connect-timeout' } })
  })

  test('the second address is tried while the first is silent', async () => {
    const bench = await SessionBench.make()
    bench.addresses = [
      { address: '2001:db8::1', family: 'ipv6' },
      { address: '192.0.2.1', family: 'ipv4' },
    ]
    const session = await opened(bench)
    bench.clock.advance(250)
    bench.dialer.last.connect()
    const { state, remote } = session.snapshot()
    expect([state, remote?.address, bench.dialer.streams.map(({ log }) => log)]).toEqual([
      'open',
      '192.0.2.1',
      [['close'], []],
    ])
  })

  test('an IP address is dialled at once, without looking anything up', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings: { ...settings, host: '[2001:db8::7]' } })
    bench.addresses = []
    await session.connect()
    bench.dialer.last.connect()
    const { state, resolvedAddresses, resolveMs } = session.snapshot()
    expect([state, resolvedAddresses, resolveMs, bench.dialer.last.remote]).toEqual([
      'open',
      ['2001:db8::7'],
      null,
      { address: '2001:db8::7', port: 4001, family: 'ipv6' },
    ])
  })

  test('its story can be read in the capture afterwards', async () => {
    const bench = await SessionBench.make()
    const session = await opened(bench)
    session.send(Uint8Array.of(1, 2, 3))
    bench.dialer.last.connect()
    bench.dialer.last.handlers.onAccepted(2)
    bench.dialer.last.receive(Uint8Array.of(9))
    bench.dialer.last.fail(describeError('connection-reset'))
    const closing = bench.registry.close(session.sessionId)
    await bench.pass(20)
    await closing
    const remote = { address: '192.0.2.1', port: 4001, family: 'ipv4' }
    const error = describeError('connection-reset')
    expect(await bench.story(session.capture.captureId)).toEqual([
      {
        kind: 'resolving',
        transition: { from: 'idle', to: 'resolving', cause: 'requested' },
        host: 'device.test',
      },
      {
        kind: 'resolved',
        transition: { from: 'resolving', to: 'connecting', cause: 'resolved' },
        host: 'device.test',
        addresses: ['192.0.2.1'],
        elapsedMs: 0,
      },
      { kind: 'dialling', transition: null, remote },
      {
        kind: 'connected',
        transition: { from: 'connecting', to: 'open', cause: 'connected' },
        local: { address: '127.0.0.1', port: 50_000, family: 'ipv4' },
        remote,
        elapsedMs: 0,
      },
      {
        kind: 'ended',
        transition: { from: 'open', to: 'closed', cause: 'peer-reset' },
        dialledAddresses: 1,
        ending: { by: 'peer', how: 'rst', unsentBytes: 1, error },
      },
    ])
    expect(session.counters()).toEqual({ sentBytes: 2, receivedBytes: 1, unsentBytes: 1 })
  })

  test('a subscriber may command a session from within an event', async () => {
    const bench = await SessionBench.make()
    bench.events.subscribe('session.changed', null, ({ sessionId, state }) => {
      if (state === 'open') bench.registry.get(sessionId).send(Uint8Array.of(1))
    })
    await connected(bench)
    expect(bench.dialer.last.log).toEqual(['write 1'])
  })

  test('counters are told at most once a beat, however many chunks come', async () => {
    const bench = await SessionBench.make()
    const session = await connected(bench)
    session.send(new Uint8Array(1000))
    await bench.pass(100)
    bench.progress.length = 0
    for (let chunk = 0; chunk < 1000; chunk++) bench.dialer.last.handlers.onAccepted(1)
    await bench.pass(33)
    expect(bench.progress.length).toBeLessThanOrEqual(2)
    expect(bench.progress.at(-1)?.counters).toEqual({ sentBytes: 1000, receivedBytes: 0, unsentBytes: 0 })
  })
})

describe('a disk that is full', () => {
  test('is told, pauses the receiving, and loses nothing', async () => {
    const bench = await SessionBench.make()
    const session = await connected(bench)
    await bench.pass(50)
    bench.files.beforeWrite = (path) => {
      throw systemError('ENOSPC', path)
    }
    bench.dialer.last.receive(new Uint8Array(1000))
    await bench.pass(50)
    bench.dialer.last.receive(new Uint8Array(500))
    expect([bench.notices.map(({ level, error }) => [level, error?.code]), session.isReceivePaused]).toEqual([
      [['error', 'disk-full']],
      true,
    ])
    await bench.pass(300)
    bench.files.beforeWrite = null
    await bench.pass(5000)
    expect([bench.notices.at(-1)?.level, session.isReceivePaused, bench.progress.at(-1)?.receivePaused]).toEqual([
      'information',
      false,
      false,
    ])
    session.abort()
    const closing = bench.registry.close(session.sessionId)
    await bench.pass(50)
    await closing
    const story = await bench.story(session.capture.captureId)
    expect(story.filter(({ kind }) => kind.startsWith('receive-'))).toEqual([
      { kind: 'receive-paused', pendingBytes: expect.any(Number) as number },
      { kind: 'receive-resumed', pausedMs: expect.any(Number) as number },
    ])
    expect(session.counters().receivedBytes).toBe(1500)
  })
})

describe('closing', () => {
  test('ends the connection properly, then closes the capture', async () => {
    const bench = await SessionBench.make()
    const session = await connected(bench)
    const closed: string[] = []
    bench.events.subscribe('session.closed', session.sessionId, ({ sessionId }) => closed.push(sessionId))
    const closing = bench.registry.close(session.sessionId)
    expect([bench.dialer.last.log, closed, bench.registry.list()]).toEqual([['FIN'], [session.sessionId], []])
    bench.dialer.last.handlers.onPeerEnded()
    bench.dialer.last.close()
    await bench.pass(20)
    await closing
    expect((await bench.captures.list()).map(({ live }) => live)).toEqual([false])
  })

  test('takes two seconds at most, whatever the peer does', async () => {
    const bench = await SessionBench.make()
    const session = await connected(bench)
    session.send(new Uint8Array(100))
    const closing = bench.registry.closeAll()
    await bench.pass(1500)
    bench.dialer.last.handlers.onAccepted(1)
    await bench.pass(500)
    await closing
    expect([bench.dialer.last.log, session.snapshot().ending?.unsentBytes]).toEqual([['write 100', 'reset'], 99])
  })

  test('a session that was never connected leaves no capture', async () => {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ profileId: null, settings })
    const closing = bench.registry.close(session.sessionId)
    await bench.pass(20)
    await closing
    expect([...bench.files.contents.keys()]).toEqual([])
  })

  test('a session that was connected in vain keeps its capture', async () => {
    const bench = await SessionBench.make()
    const session = await opened(bench)
    bench.dialer.last.fail(describeError('connection-refused'))
    const closing = bench.registry.close(session.sessionId)
    await bench.pass(20)
    await closing
    expect((await bench.captures.list()).map(({ captureId }) => captureId)).toEqual([session.capture.captureId])
  })

  test('a session is gone afterwards', async () => {
    const bench = await SessionBench.make()
    await expect(bench.registry.close('nobody')).rejects.toMatchObject({ code: 'session-not-found' })
  })
})

test('a full disk holds back what is to be sent, so that what was sent always fits into memory', async () => {
  const bench = await SessionBench.make()
  const session = await connected(bench)
  await bench.pass(20)
  bench.files.beforeWrite = (path) => {
    throw systemError('ENOSPC', path)
  }
  session.send(new Uint8Array(5))
  bench.dialer.last.handlers.onAccepted(5)
  await bench.pass(20)
  session.send(new Uint8Array(7))
  session.send(new Uint8Array(9))
  await bench.pass(1000)
  const whileFull = [...bench.dialer.last.log]
  bench.files.beforeWrite = null
  await bench.pass(1000)
  expect([whileFull, bench.dialer.last.log, session.counters().unsentBytes]).toEqual([
    ['write 5'],
    ['write 5', 'write 7', 'write 9'],
    16,
  ])
  bench.dialer.last.close()
  await bench.registry.closeAll()
})

test('a session asked for while everything is being closed is refused and leaves no capture', async () => {
  const bench = await SessionBench.make()
  const opening = bench.registry.open({ profileId: null, settings })
  const refused = expect(opening).rejects.toMatchObject({ code: 'host-gone' })
  await bench.registry.closeAll()
  await refused
  expect([await bench.captures.list(), bench.files.openFiles]).toEqual([[], 0])
})
