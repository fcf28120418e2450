import { describe, expect, test } from 'vitest'
import { M2SequenceGenerator } from '../../m2/m2-sequence.ts'
import { asciiBytes, draft, playCalls, refusal, told, writes, type CallPlay } from '../testing/play-calls.ts'

const m2 = { protocol: 'm2' } as const

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const lines = (...texts: readonly string[]): Uint8Array => asciiBytes(texts.map((text) => `${text}\r\n`).join(''))
const reply = (id: string, sequenceId: number | string): string => `{"id": "${id}", "sequence_id": ${sequenceId}}`
const receive = (play: CallPlay, ...texts: readonly string[]) => told(play.receive(lines(...texts)))

describe('what goes out', () => {
  test('6.3.9 6.3.11 the real bytes of seed-systems 3.6', () => {
    const play = playCalls(m2)
    const effects = [
      ...play.call(1, 'resetForceOffsets'),
      ...play.call(2, 'move', '{"x": 1, "y": 2.5, "s": "hé"}'),
      ...play.call(3, 'mountInPosition', '{"inPosition": true}', { kind: 'event', componentName: 'MTMount' }),
      ...play.call(4, 'elevation', '{"actualPosition": 1.5}', { kind: 'telemetry', componentName: 'MTMount' }),
      ...play.call(5, 'bare', '', { kind: 'event' }),
    ]
    expect(writes(effects).map(textOf)).toEqual([
      '{"id": "cmd_resetForceOffsets", "sequence_id": 1}\r\n',
      '{"x": 1, "y": 2.5, "s": "h\\u00e9", "id": "cmd_move", "sequence_id": 2}\r\n',
      '{"inPosition": true, "id": "evt_mountInPosition", "compName": "MTMount"}\r\n',
      '{"actualPosition": 1.5, "id": "tel_elevation", "compName": "MTMount"}\r\n',
      '{"id": "evt_bare"}\r\n',
    ])
    const called = effects.filter((effect) => effect.kind === 'called')
    expect(called.map(({ correlation, expectsReply }) => [correlation, expectsReply])).toEqual([
      ['1', true],
      ['2', true],
      [null, false],
      [null, false],
      [null, false],
    ])
  })

  test('6.3.11 the component of a command is left out', () => {
    const { text } = playCalls(m2).machine.preview(draft('move', '', { componentName: 'MTMount' }))
    expect(text).toBe('{"id": "cmd_move", "sequence_id": 1}')
  })

  test('6.3.9 numbers go on where the generator stands, over connections, and wrap to 1', () => {
    const sequence = new M2SequenceGenerator({ nextSequenceId: 2_147_483_647, lastSequenceId: -1 })
    const first = playCalls(m2, { sequence })
    const second = playCalls(m2, { sequence })
    expect(sequence.lastSequenceId).toBe(-1)
    const texts = [
      ...told(first.call(1, 'a')),
      ...told(second.call(1, 'b')),
      ...told(second.call(2, 'c', '', { kind: 'event' })),
      ...told(first.call(2, 'd')),
    ]
    expect(texts.filter((line) => line.startsWith('called'))).toEqual([
      'called 1 {"id": "cmd_a", "sequence_id": 2147483647}',
      'called 1 {"id": "cmd_b", "sequence_id": 1}',
      'called 2 {"id": "evt_c"} (no reply)',
      'called 2 {"id": "cmd_d", "sequence_id": 2}',
    ])
  })

  test('6.3.10 a refused command uses up no number', () => {
    const sequence = new M2SequenceGenerator()
    const play = playCalls(m2, { sequence })
    expect(refusal(() => play.call(1, 'x', '{"a": 1, "id": 2}'))).toMatchObject({
      code: 'm2-details-hold-id',
      data: { position: 10 },
    })
    expect(refusal(() => play.call(1, 'x', '[1]'))?.code).toBe('call-parameters-malformed')
    expect(refusal(() => play.call(1, 'x', '', { kind: 'notification' }))?.code).toBe('call-kind-impossible')
    expect(refusal(() => play.call(1, ''))?.code).toBe('command-required')
    expect(refusal(() => play.batch(draft('x')))?.code).toBe('batch-impossible')
    // The second one is refused, so the first is not sent either.
    const calls = [draft('fine'), draft('x', '{"id": 1}')].map((each, index) => ({
      number: index + 1,
      timeoutMs: null,
      draft: each,
    }))
    expect(refusal(() => play.accept({ kind: 'call', calls, isBatch: false }))?.code).toBe('m2-details-hold-id')
    play.accept({ kind: 'closed', error: null })
    expect(refusal(() => play.call(1, 'late'))?.code).toBe('not-connected')
    expect([sequence.nextSequenceId, sequence.lastSequenceId]).toEqual([1, -1])
  })

  test('a preview uses up no number', () => {
    const play = playCalls(m2)
    expect(textOf(play.machine.preview(draft('x')).bytes)).toBe('{"id": "cmd_x", "sequence_id": 1}\r\n')
    expect(told(play.call(1, 'x'))[0]).toBe('called 1 {"id": "cmd_x", "sequence_id": 1}')
  })
})

