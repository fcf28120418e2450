import { flushSync } from 'svelte'
import { expect, it, vi } from 'vitest'
import { FakeEngine } from '../testing/fake-link.ts'
import { CaptureStore } from './captures.svelte.ts'
import { SessionStore } from './sessions.svelte.ts'
import { TabStore } from './tabs.svelte.ts'
import { ToastStore } from './toasts.svelte.ts'

it('follows sessions and what their captures hold', async () => {
  const engine = new FakeEngine()
  const link = engine.open()
  const captures = new CaptureStore(link)
  const sessions = new SessionStore(link, captures)
  await captures.start()
  await sessions.start()

  const session = await sessions.open({ title: 'PSU', settings: { host: '::1', port: 5025 } })
  await session.connect()
  engine.events.publish('session.progress', {
    sessionId: session.sessionId,
    counters: { sentBytes: 6, receivedBytes: 47, unsentBytes: 2 },
    receivePaused: true,
  })
  const totals = { recordCount: 3, streamRowCount: 4, sentBytes: 6, receivedBytes: 47, fileBytes: 5000, lastTimeNs: 9 }
  engine.events.publish('capture.grew', { captureId: session.captureId, totals })
  await vi.waitUntil(() => session.totals?.recordCount === 3)

  expect({
    all: sessions.all.map((one) => one.title),
    address: session.address,
    words: session.stateWords,
    flags: [session.isLive, session.isBusy, session.canSend, session.canConnect, session.isClosed],
    counters: session.counters,
    receivePaused: session.receivePaused,
  }).toEqual({
    all: ['PSU'],
    address: '[::1]:5025',
    words: { label: 'Open', shape: 'open' },
    flags: [true, false, true, false, false],
    counters: { sentBytes: 6, receivedBytes: 47, unsentBytes: 2 },
    receivePaused: true,
  })

  session.sampleRates(500)
  expect(session.rate).toEqual({ sentBytesPerSecond: 12, receivedBytesPerSecond: 94 })
  engine.events.publish('session.closed', { sessionId: session.sessionId })
  await vi.waitUntil(() => session.isClosed)
  expect([sessions.all, session.canConnect, session.canSend]).toEqual([[], false, false])
  sessions.close()
  captures.close()
  link.close()
})

it('counts what one connection received, apart from those before it', async () => {
  const engine = new FakeEngine()
  const link = engine.open()
  const sessions = new SessionStore(link, new CaptureStore(link))
  await sessions.start()
  const session = await sessions.open({ settings: { host: '::1', port: 5025 } })
  const { sessionId } = session
  const seen: (number | null)[] = []
  for (const [connectionNumber, receivedBytes] of [
    [1, 0],
    [1, 47],
    [2, 47],
    [2, 50],
  ] as const) {
    const counters = { sentBytes: 0, receivedBytes, unsentBytes: 0 }
    engine.changeSession(sessionId, { connectionNumber, counters })
    await vi.waitUntil(
      () => session.snapshot.connectionNumber === connectionNumber && session.counters.receivedBytes === receivedBytes,
    )
    seen.push(session.receivedOnConnection)
  }
  expect(seen).toEqual([0, 47, 0, 3])
  const late = new SessionStore(engine.open(), new CaptureStore(link))
  await late.start()
  expect(late.find(sessionId)?.receivedOnConnection).toBeNull()
  sessions.close()
  late.close()
})

it('keeps the order of tabs over a reload and forgets what is gone', () => {
  sessionStorage.clear()
  const before = new TabStore()
  before.open('session', 'a')
  before.open('capture', 'c')
  before.open('session', 'b')
  before.open('captures', 'all')
  before.moveTo('session:b', 0)
  before.activate('capture:c')

  const after = new TabStore()
  after.restore(['a', 'new', 'b'], { capture: ['c', 'other'], captures: ['all'], sequence: [], server: [] })
  expect([after.all.map((tab) => tab.key), after.active?.key]).toEqual([
    ['session:b', 'session:a', 'capture:c', 'captures:all', 'session:new'],
    'capture:c',
  ])
  after.remove('capture:c')
  expect(after.active?.key).toBe('captures:all')
  after.step(1)
  expect(after.active?.key).toBe('session:new')
  after.step(1)
  expect(after.active?.key).toBe('session:b')
})

it('shows a message once, lets errors stay, and drops the oldest others of too many', () => {
  vi.useFakeTimers()
  const toasts = new ToastStore()
  toasts.show({ message: 'Saved.' })
  toasts.show({ message: 'Saved.' })
  toasts.showError(new Error('broken'))
  flushSync()
  expect(toasts.shown.map((toast) => [toast.level, toast.code])).toEqual([
    ['information', null],
    ['error', 'internal'],
  ])

  vi.advanceTimersByTime(60_000)
  expect(toasts.shown.map((toast) => toast.level)).toEqual(['error'])
  for (const message of ['1', '2', '3', '4']) toasts.show({ message })
  expect(toasts.shown.map((toast) => toast.message)).toEqual([expect.stringContaining('broken'), '3', '4'])
  toasts.close()
  vi.useRealTimers()
})
