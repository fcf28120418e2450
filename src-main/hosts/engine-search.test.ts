import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BytePatternInput } from '../contract/schemas/capture-filter.ts'
import type { SearchState } from '../contract/schemas/search.ts'
import type { TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'
import { connectToSendingPeer } from './testing/sending-peer.ts'

let driver: EngineDriver
const peers: TestPeer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close()
  await driver.close()
})

const text = (value: string): BytePatternInput => ({ kind: 'text', text: value })
const readable = (value: Uint8Array): string => Buffer.from(value).toString()

async function connected() {
  const connection = await connectToSendingPeer(driver)
  peers.push(connection.peer)
  return connection
}

/** Waits for a state of a search as a window does: it listens. */
async function until(searchId: string, fits: (state: SearchState) => boolean): Promise<SearchState> {
  let unsubscribe: () => void = () => undefined
  try {
    return await new Promise<SearchState>((resolve, reject) => {
      const look = (state: SearchState): void => {
        if (fits(state)) resolve(state)
      }
      unsubscribe = driver.composed.engine.events.subscribe('search.changed', searchId, look)
      driver.call('search.hits', { searchId, first: 0, count: 1 }).then(({ state }) => look(state), reject)
    })
  } finally {
    unsubscribe()
  }
}

test('a search follows a session that goes on, and finds what comes in pieces', async () => {
  const { sessionId, captureId, peerSends } = await connected()
  await peerSends('one needle, and a nee')
  const { searchId } = await driver.call('search.start', { captureId, pattern: text('needle') })
  expect(await until(searchId, ({ complete, hitCount }) => complete && hitCount === 1)).toMatchObject({
    captureId,
    keptHitCount: 1,
    stopped: false,
    error: null,
  })
  await driver.send(sessionId, 'no needl')
  await peerSends('dle')
  await until(searchId, ({ hitCount }) => hitCount === 2)
  await driver.send(sessionId, 'e')
  const { complete, hitCount } = await until(searchId, (state) => state.hitCount === 3 && state.complete)
  expect([complete, hitCount]).toEqual([true, 3])
  const { hits } = await driver.call('search.hits', { searchId, first: 0, count: 256 })
  expect(
    hits.map(({ number, direction, streamOffset, before, found, after }) => [
      number,
      direction,
      streamOffset,
      readable(before),
      readable(found),
      readable(after),
    ]),
  ).toEqual([
    [0, 'received', 4, 'one ', 'needle', ', and a needle'],
    [1, 'received', 18, 'one needle, and a ', 'needle', ''],
    [2, 'sent', 3, 'no ', 'needle', ''],
  ])
  await driver.call('search.close', { searchId })
  await driver.call('search.close', { searchId })
  await expect(driver.call('search.hits', { searchId, first: 0, count: 1 })).rejects.toMatchObject({
    code: 'search-not-found',
  })
})

test('next and previous go around the end', async () => {
  const { captureId, peerSends } = await connected()
  await peerSends('x..x')
  await peerSends('.x..')
  const { searchId } = await driver.call('search.start', { captureId, pattern: text('x') })
  await until(searchId, ({ complete, hitCount }) => complete && hitCount === 3)
  const { hits } = await driver.call('search.hits', { searchId, first: 0, count: 3 })
  const step = async (from: number, towards: 'next' | 'previous') => {
    const { record = 0, offsetInRecord = 0 } = hits[from] ?? {}
    const { hit, wrapped } = await driver.call('search.nearest', { searchId, record, offsetInRecord, towards })
    return [hit?.number, wrapped]
  }
  expect(await Promise.all([step(0, 'next'), step(1, 'next'), step(2, 'next')])).toEqual([
    [1, false],
    [2, false],
    [0, true],
  ])
  expect(await Promise.all([step(0, 'previous'), step(1, 'previous'), step(2, 'previous')])).toEqual([
    [2, true],
    [0, false],
    [1, false],
  ])
  const none = await driver.call('search.start', { captureId, pattern: text('absent') })
  const nearest = { searchId: none.searchId, record: 1, offsetInRecord: 0, towards: 'next' } as const
  expect(await driver.call('search.nearest', nearest)).toEqual({ hit: null, wrapped: false })
})

