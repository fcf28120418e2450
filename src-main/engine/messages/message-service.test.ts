import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as v from 'valibot'
import { messageSource } from '../../contract/schemas/message.ts'
import { RunBench, textMessage } from '../testing/run-bench.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-message-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const command = v.parse(messageSource, { content: { mode: 'm2', type: 'command', name: 'move' } })

test('a message goes out in the framing for what is sent, and its counters move', async () => {
  const bench = await RunBench.make()
  bench.interpret({ sent: { framing: { kind: 'crlf' } } })
  const { sessionId } = await bench.connected()
  const message = textMessage('{{$counter n}}')
  const first = await bench.messages.send(sessionId, message)
  const second = await bench.messages.send(sessionId, message)
  expect([
    [first, second].map(({ composed }) => new TextDecoder().decode(composed.bytes)),
    first.composed.contentEnd,
    bench.bench.dialer.last.log,
    bench.messages.context(sessionId).counters,
  ]).toEqual([['1\r\n', '2\r\n'], 1, ['write 3', 'write 3'], { n: '3' }])
})

test('a preview moves nothing; a refused message neither', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  const { sessionId } = session
  await bench.messages.preview(sessionId, textMessage('{{$counter n}}'))
  await expect(bench.messages.send(sessionId, textMessage('{{$counter n}}{{nope}}'))).rejects.toMatchObject({
    code: 'variable-unknown',
    data: { name: 'nope', part: 'text', index: 14, length: 8 },
  })
  session.endSending()
  await expect(bench.messages.send(sessionId, textMessage('{{$counter n}}'))).rejects.toMatchObject({
    code: 'sending-ended',
  })
  expect(bench.messages.context(sessionId)).toEqual({
    counters: {},
    captured: {},
    nextSequenceId: 1,
    lastSequenceId: -1,
  })
})

test('a preview tells what peers may read in different ways', async () => {
  const bench = await RunBench.make()
  const { sessionId } = await bench.connected()
  const twice = v.parse(messageSource, { content: { mode: 'json', text: '{"a": 1, "a": 2}' } })
  const { remarks } = await bench.messages.preview(sessionId, twice)
  expect(remarks).toMatchObject([
    { place: { part: 'text', index: 9 }, message: expect.stringContaining('a') as unknown },
  ])
})

test('before the connection is open messages wait and go out first', async () => {
  const bench = await RunBench.make()
  const session = await bench.opened()
  const { unsentBytes } = await bench.messages.send(session.sessionId, textMessage('early'))
  await session.connect()
  await bench.bench.settle()
  bench.bench.dialer.last.connect()
  expect([unsentBytes, bench.bench.dialer.last.log]).toEqual([5, ['write 5']])
})

test('M2: numbers go up by one a command, and none is used up while nothing is connected (seed-systems 6.3, rows 9 and 10)', async () => {
  const bench = await RunBench.make()
  bench.interpret({ sent: { framing: { kind: 'm2' } } })
  const session = await bench.opened()
  const { sessionId } = session
  await expect(bench.messages.send(sessionId, command)).rejects.toMatchObject({ code: 'not-connected' })
  const before = bench.messages.context(sessionId)
  await session.connect()
  await bench.bench.settle()
  bench.bench.dialer.last.connect()
  bench.messages.changeContext(sessionId, { nextSequenceId: 2_147_483_647 })
  const texts: string[] = []
  for (let number = 0; number < 2; number++) {
    texts.push(new TextDecoder().decode((await bench.messages.send(sessionId, command)).composed.bytes))
  }
  const { nextSequenceId, lastSequenceId } = bench.messages.context(sessionId)
  expect([before.nextSequenceId, before.lastSequenceId, texts, nextSequenceId, lastSequenceId]).toEqual([
    1,
    -1,
    ['{"id": "cmd_move", "sequence_id": 2147483647}\r\n', '{"id": "cmd_move", "sequence_id": 1}\r\n'],
    2,
    1,
  ])
})

test('secrets are in the bytes that go out, and in nothing that is answered', async () => {
  const bench = await RunBench.make()
  bench.bench.variables.set('password', { text: 'hunter2', secret: true })
  const session = await bench.connected()
  const message = textMessage('login {{password}}!')
  const { composed } = await bench.messages.send(session.sessionId, message)
  const preview = await bench.messages.preview(session.sessionId, message)
  bench.bench.dialer.last.handlers.onAccepted(14)
  session.abort()
  await bench.bench.pass(100)
  const bytes = await bench.bench.captures.readStream(session.capture.captureId, {
    direction: 'sent',
    connection: null,
    streamOffset: 0,
    skipBytes: 0,
    length: 100,
  })
  expect([composed, preview, new TextDecoder().decode(bytes)]).toEqual([
    {
      bytes: new TextEncoder().encode('login \0\0\0\0\0\0\0!'),
      contentStart: 0,
      contentEnd: 14,
      masked: [{ start: 6, end: 13 }],
      computed: [],
      remarks: [],
    },
    composed,
    'login hunter2!',
  ])
})

test('files are read when they are sent, up to a limit', async () => {
  const bench = await RunBench.make()
  const { sessionId } = await bench.connected()
  bench.bench.variables.set('name', { text: 'a.bin', secret: false })
  await writeFile(join(folder, 'a.bin'), 'content')
  await truncate(join(folder, 'a.bin'), 7)
  await writeFile(join(folder, 'big'), '')
  await truncate(join(folder, 'big'), 16 * 1024 * 1024 + 1)
  const file = (path: string) => v.parse(messageSource, { content: { mode: 'file', path } })
  const { composed } = await bench.messages.send(sessionId, file(join(folder, '{{name}}')))
  const refused = await Promise.all(
    ['missing', '.', 'big'].map((name) =>
      bench.messages.send(sessionId, file(join(folder, name))).catch((thrown: unknown) => thrown),
    ),
  )
  expect([new TextDecoder().decode(composed.bytes), refused]).toMatchObject([
    'content',
    [{ code: 'file-not-found' }, { code: 'file-unreadable' }, { code: 'message-too-large' }],
  ])
})

test.skipIf(process.platform === 'win32')('a pipe is refused and not waited for', async () => {
  const bench = await RunBench.make()
  const { sessionId } = await bench.connected()
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const message = v.parse(messageSource, { content: { mode: 'file', path } })
  await expect(bench.messages.preview(sessionId, message)).rejects.toMatchObject({ code: 'file-unreadable' })
})

test('the context is changed as a whole or not at all, and told', async () => {
  const bench = await RunBench.make()
  const { sessionId } = await bench.connected()
  const told: unknown[] = []
  bench.bench.events.subscribe('session.message-context-changed', sessionId, ({ context }) => told.push(context))
  await bench.bench.pass(50)
  bench.messages.changeContext(sessionId, { counters: { a: '-5', b: '1' }, captured: { r: '10 20' } })
  bench.messages.changeContext(sessionId, { counters: { b: null } })
  expect(() => bench.messages.changeContext(sessionId, { captured: { x: 'y' }, counters: { a: '1.5' } })).toThrow(
    /whole number/,
  )
  await bench.bench.pass(50)
  const context = { counters: { a: '-5' }, captured: { r: '10 20' }, nextSequenceId: 1, lastSequenceId: -1 }
  expect([bench.messages.context(sessionId), told.at(-1)]).toEqual([context, context])
  expect((await bench.messages.send(sessionId, textMessage('target="{{$captured r}} 0"'))).unsentBytes).toBe(16)
})
