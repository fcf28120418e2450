import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../sockets/testing/test-peer.ts'
import { CallsDriver, json, pairs, untilSeen, type SeenByPeer } from './testing/calls-driver.ts'

let calls: CallsDriver

beforeEach(async () => {
  calls = await CallsDriver.start()
})

afterEach(() => calls.close())

const alone = { protocol: 'm2', telemetryPort: null } as const
const write = (socket: Socket, ...lines: string[]): void =>
  void socket.write(lines.map((line) => `${line}\r\n`).join(''))
const sequenceOf = (line: string): number => Number(/"sequence_id": (\d+)/.exec(line)?.[1])
const silent = (): void => undefined
const linesOf = ({ chunks }: SeenByPeer): string[] => Buffer.concat(chunks).toString('utf8').split('\r\n').slice(0, -1)
const reply = (id: string, sequenceId: number): string => `{"id": "${id}", "sequence_id": ${sequenceId}}`

describe('commands of M2', () => {
  test('6.3.9, 6.3.11 exact lines: details first, then id and sequence_id or compName; numbers for commands alone', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      if (line.includes('sequence_id')) write(socket, reply('success', sequenceOf(line)))
    })
    const sessionId = await calls.open(seen.port, alone, true)
    const context = (): Promise<unknown> => calls.driver.call('session.message-context', { sessionId })
    expect(await context()).toMatchObject({ lastSequenceId: -1, nextSequenceId: 1 })
    await calls.run(sessionId, { command: 'resetForceOffsets' })
    await calls.run(sessionId, {
      command: 'move',
      parameters: json('{"x": 1, "y": 2.5, "s": "hé"}'),
      componentName: 'C',
    })
    const event = { kind: 'event', command: 'mountInPosition', parameters: json('{"inPosition": true}') } as const
    const telemetry = { kind: 'telemetry', command: 'elevation', parameters: json('{"actualPosition": 1.5}') } as const
    const sent = [
      await calls.run(sessionId, { ...event, componentName: 'MTMount' }),
      await calls.run(sessionId, { ...telemetry, componentName: 'MTMount' }),
      await calls.run(sessionId, { kind: 'event', command: 'bare' }),
    ]
    await untilSeen(() => linesOf(seen).length === 5)
    expect(linesOf(seen)).toEqual([
      '{"id": "cmd_resetForceOffsets", "sequence_id": 1}',
      '{"x": 1, "y": 2.5, "s": "h\\u00e9", "id": "cmd_move", "sequence_id": 2}',
      '{"inPosition": true, "id": "evt_mountInPosition", "compName": "MTMount"}',
      '{"actualPosition": 1.5, "id": "tel_elevation", "compName": "MTMount"}',
      '{"id": "evt_bare"}',
    ])
    expect(sent.map(({ state, ok }) => [state, ok])).toEqual([
      ['sent', null],
      ['sent', null],
      ['sent', null],
    ])
    expect(await context()).toMatchObject({ lastSequenceId: 2, nextSequenceId: 3 })
  })

  test('6.3.9 the composer and the calls of a session go on with the same numbers; seeded, and around the highest', async () => {
    const seen = await calls.listenToLines((socket, line) => write(socket, reply('success', sequenceOf(line))))
    const sessionId = await calls.open(seen.port, alone, true)
    await calls.driver.call('session.change-message-context', { sessionId, nextSequenceId: 2147483646 })
    await calls.run(sessionId, { command: 'a' })
    const content = { mode: 'm2', type: 'command', name: 'b', detailsText: '', componentName: '' } as const
    await calls.driver.call('session.send-message', { sessionId, message: { content } })
    await calls.driver.send(sessionId, '\r\n')
    await calls.run(sessionId, { command: 'c' })
    expect(linesOf(seen).map(sequenceOf)).toEqual([2147483646, 2147483647, 1])
  })

  test('shared numbers go on from session to session', async () => {
    const seen = await calls.listenToLines((socket, line) => write(socket, reply('success', sequenceOf(line))))
    const shared = { ...alone, sequence: 'shared' } as const
    const sessions = [await calls.open(seen.port, shared, true), await calls.open(seen.port, shared, true)]
    for (const sessionId of [...sessions, ...sessions]) await calls.run(sessionId, { command: 'a' })
    expect(linesOf(seen).map(sequenceOf)).toEqual([1, 2, 3, 4])
  })

  test('6.3.10 what is refused uses up no number', async () => {
    const seen = await calls.listenToLines((socket, line) => write(socket, reply('success', sequenceOf(line))))
    const sessionId = await calls.open(seen.port, alone)
    const start = (parameters: string) =>
      calls.start(sessionId, [{ command: 'first' }, { command: 'second', parameters: json(parameters) }])
    await expect(start('{}')).rejects.toMatchObject({ code: 'not-connected' })
    await calls.connect(sessionId)
    await expect(start('{"id": 1}')).rejects.toMatchObject({ data: { call: 1 } })
    await expect(start('[1]')).rejects.toMatchObject({ code: 'call-parameters-malformed', data: { call: 1 } })
    expect(await calls.ledger(sessionId)).toEqual([])
    expect(await calls.run(sessionId, { command: 'third' })).toMatchObject({ correlation: '1', ok: true })
    expect(linesOf(seen)).toEqual(['{"id": "cmd_third", "sequence_id": 1}'])
  })

  test('6.3.12 an ack does not finish a command; replies are matched by number, in any order, and stale ones marked', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      if (sequenceOf(line) !== 2) return
      write(socket, reply('ack', 2), reply('ack', 1), reply('success', 2), reply('fail', 1), reply('success', 2))
      write(socket, reply('success', 77))
    })
    const sessionId = await calls.open(seen.port, alone, true)
    await calls.start(sessionId, [{ command: 'one' }, { command: 'two' }])
    await calls.until(sessionId, ({ entryCount }) => entryCount === 3)
    const summary = (await calls.ledger(sessionId)).map(({ kind, state, ok, timeoutMs, replies }) => [
      ...[kind, state, ok, timeoutMs],
      replies.map((one) => (one.mark === null ? one.kind : `${one.kind} (${one.mark})`)).join(', '),
    ])
    expect(summary).toEqual([
      ['call', 'answered', false, 10_000, 'ack, fail'],
      ['call', 'answered', true, 10_000, 'ack, success, success (duplicate)'],
      ['unmatched', 'sent', null, null, 'success'],
    ])
  })

  test('6.3.12 a reply after the timeout is late and does not answer the next command', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      if (sequenceOf(line) === 2) write(socket, reply('success', 1), reply('ack', 2), reply('success', 2))
    })
    const sessionId = await calls.open(seen.port, alone, true)
    const slow = await calls.run(sessionId, { command: 'slow', timeoutMs: 40 })
    const next = await calls.run(sessionId, { command: 'next' })
    expect([slow.state, slow.error?.code, next.ok, next.replies.map(({ kind }) => kind)]).toEqual([
      'timed-out',
      'call-timeout',
      true,
      ['ack', 'success'],
    ])
    expect(await calls.get(sessionId, 1)).toMatchObject({ state: 'timed-out', replies: [{ mark: 'late' }] })
  })

  test('6.3.13 noack for an unknown command; events and fail after the ack', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      const sequenceId = sequenceOf(line)
      if (line.includes('cmd_unknown')) write(socket, reply('noack', sequenceId))
      else write(socket, reply('ack', sequenceId), '{"id": "digitalOutput", "value": 28}', reply('fail', sequenceId))
    })
    const sessionId = await calls.open(seen.port, alone, true)
    const unknown = await calls.run(sessionId, { command: 'unknown' })
    const failed = await calls.run(sessionId, {
      command: 'switchForceBalanceSystem',
      parameters: pairs('status:=true'),
    })
    expect([unknown, failed].map(({ state, ok, replies }) => [state, ok, replies.map(({ kind }) => kind)])).toEqual([
      ['answered', false, ['noack']],
      ['answered', false, ['ack', 'message', 'fail']],
    ])
  })

  test('what is no message of M2 harms no command, and is one entry however often it comes', async () => {
    const seen = await calls.listenToLines((socket, line) => {
      write(socket, ...Array.from({ length: 300 }, () => 'garbage'), reply('success', sequenceOf(line)))
    })
    const sessionId = await calls.open(seen.port, alone, true)
    expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true })
    const [, garbage, ...others] = await calls.ledger(sessionId)
    expect([garbage, others]).toMatchObject([
      { kind: 'unmatched', state: 'failed', replyCount: 300, error: { code: 'reply-malformed' } },
      [],
    ])
  })
})

