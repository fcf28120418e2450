import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallRequestInput } from '../contract/schemas/call-settings.ts'
import { freePort } from '../sockets/testing/test-peer.ts'
import { CallsDriver, hexBytes, pairs, untilSeen } from './testing/calls-driver.ts'

let calls: CallsDriver

beforeEach(async () => {
  calls = await CallsDriver.start()
})

afterEach(() => calls.close())

const addRequest = '0000000f 83 a178 01 a179 02 a3636d64 a3616464'
const addReply = '00000014 82 a8736f6c7574696f6e 03 a773756363657373 c3'
const add: CallRequestInput = { command: 'add', parameters: pairs('x:=1 y:=2') }

describe('tcpy, a connection for each call', () => {
  const execute = { protocol: 'tcpy' } as const

  test('6.1.1, 6.1.2 add of 1 and 2: exact bytes in one write, the reply, places in the capture', async () => {
    const seen = await calls.listen((socket) => socket.write(hexBytes(addReply)))
    const sessionId = await calls.open(seen.port, execute)
    const entry = await calls.run(sessionId, add)
    expect(seen.chunks).toEqual([hexBytes(addRequest)])
    expect(entry).toMatchObject({
      number: 1,
      state: 'answered',
      ok: true,
      connection: 1,
      requestText: '{"x":1,"y":2,"cmd":"add"}',
      requestPlace: { connection: 1, direction: 'sent', streamOffset: 0, length: 19 },
      sentBytes: 19,
      receivedBytes: 24,
      replies: [
        {
          kind: 'result',
          mark: null,
          text: '{"solution":3,"success":true}',
          place: { connection: 1, direction: 'received', streamOffset: 0, length: 24 },
        },
      ],
      error: null,
    })
  })

  test('6.1.11 the connection is closed after the first reply, a second call opens another one', async () => {
    const seen = await calls.listen((socket) => socket.write(hexBytes(`${addReply} ${addReply}`)))
    const sessionId = await calls.open(seen.port, execute)
    const first = await calls.run(sessionId, add)
    const second = await calls.run(sessionId, add)
    expect([first.connection, second.connection, seen.clients]).toEqual([1, 2, 2])
    expect((await calls.driver.session(sessionId)).state).toBe('idle')
    const { captureId } = await calls.driver.session(sessionId)
    await calls.driver.call('session.close', { sessionId })
    const endings = (await calls.driver.story(captureId)).filter(({ kind }) => kind === 'ended')
    expect(endings).toMatchObject([{ ending: { by: 'local' } }, { ending: { by: 'local' } }])
  })

  test('so many are under way at once, the others wait their turn', async () => {
    const held: Socket[] = []
    const seen = await calls.listen((socket) => void held.push(socket))
    const sessionId = await calls.open(seen.port, { ...execute, maximumInFlight: 2 })
    const { entries } = await calls.driver.call('call.start', { sessionId, requests: [add, add, add] })
    expect(entries.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued'])
    const waiting = await calls.until(sessionId, ({ pending }) => pending[1]?.state === 'waiting')
    expect(waiting.pending.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'queued'])
    await untilSeen(() => seen.chunks.length === 2)
    for (const socket of held.splice(0)) socket.write(hexBytes(addReply))
    await untilSeen(() => seen.chunks.length === 3)
    held[0]?.write(hexBytes(addReply))
    await calls.until(sessionId, ({ pendingCount }) => pendingCount === 0)
    const { entries: all } = await calls.driver.call('call.ledger', { sessionId, count: 10 })
    expect(all.map(({ number, ok }) => [number, ok])).toEqual([
      [3, true],
      [2, true],
      [1, true],
    ])
  })

  test('an initial message goes out before the request, which stands in the capture behind it', async () => {
    const greeted = Buffer.concat([Buffer.from('HELLO'), hexBytes(addRequest)])
    const seen = await calls.listen((socket) => {
      if (Buffer.concat(seen.chunks).equals(greeted)) socket.write(hexBytes(addReply))
    })
    const initialMessage = { notation: 'text', content: 'HELLO' } as const
    const { sessionId } = await calls.driver.call('session.open', {
      settings: { host: '127.0.0.1', port: seen.port, initialMessage },
    })
    await calls.driver.call('call.configure', { sessionId, settings: execute })
    expect(await calls.run(sessionId, { ...add, timeoutMs: 5000 })).toMatchObject({
      ok: true,
      requestPlace: { connection: 1, direction: 'sent', streamOffset: 5, length: 19 },
    })
  })

  test('6.1.13 a server that closes after its frame: the reply, and a note', async () => {
    const seen = await calls.listen((socket) => void socket.end(hexBytes(addReply)))
    const sessionId = await calls.open(seen.port, execute)
    await calls.driver.call('call.start', { sessionId, requests: [add] })
    await calls.until(sessionId, ({ pendingCount }) => pendingCount === 0)
    await calls.untilEntry(sessionId, 1, ({ note }) => note !== null)
    expect(await calls.driver.call('call.get', { sessionId, number: 1 })).toMatchObject({
      state: 'answered',
      ok: true,
      error: null,
      note: 'The peer closed the connection after its reply.',
    })
  })

  test('6.1.15 refused: fails at once and names the connect', async () => {
    const port = await freePort()
    const sessionId = await calls.open(port, execute)
    const entry = await calls.run(sessionId, add)
    expect(entry).toMatchObject({
      ...{ state: 'failed', ok: false, sentBytes: 0, requestPlace: null },
      error: { code: 'connection-refused', data: { port } },
    })
  })

  test('6.1.15 the end in mid-frame counts the missing bytes', async () => {
    const seen = await calls.listen((socket) => void socket.end(hexBytes(addReply).subarray(0, 14)))
    const sessionId = await calls.open(seen.port, execute)
    const entry = await calls.run(sessionId, add)
    expect(entry).toMatchObject({
      state: 'failed',
      error: { code: 'reply-incomplete', data: { missingBytes: 10, receivedBytes: 14 } },
    })
  })

  test('6.1.16 a length above the maximum is refused', async () => {
    const seen = await calls.listen((socket) => socket.write(Buffer.from('{"cmd": 1}')))
    const sessionId = await calls.open(seen.port, execute)
    const entry = await calls.run(sessionId, add)
    expect(entry).toMatchObject({
      state: 'failed',
      error: { code: 'reply-too-large', data: { length: 0x7b22636d, maximumBytes: 64 * 1024 * 1024 } },
    })
  })

  test('a call that is cancelled or times out ends its connection', async () => {
    const seen = await calls.listen(() => undefined)
    const sessionId = await calls.open(seen.port, execute)
    const timedOut = await calls.run(sessionId, { ...add, timeoutMs: 60 })
    await calls.driver.call('call.start', { sessionId, requests: [add] })
    await untilSeen(() => seen.chunks.length === 2)
    const cancelled = await calls.driver.call('call.cancel', { sessionId, number: 2 })
    await untilSeen(() => seen.ended === 2)
    expect([timedOut, cancelled]).toMatchObject([
      { state: 'timed-out', error: { code: 'call-timeout', data: { timeoutMs: 60 } } },
      { state: 'cancelled', ok: null, error: null },
    ])
    await expect(calls.driver.call('call.cancel', { sessionId, number: 2 })).rejects.toMatchObject({
      code: 'call-over',
    })
  })
})

