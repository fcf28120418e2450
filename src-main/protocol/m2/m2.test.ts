import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonDocument } from '../json/parse-json.ts'
import type { JsonNode } from '../json/json-node.ts'
import { composeM2Message, m2MessageTypes, type M2Draft } from './m2-message.ts'
import { M2SequenceGenerator } from './m2-sequence.ts'
import { MessageRateMeter } from './message-rate-meter.ts'
import { m2Summary, readM2Message } from './read-m2-message.ts'

const draft = (settings: Partial<M2Draft>): M2Draft => ({
  type: 'command',
  name: 'move',
  componentName: '',
  detailsText: '',
  ...settings,
})

const rootOf = (text: string): JsonNode => {
  const document = parseJsonDocument(text)
  if (!document.ok) throw new Error(document.error.message)
  return document.root
}

test.each([
  [draft({ name: 'resetForceOffsets' }), 1, '{"id": "cmd_resetForceOffsets", "sequence_id": 1}'],
  [
    draft({ detailsText: '{"x": 1, "y": 2.5, "s": "hé"}' }),
    2,
    String.raw`{"x": 1, "y": 2.5, "s": "h\u00e9", "id": "cmd_move", "sequence_id": 2}`,
  ],
  [
    draft({ type: 'event', name: 'mountInPosition', componentName: 'MTMount', detailsText: '{"inPosition":true}' }),
    0,
    '{"inPosition": true, "id": "evt_mountInPosition", "compName": "MTMount"}',
  ],
  [
    draft({ type: 'telemetry', name: 'elevation', componentName: 'MTMount', detailsText: '{"actualPosition": 1.5}' }),
    0,
    '{"actualPosition": 1.5, "id": "tel_elevation", "compName": "MTMount"}',
  ],
  [draft({ type: 'event', name: 'bare' }), 0, '{"id": "evt_bare"}'],
  [draft({ componentName: 'MTMount' }), 2_147_483_647, '{"id": "cmd_move", "sequence_id": 2147483647}'],
  [
    draft({ name: 'setEnabledFaultsMask', detailsText: '{"mask": 18410715311050326015, "f": 1.0}' }),
    7,
    '{"mask": 18410715311050326015, "f": 1.0, "id": "cmd_setEnabledFaultsMask", "sequence_id": 7}',
  ],
  [draft({ detailsText: '{"sequence_id": 9, "a": 1}' }), 3, '{"sequence_id": 3, "a": 1, "id": "cmd_move"}'],
  [draft({ detailsText: ' \n ' }), 4, '{"id": "cmd_move", "sequence_id": 4}'],
])('%j is written as ts_m2com writes it', (message, sequenceId, expected) => {
  const composed = composeM2Message(message, sequenceId)
  expect(composed).toMatchObject({ ok: true, text: expected, consumesSequenceId: message.type === 'command' })
  if (composed.ok) expect(Buffer.from(composed.bytes).toString('latin1')).toBe(expected)
})

test.each([
  [draft({ type: 'request' }), 1, 'm2-type-unknown', 'type', 0],
  [draft({ type: '__proto__' }), 1, 'm2-type-unknown', 'type', 0],
  [draft({ name: '  ' }), 1, 'm2-name-required', 'name', 0],
  [draft({ detailsText: '{"x": 1, "id": 5}' }), 1, 'm2-details-hold-id', 'details', 9],
  [draft({ detailsText: '{"x": 1, "\\u0069d": 5}' }), 1, 'm2-details-hold-id', 'details', 9],
  [draft({ detailsText: ' [1]' }), 1, 'm2-details-malformed', 'details', 1],
  [draft({ detailsText: 'null' }), 1, 'm2-details-malformed', 'details', 0],
  [draft({ detailsText: '{"x": }' }), 1, 'json-malformed', 'details', 6],
] as const)('%j is refused', (message, sequenceId, code, field, index) => {
  expect(composeM2Message(message, sequenceId)).toMatchObject({ ok: false, error: { code }, field, index })
})

test('a number that no generator gives is a mistake of the caller', () => {
  for (const sequenceId of [0, 2_147_483_648, 1.5]) {
    expect(() => composeM2Message(draft({}), sequenceId)).toThrow('sequence number')
  }
  expect(composeM2Message(draft({ type: 'event' }), 0).ok).toBe(true)
})

test('an id deeper in the details is no id of the message', () => {
  expect(composeM2Message(draft({ detailsText: '{"a": {"id": 1}}' }), 1).ok).toBe(true)
})

