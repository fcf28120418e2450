import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CallEntry } from '../contract/schemas/call.ts'
import { isPythonInstalled, PythonPeer } from '../local-servers/testing/python-peer.ts'
import { CallsDriver, pairs } from './testing/calls-driver.ts'

let calls: CallsDriver
let peer: PythonPeer

beforeEach(async () => {
  calls = await CallsDriver.start()
})

afterEach(async () => {
  await calls.close()
  await peer.stop()
})

/** `STATE REPLY REPLY! …`: how a call ended, and the kinds of its replies with their marks. */
const storyOf = ({ state, replies }: CallEntry): string =>
  [state, ...replies.map(({ kind, mark }) => (mark === null ? kind : `${kind}:${mark}`))].join(' ')

describe.skipIf(!isPythonInstalled())('an M2 server in Python', () => {
  /** A session with both connections open. */
  async function open(...options: readonly string[]): Promise<string> {
    peer = new PythonPeer('m2_server.py', ...options)
    const ports = JSON.parse(await peer.line()) as { command: number; telemetry: number }
    const settings = { protocol: 'm2', telemetryPort: ports.telemetry, timeoutMs: 60_000 } as const
    const sessionId = await calls.open(ports.command, settings, true)
    await calls.until(sessionId, ({ telemetry }) => telemetry?.state === 'open')
    return sessionId
  }

  it('acknowledges, tells events and ends commands; refuses the unknown; has replies twice and of others', async () => {
    const sessionId = await open()
    const run = async (command: string, text = ''): Promise<string> =>
      storyOf(await calls.run(sessionId, { command, parameters: pairs(text) }))
    expect([
      await run('resetForceOffsets'),
      await run('unknown'),
      await run('switchForceBalanceSystem', 'status:=true'),
      await run('power'),
      await run('power', 'powerType:=1 status:=true'),
      await run('switchForceBalanceSystem', 'status:=true'),
      await run('duplicate'),
      await run('stale'),
    ]).toEqual([
      'answered ack message success',
      'answered noack',
      'answered ack message fail',
      'answered ack fail',
      'answered ack message message success',
      'answered ack message success',
      'answered ack ack:duplicate success',
      'answered ack success',
    ])
    const ledger = await calls.ledger(sessionId)
    const duplicated = ledger.find(({ command }) => command === 'duplicate')
    // The last one is that of "stale", which answers the command before it first.
    expect(duplicated === undefined ? null : storyOf(duplicated)).toBe(
      'answered ack ack:duplicate success success:duplicate success:duplicate',
    )
  })

  it('has several commands in flight, each with its own end, beside telemetry that goes on', async () => {
    const sessionId = await open('--rate', '100')
    const ends = await Promise.all([
      calls.run(sessionId, { command: 'slow', parameters: pairs('seconds:=0.3') }),
      calls.run(sessionId, { command: 'slow', parameters: pairs('seconds:=0.1') }),
      calls.run(sessionId, { command: 'resetForceOffsets' }),
    ])
    expect(ends.map((entry) => [entry.correlation, entry.state, entry.ok])).toEqual([
      ['1', 'answered', true],
      ['2', 'answered', true],
      ['3', 'answered', true],
    ])
    const { telemetry } = await calls.driver.call('call.state', { sessionId })
    const { captureId } = await calls.driver.session(sessionId)
    await calls.driver.call('session.close', { sessionId })
    const rows = await calls.driver.records(captureId)
    const texts = rows.flatMap((row) =>
      row.kind === 'data' && row.direction === 'received' && row.connection === telemetry?.connection
        ? [new TextDecoder().decode(row.preview)]
        : [],
    )
    expect(texts.join('')).toMatch(/^\{"id": "powerStatus", "motorVoltage": 0\.0,/)
  })

  it('checks the sequence where it is told to', async () => {
    const sessionId = await open('--checks-sequence')
    const first = await calls.run(sessionId, { command: 'resetForceOffsets' })
    await calls.driver.call('session.change-message-context', { sessionId, nextSequenceId: 3 })
    const [number] = await calls.start(sessionId, [{ command: 'resetForceOffsets' }])
    const missing = await calls.until(sessionId, ({ entryCount }) => entryCount > 2)
    await calls.driver.call('call.cancel', { sessionId, number: number ?? 0 })
    const ledger = await calls.ledger(sessionId)
    expect([storyOf(first), missing.pendingCount, ledger.map(({ kind, correlation }) => [kind, correlation])]).toEqual([
      'answered ack message success',
      1,
      [
        ['call', '1'],
        ['call', '3'],
        ['unmatched', '2'],
      ],
    ])
  })
})