describe('6.3.14 command and telemetry as one session', () => {
  test('open together, are in one capture, and end together', async () => {
    const commands = await calls.listenToLines((socket, line) => write(socket, reply('success', sequenceOf(line))))
    const telemetry = await calls.listenToLines(silent, (socket) => write(socket, '{"id": "powerStatus", "x": 1}'))
    const sessionId = await calls.open(commands.port, { protocol: 'm2', telemetryPort: telemetry.port }, true)
    const open = await calls.until(sessionId, (state) => state.telemetry?.state === 'open')
    expect(open.telemetry).toEqual({
      ...{ state: 'open', connection: 2, ending: null },
      remote: { address: '127.0.0.1', port: telemetry.port, family: 'ipv4' },
    })
    expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true, connection: 1 })
    await calls.driver.call('session.disconnect', { sessionId })
    await untilSeen(() => telemetry.ended === 1)
    const { captureId } = await calls.driver.session(sessionId)
    await calls.driver.call('session.close', { sessionId })
    const rows = await calls.driver.records(captureId)
    const data = rows.flatMap((row) => (row.kind === 'data' ? [`${row.connection} ${row.direction}`] : []))
    expect(data.sort()).toEqual(['1 received', '1 sent', '2 received'])
  })

  test('the lost half is shown, the other one goes on', async () => {
    const commands = await calls.listenToLines((socket, line) => write(socket, reply('success', sequenceOf(line))))
    const port = await freePort()
    const sessionId = await calls.open(commands.port, { protocol: 'm2', telemetryPort: port }, true)
    const lost = await calls.until(sessionId, (state) => state.telemetry?.ending !== null)
    expect(lost.telemetry).toMatchObject({ state: 'closed', ending: { error: { code: 'connection-refused' } } })
    expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true })
  })

  test('the same port for both is refused, when it is chosen and when it is dialled', async () => {
    const seen = await calls.listenToLines(silent)
    const same = { protocol: 'm2', telemetryPort: seen.port } as const
    await expect(calls.open(seen.port, same)).rejects.toMatchObject({
      ...{ code: 'telemetry-port-same', data: { port: seen.port } },
    })
    const sessionId = await calls.open(await freePort(), same)
    const settings = { host: '127.0.0.1', port: seen.port }
    await expect(calls.driver.call('session.connect', { sessionId, settings })).rejects.toMatchObject({
      code: 'telemetry-port-same',
    })
    expect(seen.clients).toBe(0)
  })
})