describe('sequence numbers', () => {
  test('start at 1, go up by one and wrap', () => {
    const fresh = new M2SequenceGenerator()
    expect(fresh.lastSequenceId).toBe(-1)
    expect([fresh.next(), fresh.next(), fresh.lastSequenceId, fresh.nextSequenceId]).toEqual([1, 2, 2, 3])
    const late = new M2SequenceGenerator({ nextSequenceId: 2_147_483_647, lastSequenceId: -1 })
    expect([late.next(), late.next()]).toEqual([2_147_483_647, 1])
    expect(new M2SequenceGenerator(late.state).next()).toBe(2)
  })

  test('a refused message uses up no number', () => {
    const sequence = new M2SequenceGenerator()
    for (const message of [draft({ detailsText: '{"id":1}' }), draft({ type: 'x' }), draft({})]) {
      const composed = composeM2Message(message, sequence.nextSequenceId)
      if (composed.ok && composed.consumesSequenceId) sequence.next()
    }
    expect(sequence.lastSequenceId).toBe(1)
  })

  test('a seed outside is refused', () => {
    for (const nextSequenceId of [0, -1, 2 ** 31, Number.NaN]) {
      expect(() => new M2SequenceGenerator({ nextSequenceId, lastSequenceId: -1 })).toThrow('sequence number')
    }
  })
})

test.each([
  ['{"id": "ack", "sequence_id": 1}', 'reply', 'ack', '1', 'ack'],
  ['{"id": "noack", "sequence_id": 2}', 'reply', 'noack', '2', 'noack'],
  ['{"sequence_id": 3, "id": "success"}', 'reply', 'success', '3', 'success'],
  ['{"id": "fail"}', 'reply', 'fail', null, 'fail'],
  ['{"id": "m2AssemblyInPosition", "inPosition": false}', 'message', 'm2AssemblyInPosition', null, null],
  ['{"id": "cmd_move", "sequence_id": 4}', 'command', 'move', '4', null],
  ['{"id": "evt_bare"}', 'event', 'bare', null, null],
  ['{"id": "tel_elevation"}', 'telemetry', 'elevation', null, null],
  ['{"id": "x", "sequence_id": "1"}', 'message', 'x', null, null],
] as const)('%s is read', (text, kind, name, sequenceId, replyStatus) => {
  expect(readM2Message(rootOf(text))).toEqual({ kind, name, sequenceId, replyStatus })
})

test.each(['[]', '{"id": 1}', '{}', '"ack"', 'null'])('%s is no message of M2', (text) => {
  expect(readM2Message(rootOf(text))).toBeNull()
  expect(m2Summary(rootOf(text), 80)).toBeNull()
})

test('summaries name the message first and stay within their length', () => {
  const command = rootOf('{"x": 1, "y": 2.5, "id": "cmd_move", "sequence_id": 2}')
  expect(m2Summary(command, 80)).toBe('command move #2 {"x": 1, "y": 2.5}')
  expect(m2Summary(rootOf('{"id": "ack", "sequence_id": 1}'), 80)).toBe('ack #1')
  expect(m2Summary(rootOf('{"id": "x", "sequence_id": "1"}'), 80)).toBe('x {"sequence_id": "1"}')
  for (let length = 1; length < 40; length++) expect(m2Summary(command, length)?.length).toBeLessThanOrEqual(length)
})

test('what is composed is read again', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...m2MessageTypes),
      fc.string({ minLength: 1 }).map((name) => `n${name}n`),
      fc.dictionary(
        fc.string().filter((key) => key !== 'id'),
        fc.jsonValue(),
      ),
      fc.integer({ min: 1, max: 2_147_483_647 }),
      (type, name, details, sequenceId) => {
        const composed = composeM2Message(draft({ type, name, detailsText: JSON.stringify(details) }), sequenceId)
        expect(composed.ok).toBe(true)
        if (!composed.ok) return
        const reading = readM2Message(rootOf(composed.text))
        expect(reading).toMatchObject({ kind: type, name })
        if (type === 'command') expect(reading?.sequenceId).toBe(String(sequenceId))
      },
    ),
  )
})

test('rates are whole messages a second over windows of at least two seconds', () => {
  const meter = new MessageRateMeter(1000)
  expect(meter.messagesPerSecond).toBeNull()
  expect(meter.count(3, 1500)).toBeNull()
  expect(meter.count(1, 2999)).toBeNull()
  expect(meter.count(1, 3000)).toBe(2)
  expect(meter.messagesPerSecond).toBe(2)
  expect(meter.count(10, 4000)).toBeNull()
  expect(meter.messagesPerSecond).toBe(2)
  expect(meter.count(0, 13_000)).toBe(1)
  expect(meter.count(1, 20_000)).toBe(0)
})