describe('replies', () => {
  test('6.3.12 an ack does not end the command; events between it and the end are attached', () => {
    const play = playCalls(m2)
    play.call(1, 'resetForceOffsets')
    const event = '{"id": "m2AssemblyInPosition", "inPosition": false}'
    expect(receive(play, event, reply('ack', 1), event, reply('success', 1), event)).toEqual([
      'reply 1 ack {"id":"ack","sequence_id":1}',
      'reply 1 message {"id":"m2AssemblyInPosition","inPosition":false}',
      'answer 1 success {"id":"success","sequence_id":1}',
    ])
    expect(play.machine.pendingCount).toBe(0)
  })

  test('6.3.13 noack and fail end it as errors', () => {
    const play = playCalls(m2)
    play.call(1, 'unknown')
    play.call(2, 'switchForceBalanceSystem', '{"status": true}')
    const effects = play.receive(lines(reply('noack', 1), reply('ack', 2), reply('fail', 2)))
    expect(told(effects)).toEqual([
      'answer 1 noack {"id":"noack","sequence_id":1}',
      'reply 2 ack {"id":"ack","sequence_id":2}',
      'answer 2 fail {"id":"fail","sequence_id":2}',
    ])
    expect(effects.map((effect) => effect.kind === 'replied' && effect.reply.isError)).toEqual([true, false, true])
  })

  test('6.3.12 commands in flight are told apart, and events are attached to none of them', () => {
    const play = playCalls(m2)
    play.call(1, 'a')
    play.call(2, 'b')
    expect(receive(play, reply('ack', 2), '{"id": "event"}', reply('success', '2.0'), reply('success', 1))).toEqual([
      'reply 2 ack {"id":"ack","sequence_id":2}',
      'answer 2 success {"id":"success","sequence_id":2.0}',
      'answer 1 success {"id":"success","sequence_id":1}',
    ])
  })

  test('6.3.12 the default of 10 s, and what comes afterwards', () => {
    const play = playCalls(m2, { timeoutMs: 10_000 })
    expect(told(play.call(1, 'slow')).at(-1)).toBe('wake-at 11000')
    play.wait(10_000)
    expect(told(play.accept({ kind: 'timer-fired' }))).toEqual(['failed 1 call-timeout'])
    expect(receive(play, reply('ack', 1), reply('success', 1), reply('success', 1), reply('fail', 1))).toEqual([
      'reply 1 ack (out-of-order) {"id":"ack","sequence_id":1}',
      'reply 1 success (late) {"id":"success","sequence_id":1}',
      'reply 1 success (duplicate) {"id":"success","sequence_id":1}',
      'reply 1 fail (duplicate) {"id":"fail","sequence_id":1}',
    ])
  })

  test('6.3.12 stale numbers belong to no command', () => {
    const play = playCalls(m2)
    play.call(1, 'a')
    expect(receive(play, reply('success', 7), '{"id": "noack"}', reply('ack', '"1"'))).toEqual([
      'unmatched 7 {"id":"success","sequence_id":7}',
      'unmatched - {"id":"noack"}',
      'unmatched - {"id":"ack","sequence_id":"1"}',
    ])
    expect(play.machine.pendingCount).toBe(1)
  })

  test('a cancelled command is not pending; its late reply is marked', () => {
    const play = playCalls(m2, { timeoutMs: 50 })
    play.call(1, 'a')
    expect(told(play.accept({ kind: 'cancel', number: 1 }))).toEqual(['wake-at never'])
    expect(receive(play, reply('fail', 1))).toEqual(['reply 1 fail (late) {"id":"fail","sequence_id":1}'])
  })

  test('the earliest deadline is asked for; the timer is renewed when it fires', () => {
    const play = playCalls(m2)
    const timed = (number: number, timeoutMs: number | null) =>
      told(play.accept({ kind: 'call', isBatch: false, calls: [{ number, timeoutMs, draft: draft('x') }] })).at(-1)
    expect([timed(1, 500), timed(2, 300), timed(3, 900), timed(4, null)]).toEqual([
      'wake-at 1500',
      'wake-at 1300',
      'write 3 35',
      'write 4 35',
    ])
    expect(receive(play, reply('success', 2))).toEqual(['answer 2 success {"id":"success","sequence_id":2}'])
    play.wait(300)
    expect(told(play.accept({ kind: 'timer-fired' }))).toEqual(['wake-at 1500'])
    play.wait(600)
    expect(told(play.accept({ kind: 'timer-fired' }))).toEqual(['failed 1 call-timeout', 'failed 3 call-timeout'])
  })

  test('a welcome burst and telemetry make no entries', () => {
    const play = playCalls(m2)
    const burst = Array.from({ length: 99 }, (_, address) => `{"id": "innerLoopControlMode", "address": ${address}}`)
    expect(receive(play, ...burst)).toEqual([])
    play.call(1, 'a')
    receive(play, reply('ack', 1))
    expect(receive(play, ...burst)).toHaveLength(62)
    expect(receive(play, reply('success', 1))).toHaveLength(1)
  })

  test('6.3.3 6.3.4 what is no message is told, and the next line is read', () => {
    const play = playCalls(m2)
    play.call(1, 'a')
    const fits = `{"id": "${'x'.repeat(65_536 - 10)}"}`
    expect(fits).toHaveLength(65_536)
    const effects = play.receive(
      lines('no JSON', '', '[1]', '{"id": 5}', fits, `${fits} `, '{"id":\n "x"}', reply('success', 1)),
    )
    expect(told(effects)).toEqual([
      'malformed reply-malformed 0+9',
      'malformed reply-malformed 9+2',
      'malformed reply-malformed 11+5',
      'malformed reply-malformed 16+11',
      'malformed reply-malformed 65565+65539',
      'answer 1 success {"id":"success","sequence_id":1}',
    ])
    expect(effects[4]).toMatchObject({
      error: { data: { reason: 'The line has 65537 bytes; at most 65536 are read.' } },
    })
  })

  test('the end in mid-line and between lines', () => {
    const play = playCalls(m2)
    play.call(1, 'a')
    play.receive(asciiBytes('{"id": "su'))
    const effects = play.accept({ kind: 'peer-ended' })
    expect(told(effects)).toEqual(['failed 1 reply-incomplete'])
    expect(effects[0]).toMatchObject({ error: { data: { receivedBytes: 10, missingBytes: null } } })
    const clean = playCalls(m2)
    clean.call(1, 'a')
    clean.call(2, 'b')
    receive(clean, reply('ack', 1))
    expect(told(clean.accept({ kind: 'closed', error: null }))).toEqual([
      'failed 1 closed-before-reply',
      'failed 2 closed-before-reply',
    ])
    const idle = playCalls(m2)
    idle.receive(asciiBytes('{"id"'))
    expect(told(idle.accept({ kind: 'closed', error: null }))).toEqual(['malformed reply-incomplete 0+5'])
  })

  test('only the last 10,000 commands are remembered', () => {
    const play = playCalls(m2)
    for (let number = 1; number <= 10_001; number++) {
      play.call(number, 'x')
      receive(play, reply('success', number))
    }
    expect(receive(play, reply('success', 1), reply('success', 2))).toEqual([
      'unmatched 1 {"id":"success","sequence_id":1}',
      'reply 2 success (duplicate) {"id":"success","sequence_id":2}',
    ])
  })
})
