import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as v from 'valibot'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { replyCapture, type ReplyCapture, type WaitCondition } from '../../contract/schemas/sequence.ts'
import { ReplyWatch } from './reply-watch.ts'
import { planWait, type WaitPlan } from './wait-plan.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const lines: FramingSettings = { kind: 'lf', maximumFrameBytes: 1_000_000 }
const group = (name: string, number: number | string): ReplyCapture => ({
  name,
  from: { kind: 'group', group: number },
})

function planOf(condition: WaitCondition, captures: readonly ReplyCapture[] = []): WaitPlan {
  const planned = planWait(condition, captures)
  if (!planned.ok) throw new Error(planned.error.message)
  return planned.plan
}

const watchOf = (framing: FramingSettings | null = null): ReplyWatch =>
  new ReplyWatch(framing, (expression, text) => expression.exec(text))

/** Waits for something in chunks and tells what was found, and after how many chunks. */
function found(
  chunks: readonly (string | Uint8Array)[],
  condition: WaitCondition,
  captures: readonly ReplyCapture[] = [],
  framing: FramingSettings | null = null,
): unknown {
  const watch = watchOf(framing)
  watch.begin(planOf(condition, captures))
  for (const [number, chunk] of chunks.entries()) {
    watch.accept(typeof chunk === 'string' ? bytes(chunk) : chunk, 0)
    const outcome = watch.look()
    watch.trim()
    if (outcome !== null) return outcome.ok ? [number, outcome.detail, outcome.captured] : outcome.error.code
  }
  return null
}

const expression = (pattern: string, ignoreCase = false): WaitCondition => ({
  kind: 'regular-expression',
  pattern,
  ignoreCase,
})

test.each<[string, unknown, unknown]>([
  ['bytes across chunks', found(['a\x01', '\x02b'], { kind: 'bytes', hex: '01 02' }), [1, '\x01\x02', {}]],
  ['text with escapes', found(['+OK', '\r\n'], { kind: 'text', text: 'OK\\r\\n' }), [1, 'OK\r\n', {}]],
  [
    'bytes after the match',
    found(['xxAB12', '3'], { kind: 'text', text: 'AB' }, [
      { name: 'id', from: { kind: 'bytes', offset: 2, length: 3 } },
    ]),
    [1, 'AB', { id: '313233' }],
  ],
  ['a group', found(['id=42;'], expression('id=(\\d+);'), [group('id', 1)]), [0, 'id=42;', { id: '42' }]],
  [
    'a named group',
    found(['id=42;'], expression('ID=(?<n>\\d+);', true), [group('id', 'n')]),
    [0, 'id=42;', { id: '42' }],
  ],
  ['UTF-8 in a pattern', found(['größe=é!'], expression('ö(.+)e=(é+)'), [group('v', 2)]), [0, 'öße=é', { v: 'é' }]],
  ['a byte in a pattern', found([Uint8Array.of(0, 0xff, 1)], expression('\\xff(.)'), []), [0, 'ÿ\x01', {}]],
  ['a group that is not there', found(['a'], expression('a|(b)'), [group('x', 1)]), 'pattern-malformed'],
  [
    'a JSON path',
    found(
      ['{"id":1}\n{"id":2,', '"v":[7]}\n'],
      { kind: 'json-path', path: '$.v[0]', equals: null },
      [{ name: 'id', from: { kind: 'json-path', path: '$.id' } }],
      lines,
    ),
    [1, '7', { id: '2' }],
  ],
  [
    'a JSON path that equals',
    found(['{"id":"a"}\nno json\n{"id":"b"}\n'], { kind: 'json-path', path: '$.id', equals: ' "b" ' }, [], lines),
    [0, '"b"', {}],
  ],
  [
    'MessagePack',
    found([Uint8Array.of(0, 0, 0, 4, 0x81, 0xa1, 0x61, 0x07)], { kind: 'json-path', path: '$.a', equals: '7' }, [], {
      kind: 'tcpy',
      maximumFrameBytes: 100,
    }),
    [0, '7', {}],
  ],
  ['messages', found(['a\nb', '\nc\n'], { kind: 'frames', count: 3 }, [], lines), [1, '3 messages', {}]],
])('waits for %s', (_, actual, expected) => {
  expect(actual).toEqual(expected)
})

