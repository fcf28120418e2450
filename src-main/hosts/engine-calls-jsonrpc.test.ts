import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CallsDriver, json, pairs, untilSeen, type SeenByPeer } from './testing/calls-driver.ts'

let calls: CallsDriver

beforeEach(async () => {
  calls = await CallsDriver.start()
})

afterEach(() => calls.close())

const jsonRpc = { protocol: 'jsonrpc' } as const
const write = (socket: Socket, ...documents: unknown[]): void =>
  void socket.write(documents.map((document) => `${JSON.stringify(document)}\n`).join(''))
const linesOf = ({ chunks }: SeenByPeer): unknown[] =>
  Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)

interface Request {
  readonly id?: number
  readonly method: string
  readonly params?: unknown
}

/** Answers with the parameters of the request. */
const echo = (socket: Socket, line: string): void => {
  const { id, params } = JSON.parse(line) as Request
  if (id !== undefined) write(socket, { jsonrpc: '2.0', id, result: params ?? null })
}

describe('JSON-RPC', () => {
  test('calls, error objects and notifications', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      const { id, method } = JSON.parse(line) as Request
      if (method === 'boom') write(socket, { jsonrpc: '2.0', id, error: { code: -32_000, message: '', data: [1] } })
      else echo(socket, line)
    })
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    const entries = [
      await calls.run(sessionId, { command: 'echo', parameters: pairs('a=1 b:=2') }),
      await calls.run(sessionId, { command: 'boom' }),
      await calls.run(sessionId, { kind: 'notification', command: 'log', parameters: json('["x"]') }),
    ]
    expect(entries).toMatchObject([
      { state: 'answered', ok: true, correlation: '1', timeoutMs: 10_000, replies: [{ text: '{"a":"1","b":2}' }] },
      { state: 'answered', ok: false, replies: [{ kind: 'error', message: '', code: '-32000' }] },
      { state: 'sent', ok: null, correlation: null, replies: [] },
    ])
    await untilSeen(() => linesOf(seen).length === 3)
    expect(linesOf(seen)).toEqual([
      { jsonrpc: '2.0', method: 'echo', params: { a: '1', b: 2 }, id: 1 },
      { jsonrpc: '2.0', method: 'boom', id: 2 },
      { jsonrpc: '2.0', method: 'log', params: ['x'] },
    ])
  })

  test('many calls in flight, answered in any order, each with its own answer', async () => {
    const held: [Socket, string][] = []
    const seen = await calls.listenToLines((socket, line) => {
      held.push([socket, line])
      if (held.length === 200) for (const [one, request] of held.reverse()) echo(one, request)
    })
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    const requests = Array.from({ length: 200 }, (_, index) => ({ command: 'echo', parameters: pairs(`n:=${index}`) }))
    const numbers = await calls.start(sessionId, requests)
    await calls.until(sessionId, ({ pendingCount }) => pendingCount === 0)
    const entries = await Promise.all(numbers.map((number) => calls.get(sessionId, number)))
    expect(entries.map(({ replies }) => replies[0]?.text)).toEqual(requests.map((_, index) => `{"n":${index}}`))
  })

  test('a batch is one message; its calls are told of together and answered alone', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      const [first, , third] = JSON.parse(line) as Request[]
      write(socket, [
        { jsonrpc: '2.0', id: third?.id, result: 3 },
        { jsonrpc: '2.0', id: first?.id, result: 1 },
      ])
    })
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    const requests = [{ command: 'a' }, { kind: 'notification', command: 'b' } as const, { command: 'c' }]
    await calls.start(sessionId, requests, true)
    await calls.until(sessionId, ({ pendingCount }) => pendingCount === 0)
    const length = seen.chunks[0]?.length ?? 0
    const entries = await calls.ledger(sessionId)
    expect(entries.map(({ batch, state, replies }) => [batch, state, replies[0]?.text])).toEqual([
      [1, 'answered', '1'],
      [1, 'sent', undefined],
      [1, 'answered', '3'],
    ])
    expect(new Set(entries.map(({ requestPlace }) => JSON.stringify(requestPlace)))).toEqual(
      new Set([JSON.stringify({ connection: 1, direction: 'sent', streamOffset: 0, length })]),
    )
  })

  test('a call of the server waits for a person, who answers it; or it is refused', async () => {
    const answers: unknown[] = []
    const lengths: number[] = []
    const ask = (socket: Socket): void =>
      write(
        socket,
        { jsonrpc: '2.0', id: 'q1', method: 'confirm', params: { a: 1 } },
        { jsonrpc: '2.0', method: 'tick' },
      )
    const seen = await calls.listenToLines((_socket, line) => {
      lengths.push(`${line}\n`.length)
      answers.push(JSON.parse(line))
    }, ask)
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    await calls.until(sessionId, ({ entryCount }) => entryCount === 2)
    const [question, tick] = await calls.ledger(sessionId)
    expect([question, tick]).toMatchObject([
      { kind: 'server-call', command: 'confirm', correlation: '"q1"', state: 'to-answer' },
      { kind: 'server-notification', command: 'tick', state: 'sent' },
    ])
    const answer = { kind: 'result', text: '{"yes": 18410715311050326015}' } as const
    const answered = await calls.driver.call('call.answer', { sessionId, number: question?.number ?? 0, answer })
    await untilSeen(() => answers.length === 1)
    expect([answered.state, answered.ok, answers]).toMatchObject(['answered', true, [{ id: 'q1', jsonrpc: '2.0' }]])
    expect([answered.sentBytes]).toEqual(lengths)
    await expect(calls.driver.call('call.answer', { sessionId, number: 1, answer })).rejects.toMatchObject({
      code: 'call-over',
    })
    const refusing = await calls.open(seen.port, { ...jsonRpc, serverCalls: 'refuse' }, true)
    await untilSeen(() => answers.length === 2)
    expect(answers[1]).toMatchObject({ id: 'q1', error: { code: -32_601 } })
    await calls.until(refusing, ({ entryCount, pendingCount }) => entryCount === 2 && pendingCount === 0)
  })

  test('a call of the server that was not answered ends with its connection', async () => {
    const seen = await calls.listenToLines(
      () => undefined,
      (socket) => write(socket, { jsonrpc: '2.0', id: 1, method: 'confirm' }),
    )
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    await calls.until(sessionId, ({ pendingCount }) => pendingCount === 1)
    await calls.driver.call('session.abort', { sessionId })
    const lost = await calls.untilEntry(sessionId, 1, ({ state }) => state !== 'to-answer')
    expect(lost).toMatchObject({ state: 'cancelled', note: 'The connection ended before it was answered.' })
  })

  test.each([
    ['content-length', { framing: 'content-length' }, 'Content-Length: 37\r\n\r\n'],
    ['length-prefix', { framing: 'length-prefix', lengthField: 'u32be' }, '\0\0\0%'],
  ] as const)('over %s', async (_title, framing, header) => {
    const request = '{"jsonrpc":"2.0","method":"a","id":1}'
    const seen = await calls.listen((socket, chunk) => {
      const response = '{"jsonrpc":"2.0","result":null,"id":1}'
      const prefix = header.replace('37', '38').replace('%', '&')
      if (chunk.toString().endsWith(request)) socket.write(`${prefix}${response}`)
    })
    const sessionId = await calls.open(seen.port, { ...jsonRpc, ...framing }, true)
    expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true, replies: [{ text: 'null' }] })
    expect(seen.chunks.map(String)).toEqual([`${header}${request}`])
  })

  test('every connection begins anew, and what waited on the old one fails with it', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      if (line.includes('reset')) socket.resetAndDestroy()
      else echo(socket, line)
    })
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    expect(await calls.run(sessionId, { command: 'reset' })).toMatchObject({ error: { code: 'connection-reset' } })
    await calls.driver.until(sessionId, ({ state }) => state === 'closed')
    await calls.connect(sessionId)
    expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true, connection: 2, correlation: '1' })
  })
})