describe('tcpy, one connection for a session', () => {
  const session = { protocol: 'tcpy', mode: 'session' } as const

  test('6.1.12 a conversation: prompt, echo, final', async () => {
    const replies = ['00000009 81 a6 70726f6d7074 c3', '00000007 81 a4 6563686f 01', '00000008 81 a5 66696e616c c3']
    const seen = await calls.listen((socket, _chunk, turn) => socket.write(hexBytes(replies[turn] ?? '')))
    const sessionId = await calls.open(seen.port, session, true)
    const turns = [
      await calls.run(sessionId, { command: 'chat' }),
      await calls.run(sessionId, { command: null, parameters: pairs('n:=1') }),
      await calls.run(sessionId, { command: null, parameters: pairs('bye:=true') }),
    ]
    expect(turns.map(({ connection, replies: [reply] }) => [connection, reply?.text])).toEqual([
      [1, '{"prompt":true}'],
      [1, '{"echo":1}'],
      [1, '{"final":true}'],
    ])
    expect(seen.clients).toBe(1)
    await calls.driver.call('session.disconnect', { sessionId })
    await calls.driver.until(sessionId, ({ state }) => state === 'closed')
  })

  test('6.1.14 no second reply on the same connection: waits for ever, or as long as it is told', async () => {
    const seen = await calls.listen((socket, _chunk, turn) => {
      if (turn === 0) socket.write(hexBytes(addReply))
    })
    const sessionId = await calls.open(seen.port, session, true)
    expect(await calls.run(sessionId, add)).toMatchObject({ state: 'answered', timeoutMs: null })
    expect(await calls.run(sessionId, { ...add, timeoutMs: 50 })).toMatchObject({
      state: 'timed-out',
      timeoutMs: 50,
      error: { code: 'call-timeout' },
    })
  })

  test('a call needs the open connection, and fails with it', async () => {
    const seen = await calls.listen((socket) => void socket.end())
    const sessionId = await calls.open(seen.port, session)
    await expect(calls.driver.call('call.start', { sessionId, requests: [add] })).rejects.toMatchObject({
      code: 'not-connected',
    })
    expect(await calls.driver.call('call.state', { sessionId })).toMatchObject({ entryCount: 0, pendingCount: 0 })
    await calls.driver.call('session.connect', { sessionId })
    await calls.driver.until(sessionId, ({ state }) => state === 'open')
    expect(await calls.run(sessionId, add)).toMatchObject({ state: 'failed', error: { code: 'closed-before-reply' } })
  })

  test('closing the session ends what waits', async () => {
    const seen = await calls.listen(() => undefined)
    const sessionId = await calls.open(seen.port, session, true)
    const waiting = calls.run(sessionId, add)
    await untilSeen(() => seen.chunks.length === 1)
    await calls.driver.call('session.close', { sessionId })
    expect(await waiting).toMatchObject({ state: 'failed', error: { code: 'ended-before-reply' } })
    await expect(calls.driver.call('call.state', { sessionId })).rejects.toMatchObject({ code: 'session-not-found' })
  })
})