test('what a wait found is not seen by the next one, what came behind it is', () => {
  const watch = watchOf(lines)
  watch.accept(bytes('one\ntwo\nthree\n'), 0)
  const outcomes = [
    planOf({ kind: 'text', text: 'one' }),
    planOf({ kind: 'text', text: 'tw' }),
    planOf({ kind: 'frames', count: 1 }, [{ name: 'l', from: { kind: 'bytes', offset: 0, length: 2 } }]),
    planOf({ kind: 'frames', count: 1 }),
  ].map((plan) => {
    watch.begin(plan)
    const outcome = watch.look()
    return outcome?.ok === true ? outcome.captured : outcome
  })
  // The second wait found a part of the second line: that message is used up.
  expect(outcomes).toEqual([{}, {}, { l: '7468' }, null])
})

test('what came before a sending does not count, a message that ends after it does', () => {
  const watch = watchOf(lines)
  watch.accept(bytes('old\nhalf'), 0)
  watch.forget()
  watch.begin(planOf({ kind: 'text', text: 'old' }))
  const stale = watch.look()
  watch.begin(planOf({ kind: 'frames', count: 1 }, [{ name: 'l', from: { kind: 'bytes', offset: 0, length: 5 } }]))
  watch.accept(bytes('X\n'), 0)
  expect([stale, watch.look()]).toEqual([null, { ok: true, detail: '1 messages', captured: { l: '68616c6658' } }])
})

test('a wait that would have to look at lost bytes fails; one that looks on meanwhile does not', () => {
  const idle = watchOf()
  for (let number = 0; number < 3; number++) {
    idle.accept(new Uint8Array(600_000), 0)
    idle.trim()
  }
  idle.begin(planOf({ kind: 'bytes', hex: '01' }))
  const busy = found([...Array.from({ length: 20 }, () => new Uint8Array(600_000)), Uint8Array.of(1)], {
    kind: 'bytes',
    hex: '00 01',
  })
  expect([idle.look(), busy]).toMatchObject([{ ok: false, error: { code: 'wait-overflow' } }, [20, '\0\x01', {}]])
})

test('bytes are found however they come, as by an independent search', () => {
  const letters = fc.array(fc.constantFrom('a', 'b'), { maxLength: 40 })
  fc.assert(
    fc.property(
      letters,
      fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }),
      fc.nat(5),
      (text, needle, size) => {
        const whole = text.join('')
        const chunks = whole.match(new RegExp(`.{1,${size + 1}}`, 'g')) ?? []
        const at = whole.indexOf(needle.join(''))
        const expected = at < 0 ? null : [Math.floor((at + needle.length - 1) / (size + 1)), needle.join(''), {}]
        expect(found(chunks, { kind: 'text', text: needle.join('') })).toEqual(expected)
      },
    ),
  )
})

test.each<[string, WaitCondition, readonly ReplyCapture[], string]>([
  ['a malformed expression', expression('('), [], 'pattern-malformed'],
  ['several bytes in a set', expression('[é]'), [], 'pattern-malformed'],
  ['malformed hex', { kind: 'bytes', hex: 'x' }, [], 'hex-malformed'],
  ['a malformed path', { kind: 'json-path', path: '$[', equals: null }, [], 'json-path-malformed'],
  ['a comparison that is no JSON', { kind: 'json-path', path: '$', equals: 'abc' }, [], 'pattern-malformed'],
  ['a group of bytes', { kind: 'bytes', hex: '00' }, [group('a', 1)], 'pattern-malformed'],
])('refused: %s', (_, condition, captures, code) => {
  const planned = planWait(condition, captures)
  expect(planned.ok ? null : planned.error.code).toBe(code)
})

test('a long beginning that never goes on is looked through once', () => {
  const needle = `${'61'.repeat(1500)}62`
  const outcome = found([new Uint8Array(1_000_000).fill(0x61), 'b'], { kind: 'bytes', hex: needle })
  expect(outcome).toEqual([1, `${'a'.repeat(200)}…`, {}])
})

test.each(['__proto__', 'constructor', 'prototype'])(
  'nothing is captured as %s, which is no name for a value',
  (name) => {
    const from = { kind: 'group', group: 1 }
    const accepted = [name, `${name}s`].map((tried) => v.safeParse(replyCapture, { name: tried, from }).success)
    expect(accepted).toEqual([false, true])
  },
)