describe('what belongs to the calls of a session', () => {
  test('their settings: chosen, changed when nothing is under way, turned off', async () => {
    const seen = await calls.listenToLines(() => undefined)
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    const configure = (settings: typeof jsonRpc | null) => calls.driver.call('call.configure', { sessionId, settings })
    const [number = 0] = await calls.start(sessionId, [{ command: 'a' }])
    await expect(configure(null)).rejects.toMatchObject({ code: 'calls-under-way' })
    await calls.driver.call('call.cancel', { sessionId, number })
    expect(await configure(null)).toMatchObject({ settings: null, entryCount: 1, pendingCount: 0 })
    await expect(calls.start(sessionId, [{ command: 'a' }])).rejects.toMatchObject({ code: 'calls-off' })
  })

  test('a preview, which uses up nothing, with or without a connection', async () => {
    const seen = await calls.listenToLines(echo)
    const sessionId = await calls.open(seen.port, jsonRpc)
    const preview = async (): Promise<string> => {
      const request = { command: 'a', parameters: pairs('x:=1') }
      const { bytes, text } = await calls.driver.call('call.preview', { sessionId, request })
      expect(new TextDecoder().decode(bytes)).toBe(`${text}\n`)
      return text
    }
    expect(await preview()).toBe('{"jsonrpc":"2.0","method":"a","params":{"x":1},"id":1}')
    await calls.connect(sessionId)
    await calls.run(sessionId, { command: 'a' })
    expect([await preview(), await preview()].map((text) => /"id":(\d+)/.exec(text)?.[1])).toEqual(['2', '2'])
  })

  test('parameters in another notation, and what is wrong with them', async () => {
    const seen = await calls.listenToLines(echo)
    const sessionId = await calls.open(seen.port, jsonRpc)
    const asJson = (text: string) => {
      const request = { command: 'a', parameters: pairs(text) }
      return calls.driver.call('call.parameters-as-json', { sessionId, request })
    }
    expect(await asJson('a=1 b:=[true]')).toEqual({ text: '{\n  "a": "1",\n  "b": [\n    true\n  ]\n}' })
    await expect(asJson('a:=nope')).rejects.toMatchObject({ code: 'call-parameter-malformed', data: { call: 0 } })
  })

  test('statistics per command, a comparison of two answers, and clearing', async () => {
    let turn = 0
    const seen = await calls.listenToLines((socket, line) => {
      const { id, method } = JSON.parse(line) as Request
      if (method === 'get') write(socket, { jsonrpc: '2.0', id, result: { a: 1, b: [turn++] } })
      else write(socket, { jsonrpc: '2.0', id, error: { code: 1, message: 'no' } })
    })
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    for (const command of ['get', 'get', 'boom']) await calls.run(sessionId, { command })
    await calls.start(sessionId, [{ command: 'get' }])
    await calls.until(sessionId, ({ pendingCount }) => pendingCount === 0)
    const statistics = await calls.driver.call('call.statistics', { sessionId })
    expect(statistics).toMatchObject([
      { command: 'get', callCount: 3, okCount: 3, errorCount: 0, failedCount: 0 },
      { command: 'boom', callCount: 1, okCount: 0, errorCount: 1, failedCount: 0 },
    ])
    expect(statistics.map(({ latency }) => latency?.buckets.reduce((sum, { count }) => sum + count, 0))).toEqual([3, 1])
    const compare = (first: number, second: number) => calls.driver.call('call.compare', { sessionId, first, second })
    expect(await compare(1, 2)).toEqual({
      differences: [{ path: expect.any(String) as string, kind: 'changed', first: '0', second: '1' }],
      isComplete: true,
    })
    expect(await calls.driver.call('call.clear', { sessionId })).toMatchObject({ entryCount: 4, droppedCount: 4 })
    expect(await calls.driver.call('call.statistics', { sessionId })).toEqual([])
    await expect(compare(1, 2)).rejects.toMatchObject({ code: 'call-not-found' })
  })

  test('a catalogue that learns from calls and is kept in the profile, where the next session finds it', async () => {
    const seen = await calls.listenToLines(echo)
    const connection = { host: '127.0.0.1', port: seen.port }
    const { driver } = calls
    const { id: profileId } = await driver.call('profile.create', {
      content: { name: 'Server', connection, calls: { settings: jsonRpc } },
    })
    const { sessionId } = await driver.call('session.open', { profileId, settings: connection })
    expect(await driver.call('call.state', { sessionId })).toMatchObject({
      ...{ settings: { protocol: 'jsonrpc', framing: 'lines' }, catalogueIsKept: true },
    })
    await calls.connect(sessionId)
    await calls.run(sessionId, { command: 'add', parameters: pairs('x:=1 name=a') })
    expect(await driver.call('call.state', { sessionId })).toMatchObject({ catalogueIsKept: false })
    expect(await driver.call('call.keep-in-profile', { sessionId })).toMatchObject({ catalogueIsKept: true })
    const again = await driver.call('session.open', { profileId, settings: connection })
    const catalogue = await driver.call('call.catalogue', { sessionId: again.sessionId })
    expect(catalogue.commands).toMatchObject([
      { name: 'add', kind: 'call', isLearnt: true, parameters: [{ name: 'x' }, { name: 'name' }] },
    ])
    const changed = { commands: [{ name: 'other' }] }
    const set = await driver.call('call.set-catalogue', { sessionId: again.sessionId, catalogue: changed })
    expect(set).toMatchObject({ catalogueIsKept: false })
    const loose = await calls.open(seen.port, jsonRpc)
    await expect(driver.call('call.keep-in-profile', { sessionId: loose })).rejects.toMatchObject({
      code: 'profile-required',
    })
  })

  test('a session that adopts the profile it was saved as: its name, and its commands are kept there from then on', async () => {
    const seen = await calls.listenToLines(echo)
    const { driver } = calls
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    await calls.run(sessionId, { command: 'add', parameters: pairs('x:=1') })
    expect(await driver.call('call.state', { sessionId })).toMatchObject({ catalogueIsKept: false })
    const catalogue = await driver.call('call.catalogue', { sessionId })
    const connection = { host: '127.0.0.1', port: seen.port }
    const content = { name: 'Rack 2', connection, calls: { settings: jsonRpc, catalogue } }
    const { id: profileId } = await driver.call('profile.create', { content })
    expect(await driver.call('session.adopt-profile', { sessionId, profileId })).toMatchObject({
      ...{ sessionId, profileId, title: 'Rack 2', state: 'open' },
    })
    expect(await driver.call('session.list', {})).toMatchObject([{ sessionId, profileId, title: 'Rack 2' }])
    expect(await driver.call('call.state', { sessionId })).toMatchObject({ catalogueIsKept: true })
    await calls.run(sessionId, { command: 'sub', parameters: pairs('x:=1') })
    expect(await driver.call('call.state', { sessionId })).toMatchObject({ catalogueIsKept: false })
    expect(await driver.call('call.keep-in-profile', { sessionId })).toMatchObject({ catalogueIsKept: true })
    const { profiles } = await driver.call('profile.library', {})
    const names = profiles.map(({ calls: kept }) => kept?.catalogue.commands.map(({ name }) => name))
    expect(names).toEqual([['add', 'sub']])
    const bare = await driver.call('profile.create', { content: { name: 'Bare', connection } })
    await driver.call('session.adopt-profile', { sessionId, profileId: bare.id })
    expect(await driver.call('call.state', { sessionId })).toMatchObject({ catalogueIsKept: false })
    await expect(driver.call('session.adopt-profile', { sessionId, profileId: 'none' })).rejects.toMatchObject({
      code: 'profile-not-found',
    })
    await expect(driver.call('session.adopt-profile', { sessionId: 'none', profileId })).rejects.toMatchObject({
      code: 'session-not-found',
    })
  })

  test('giving up the command gives up the call', async () => {
    const seen = await calls.listenToLines(() => undefined)
    const sessionId = await calls.open(seen.port, jsonRpc, true)
    const abort = new AbortController()
    const { handlers } = calls.driver.composed.engine
    const request = { kind: 'call', command: 'a', parameters: json(''), componentName: '' } as const
    const running = handlers['call.run']({ sessionId, request }, { signal: abort.signal })
    abort.abort()
    expect((await running).entry).toMatchObject({ state: 'cancelled' })
  })
})