test('6.3.15 a flood of long lines on the telemetry port does not hold up commands', async () => {
  const line = `{"id": "axialForce", "lutGravity": [${'0.123456789, '.repeat(450)}0]}`
  const commands = await calls.listenToLines((socket, one) => write(socket, reply('success', sequenceOf(one))))
  const telemetry = await calls.listenToLines(silent, (socket) => {
    for (let index = 0; index < 400; index++) write(socket, line)
  })
  const sessionId = await calls.open(commands.port, { protocol: 'm2', telemetryPort: telemetry.port }, true)
  for (let index = 0; index < 20; index++) {
    expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true })
  }
  await calls.driver.until(sessionId, ({ counters }) => counters.receivedBytes >= 400 * (line.length + 2))
  expect((await calls.ledger(sessionId)).every(({ kind }) => kind === 'call')).toBe(true)
})

test('6.3.17 a hang-up of the peer fails what waits at once, and is seen in the flags', async () => {
  const seen = await calls.listenToLines((socket) => void socket.end())
  const sessionId = await calls.open(seen.port, alone, true)
  expect((await calls.driver.session(sessionId)).flags).toMatchObject({ connected: true, shouldBeConnected: true })
  expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ error: { code: 'closed-before-reply' } })
  const { flags } = await calls.driver.until(sessionId, (session) => session.flags.cutOff)
  expect(flags).toMatchObject({ shouldBeConnected: true })
})

test('6.3.19 heartbeats go out on the command connection', async () => {
  const seen = await calls.listenToLines((socket, line) => {
    if (line !== 'heartbeat') write(socket, reply('success', sequenceOf(line)))
  })
  const sessionId = await calls.open(seen.port, { ...alone, heartbeatEveryMs: 50 }, true)
  await untilSeen(() => linesOf(seen).length >= 2)
  expect(linesOf(seen).slice(0, 2)).toEqual(['heartbeat', 'heartbeat'])
  expect(await calls.run(sessionId, { command: 'a' })).toMatchObject({ ok: true })
  const { heartbeatsSent } = await calls.driver.call('call.state', { sessionId })
  expect(heartbeatsSent).toBeGreaterThanOrEqual(2)
})