test('a catastrophic expression is told, and the engine goes on', async () => {
  const { captureId, peerSends } = await connected()
  await peerSends(`${'a'.repeat(60_000)}!`)
  const pattern = { kind: 'expression', source: '(a+)+$' } as const
  const { searchId } = await driver.call('search.start', { captureId, pattern })
  const { error, complete } = await until(searchId, (state) => state.error !== null)
  expect([error?.code, complete]).toEqual(['pattern-too-slow', false])
  const place = { searchId, record: 0, offsetInRecord: 0, towards: 'next' } as const
  await expect(driver.call('search.nearest', place)).rejects.toMatchObject({ code: 'pattern-too-slow' })
  const good = await driver.call('search.start', { captureId, pattern: { kind: 'expression', source: 'a!' } })
  expect(await until(good.searchId, ({ complete: isOver, hitCount }) => isOver && hitCount === 1)).toMatchObject({
    error: null,
  })
})

test('no more than eight searches, but those that nobody hears make room', async () => {
  const { captureId, peerSends } = await connected()
  await peerSends('abc')
  const begin = () => driver.call('search.start', { captureId, pattern: text('b') })
  const unheard = await begin()
  const { events } = driver.composed.engine
  const heard = await Promise.all(Array.from({ length: 7 }, begin))
  const unsubscribes = heard.map(({ searchId }) => events.subscribe('search.changed', searchId, () => undefined))
  const ninth = await begin()
  await expect(driver.call('search.stop', unheard)).rejects.toMatchObject({ code: 'search-not-found' })
  unsubscribes.push(events.subscribe('search.changed', ninth.searchId, () => undefined))
  await expect(begin()).rejects.toMatchObject({ code: 'too-many-requests', data: { limit: 8, what: 'searches' } })
  for (const unsubscribe of unsubscribes) unsubscribe()
})

test('a stopped search keeps what it found and looks no further', async () => {
  const { captureId, peerSends } = await connected()
  await peerSends('one hit')
  const { searchId } = await driver.call('search.start', { captureId, pattern: text('hit') })
  await until(searchId, ({ hitCount }) => hitCount === 1)
  expect(await driver.call('search.stop', { searchId })).toMatchObject({ stopped: true, hitCount: 1 })
  await peerSends('second hit')
  const later = await driver.call('search.start', { captureId, pattern: text('hit') })
  await until(later.searchId, ({ hitCount }) => hitCount === 2)
  expect((await driver.call('search.hits', { searchId, first: 0, count: 9 })).hits).toHaveLength(1)
  const ahead = await driver.call('search.nearest', { searchId, record: 1e6, offsetInRecord: 0, towards: 'previous' })
  expect([ahead.hit?.number, readable(ahead.hit?.before ?? new Uint8Array(0)), ahead.wrapped]).toEqual([
    null,
    'one hitsecond ',
    false,
  ])
})

test.each([
  [{ kind: 'hex', hex: 'zz' } as const, 'pattern-malformed'],
  [{ kind: 'expression', source: '(' } as const, 'pattern-malformed'],
  [{ kind: 'text', text: 'x', encoding: 'nothing' } as const, 'encoding-unknown'],
  [{ kind: 'text', text: 'é', encoding: 'ascii' } as const, 'text-not-encodable'],
])('%j begins no search', async (pattern, code) => {
  const { captureId } = await connected()
  await expect(driver.call('search.start', { captureId, pattern })).rejects.toMatchObject({ code })
})

test('a scope of impossible numbers finds nothing, and a capture that is not there is told', async () => {
  const { captureId, peerSends } = await connected()
  await peerSends('x')
  const scope = {
    connections: [Number.MAX_SAFE_INTEGER],
    minimumBytes: Number.MAX_SAFE_INTEGER,
    maximumBytes: 0,
    fromNs: Number.MAX_SAFE_INTEGER,
    toNs: 0,
  }
  const { searchId } = await driver.call('search.start', { captureId, pattern: text('x'), scope })
  expect(await until(searchId, ({ complete }) => complete)).toMatchObject({ hitCount: 0 })
  await expect(driver.call('search.start', { captureId: 'nothing', pattern: text('x') })).rejects.toMatchObject({
    code: 'capture-not-found',
  })
})
