import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as v from 'valibot'
import { messageSource } from '../../contract/schemas/message.ts'
import { parseFramingSpec } from '../framing/framing-spec.ts'
import { formatHex } from '../hex/parse-hex.ts'
import { asBase64 } from '../hexdump/base64.ts'
import { escapeBytes } from '../text/escapes.ts'
import { composeMessage } from './compose-message.ts'
import type { Composition } from './composition.ts'
import { compose, outcome, type Content } from './testing/compose.ts'
import { contextOf, sourceOf, type ContextFacts } from './testing/compose-context.ts'

/** The bytes as Latin-1, or the code and place of the error. */
function written(result: Composition): unknown {
  return result.ok ? Buffer.from(result.bytes).toString('latin1') : [result.error.code, result.place]
}

test.each<[string, Content, ContextFacts, unknown]>([
  ['text as UTF-8', { mode: 'text', text: 'é' }, {}, 'c3a9'],
  ['text in another encoding', { mode: 'text', text: 'é\\n', encoding: 'utf-16le' }, {}, 'e9000a00'],
  ['a byte is itself in any encoding', { mode: 'text', text: 'a\\xffb', encoding: 'utf-16be' }, {}, '0061ff0062'],
  ['one byte order mark', { mode: 'text', text: 'a\\x00b', encoding: 'utf-16le-bom' }, {}, 'fffe6100006200'],
  [
    'the line ending is encoded',
    { mode: 'text', text: 'a', encoding: 'utf-16be', lineEnding: 'crlf' },
    {},
    '0061000d000a',
  ],
  ['typed line breaks are line endings', { mode: 'text', text: 'a\nb\\n', lineEnding: 'crlf' }, {}, '610d0a620a0d0a'],
  ['values are no escapes', { mode: 'text', text: '{{v}}' }, { variables: { v: '\\n\n' } }, '5c6e0a'],
  ['escaped braces', { mode: 'text', text: '\\{{a}}' }, {}, '7b7b617d7d'],
  ['an escaped backslash before a placeholder', { mode: 'text', text: '\\\\{{v}}' }, { variables: { v: 'x' } }, '5c78'],
  ['hex', { mode: 'hex', hex: '0x01, {{v}} {{$random 2}}' }, { variables: { v: 'FF:00' } }, '01ff000001'],
  ['counters as hex', { mode: 'hex', hex: '{{$counter n width=4}}' }, { counters: { n: 12n } }, '0012'],
  ['base64', { mode: 'base64', base64: '{{v}}AQ==' }, { variables: { v: 'AQID' } }, '01020301'],
  [
    'a file',
    { mode: 'file', path: '/{{v}}' },
    { variables: { v: 'x' }, file: (path) => ({ ok: true, bytes: Buffer.from(path) }) },
    '2f78',
  ],
])('%s', (_, content, facts, expected) => {
  expect(outcome(compose(content, facts))).toEqual(expected)
})

test.each<[string, string, string]>([
  ['seconds', '{{$time unix-s}}', '1795167005'],
  ['milliseconds', '{{ $time unix-ms }}', '1795167005123'],
  ['microseconds', '{{$time unix-us}}', '1795167005123456'],
  ['nanoseconds', '{{$time unix-ns}}', '1795167005123456789'],
  ['ISO 8601', '{{$time iso-8601}}', '2026-11-20T09:30:05.123Z'],
  ['a UUID', '{{$uuid}}', '00000000-0000-4000-8000-000000000000'],
  ['random bytes', '{{$random 3}}', '000102'],
  ['a counter that begins', '{{$counter n start=-5 width=4}}', '-005'],
  ['the same counter twice', '{{$counter n}}{{$counter n}}', '11'],
])('placeholder: %s', (_, text, expected) => {
  expect(written(compose({ mode: 'text', text }))).toBe(expected)
})

test.each<[string, string]>([
  ['lf', 'ab\n'],
  ['crlf', 'ab\r\n'],
  ['json-lines', '"ab"\n'],
  ['m2', '"ab"\r\n'],
  ['length:u32be', '\0\0\0\x03ab\n'],
])('one line ending within the framing %s', (spec, expected) => {
  const framing = parseFramingSpec(spec)
  const isJson = expected.startsWith('"')
  const content = isJson ? { mode: 'json', text: '"ab"' } : { mode: 'text', text: 'ab' }
  const message = v.parse(messageSource, { content: { ...content, lineEnding: 'lf' } })
  expect(written(composeMessage(message, contextOf({ framing })))).toBe(expected)
  const bare = composeMessage({ ...message, framed: false }, contextOf({ framing }))
  expect(written(bare)).toBe(isJson ? '"ab"\n' : 'ab\n')
})

test('received text goes into a template (seed-systems 6.5, row 9)', () => {
  const text = '<locomotion manner="jog" type="basic" target="{{$captured reply}} 0"/>'
  expect(written(compose({ mode: 'text', text }, { captures: { reply: '10 20' } }))).toBe(
    '<locomotion manner="jog" type="basic" target="10 20 0"/>',
  )
})

test.each<[string, Content, ContextFacts, unknown]>([
  [
    'an unknown variable',
    { mode: 'text', text: 'ab {{nope}}' },
    {},
    ['variable-unknown', { part: 'text', index: 3, length: 8 }],
  ],
  [
    'nothing captured',
    { mode: 'hex', hex: '{{$captured x}}' },
    {},
    ['captured-unknown', { part: 'hex', index: 0, length: 15 }],
  ],
  ['not closed', { mode: 'text', text: 'a{{b' }, {}, ['placeholder-malformed', { part: 'text', index: 1, length: 2 }]],
  [
    'no such word',
    { mode: 'text', text: '{{$when}}' },
    {},
    ['placeholder-malformed', { part: 'text', index: 0, length: 9 }],
  ],
  [
    'a bad option',
    { mode: 'text', text: '{{$counter a by=2}}' },
    {},
    ['placeholder-malformed', { part: 'text', index: 0, length: 19 }],
  ],
  [
    'an escape after a placeholder',
    { mode: 'text', text: '{{v}}\\q' },
    { variables: { v: 'long value' } },
    ['escape-malformed', { part: 'text', index: 5 }],
  ],
  [
    'a character the encoding has not',
    { mode: 'text', text: '\\te\\u20acx', encoding: 'latin-1' },
    {},
    ['text-not-encodable', { part: 'text', index: 3 }],
  ],
  ['an unknown encoding', { mode: 'text', text: 'a', encoding: 'klingon' }, {}, ['encoding-unknown', { part: 'text' }]],
  [
    'hex within a value',
    { mode: 'hex', hex: '00 {{v}}' },
    { variables: { v: 'zz' } },
    ['hex-malformed', { part: 'hex', index: 3, length: 5 }],
  ],
  [
    'hex after a value',
    { mode: 'hex', hex: '{{v}} z' },
    { variables: { v: '0011' } },
    ['hex-malformed', { part: 'hex', index: 6 }],
  ],
  [
    'JSON after a value',
    { mode: 'json', text: '{"a":{{v}},}' },
    { variables: { v: '12345' } },
    ['json-malformed', { part: 'text', index: 11 }],
  ],
  [
    'a value that is no JSON',
    { mode: 'json', text: '{"a":{{v}}}' },
    { variables: { v: 'word' } },
    ['json-malformed', { part: 'text', index: 5, length: 5 }],
  ],
  ['nothing', { mode: 'text', text: '' }, {}, ['nothing-to-send', { part: 'message' }]],
  ['no structure', { mode: 'structure', structureId: '' }, {}, ['structure-not-found', { part: 'structure' }]],
  [
    'a delimiter in the content',
    { mode: 'text', text: 'a\\nb' },
    { framing: { kind: 'lf', maximumFrameBytes: 10 } },
    ['payload-not-frameable', { part: 'framing' }],
  ],
])('refused: %s', (_, content, facts, expected) => {
  expect(outcome(compose(content, facts))).toEqual(expected)
})

test.each(['constructor', 'prototype', '__proto__'])(
  'no counter is named %s, which no record of values can have',
  (name) => {
    const value = { kind: 'counter' as const, name }
    const field = { place: { kind: 'append' as const }, value, encoding: { kind: 'plain' as const } }
    expect([
      outcome(compose({ mode: 'text', text: `{{$counter ${name}}}` })),
      outcome(composeMessage(sourceOf({ mode: 'text', text: 'a' }, { computed: [field] }), contextOf())),
      written(compose({ mode: 'text', text: `{{$counter ${name}s}}` })),
    ]).toEqual([
      ['placeholder-malformed', { part: 'text', index: 0, length: 13 + name.length }],
      ['computed-malformed', { part: 'computed', field: 1 }],
      '1',
    ])
  },
)

test('the error alone names the place and the character as it was written', () => {
  const result = compose({ mode: 'hex', hex: '{{v}} z' }, { variables: { v: '0011' } })
  expect(!result.ok && result.error).toMatchObject({
    message: expect.stringContaining('at character 7') as string,
    data: { part: 'hex', index: 6, position: 7 },
  })
})

test('what would be longer than a message may be is refused before it is made', () => {
  const text = '{{v}}'.repeat(10_000)
  expect(outcome(compose({ mode: 'text', text }, { variables: { v: 'x'.repeat(60_000) } }))).toEqual([
    'message-too-large',
    { part: 'text' },
  ])
})

const vector = '{"a":1,"u":"é😀","n":null,"f":1.0}'

test.each<[string, Content, ContextFacts, string]>([
  [
    'Python with CR LF (seed-systems 3.3)',
    { mode: 'json', text: vector, style: 'python', lineEnding: 'crlf' },
    {},
    '{"a": 1, "u": "\\u00e9\\ud83d\\ude00", "n": null, "f": 1.0}\r\n',
  ],
  [
    'integers beyond 2^53 (seed-systems 6.3, row 7)',
    { mode: 'json', text: '{ "n" : 18410715311050326015 }', style: 'python' },
    {},
    '{"n": 18410715311050326015}',
  ],
  ['compact', { mode: 'json', text: '{ "a" : [ 1e400 , 1.0 ] }' }, {}, '{"a":[1e400,1.0]}'],
  ['as written', { mode: 'json', text: '{ "a" :1 }', style: 'as-written' }, {}, '{ "a" :1 }'],
  ['a value within a string', { mode: 'json', text: '{"a":"x{{v}}"}' }, { variables: { v: '"\n' } }, '{"a":"x\\"\\n"}'],
  ['a whole value', { mode: 'json', text: '[{{v}},"\\\\{{v}}"]' }, { variables: { v: '7' } }, '[7,"\\\\7"]'],
  ['escaped braces', { mode: 'json', text: '["\\{{v}}"]' }, {}, '["{{v}}"]'],
])('JSON: %s', (_, content, facts, expected) => {
  expect(written(compose(content, facts))).toBe(expected)
})

const tcpyFraming = { kind: 'tcpy', maximumFrameBytes: 1_000_000 } as const

test.each<[string, string, 'modern' | 'tcpy', string]>([
  [
    'a request',
    '{"cmd":"add","params":{"x":1,"y":2}}',
    'tcpy',
    '0000001782a3636d64a3616464a6706172616d7382a17801a17902',
  ],
  ['a string of 32 bytes has no str8', `"${'a'.repeat(32)}"`, 'tcpy', `00000023da0020${'61'.repeat(32)}`],
  ['a string of 32 bytes', `"${'a'.repeat(32)}"`, 'modern', `00000022d920${'61'.repeat(32)}`],
  [
    'integers of 64 bits',
    '[9223372036854775808,-9223372036854775808]',
    'tcpy',
    '0000001392cf8000000000000000d38000000000000000',
  ],
  ['floats of 64 bits', '1.5', 'tcpy', '00000009cb3ff8000000000000'],
  ['bytes', '{"$hex":"ff00"}', 'modern', '00000004c402ff00'],
  ['a variable', '"{{v}}"', 'tcpy', '00000004a3612262'],
])('MessagePack: %s (seed-systems 6.1, rows 4 to 7)', (_, text, flavour, expected) => {
  const facts = { framing: tcpyFraming, variables: { v: 'a"b' } }
  expect(outcome(compose({ mode: 'msgpack', text, flavour }, facts))).toBe(expected)
})

test('a date of tcpy is composed with six decimals (seed-systems 6.1, row 7)', () => {
  const text = '{"$datetime":"2014-05-06T07:08:09.000010"}'
  expect(written(compose({ mode: 'msgpack', text, flavour: 'tcpy' }))).toContain('2014-05-06T07:08:09.000010')
})

const m2Framing = { kind: 'm2', maximumFrameBytes: 65_536 } as const

test.each<[string, Partial<Extract<Content, { mode: 'm2' }>>, number, string, boolean]>([
  ['a command', { name: 'resetForceOffsets' }, 1, '{"id": "cmd_resetForceOffsets", "sequence_id": 1}\r\n', true],
  [
    'a command with details',
    { name: 'move', detailsText: '{"x":1,"y":2.5,"s":"hé"}', componentName: 'ignored' },
    2,
    '{"x": 1, "y": 2.5, "s": "h\\u00e9", "id": "cmd_move", "sequence_id": 2}\r\n',
    true,
  ],
  [
    'an event',
    { type: 'event', name: 'mountInPosition', componentName: 'MTMount', detailsText: '{"inPosition":true}' },
    5,
    '{"inPosition": true, "id": "evt_mountInPosition", "compName": "MTMount"}\r\n',
    false,
  ],
  ['a bare event', { type: 'event', name: 'bare' }, 5, '{"id": "evt_bare"}\r\n', false],
])('M2: %s (seed-systems 3.6)', (_, content, nextSequenceId, expected, consumesSequenceId) => {
  const result = compose({ mode: 'm2', type: 'command', name: '', ...content }, { nextSequenceId, framing: m2Framing })
  expect([written(result), result.ok && result.steps]).toEqual([expected, { counters: {}, consumesSequenceId }])
})

test('M2: details with an id are refused at the details (seed-systems 6.3, row 10)', () => {
  const result = compose({ mode: 'm2', type: 'command', name: 'a', detailsText: '{"id":1}' })
  expect(result.ok ? null : result.place.part).toBe('details')
})

test('the content is told from its framing', () => {
  const framing = { kind: 'tcpy', maximumFrameBytes: 1000 } as const
  const result = compose({ mode: 'hex', hex: 'c0' }, { framing })
  const { contentStart, contentEnd } = result as Extract<Composition, { ok: true }>
  expect([outcome(result), contentStart, contentEnd]).toEqual(['00000001c0', 4, 5])
  expect(outcome(compose({ mode: 'hex', hex: 'c0' }, { framing }, { framed: false }))).toBe('c0')
})

test('what sending uses up is told and nothing is changed', () => {
  const facts = { counters: { b: 10n } }
  const result = compose({ mode: 'text', text: '{{$counter a start=5 step=2}}{{$counter b step=-3}}' }, facts)
  expect([written(result), result.ok && result.steps.counters]).toEqual(['510', { a: 7n, b: 7n }])
})

test('text, hex and base64 give back any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      const hex = Buffer.from(bytes).toString('hex')
      // Braces in a text would be placeholders: they are written as escapes.
      const text = escapeBytes(bytes).replaceAll('{{', '{\\x7b')
      expect([
        outcome(compose({ mode: 'text', text })),
        outcome(compose({ mode: 'hex', hex: formatHex(bytes, { uppercase: true }) })),
        outcome(compose({ mode: 'base64', base64: asBase64(bytes) })),
      ]).toEqual([hex, hex, hex])
    }),
  )
})

test('nothing that a file can hold makes composing throw', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom(
      '{{',
      '}}',
      '\\{{',
      '{{v}}',
      '{{s}}',
      '{{$random 9}}',
      '{{$counter a}}',
      '{"a":',
      '"',
      '\\',
      '}',
      '00',
    ),
  )
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const content = fc.oneof(
    fc.record({
      mode: fc.constant('text' as const),
      text,
      encoding: fc.constantFrom('utf-8', 'utf-16le-bom', 'shift_jis', 'iso-2022-jp', 'x'),
    }),
    fc.record({ mode: fc.constant('hex' as const), hex: text }),
    fc.record({ mode: fc.constant('base64' as const), base64: text }),
    fc.record({
      mode: fc.constant('json' as const),
      text,
      style: fc.constantFrom('as-written' as const, 'pretty' as const, 'python' as const),
    }),
    fc.record({
      mode: fc.constant('m2' as const),
      type: fc.constantFrom('command' as const, 'event' as const),
      name: text,
      detailsText: text,
    }),
    fc.record({ mode: fc.constant('msgpack' as const), text }),
  )
  const offset = fc.integer({ min: -9, max: 9 })
  const of = fc.record({ from: offset, to: fc.option(offset) })
  const value = fc.oneof(
    fc.record({ kind: fc.constant('length' as const), of, added: offset }),
    fc.record({ kind: fc.constant('checksum' as const), algorithm: fc.constantFrom('CRC-32', 'sum8', 'none'), of }),
    fc.record({ kind: fc.constant('counter' as const), name: fc.constant('c'), start: fc.maxSafeInteger() }),
    fc.record({ kind: fc.constant('variable' as const), name: fc.constantFrom('v', 's', 'n') }),
  )
  const encoding = fc.oneof(
    fc.record({
      kind: fc.constant('binary' as const),
      type: fc.constantFrom('u8' as const, 'u24le' as const, 'f32be' as const),
    }),
    fc.record({
      kind: fc.constant('digits' as const),
      base: fc.constantFrom(10 as const, 16 as const),
      width: fc.constantFrom(0, 3),
    }),
    fc.constant({ kind: 'plain' as const }),
  )
  const place = fc.oneof(
    fc.constant({ kind: 'append' as const }),
    fc.record({ kind: fc.constantFrom('insert' as const, 'overwrite' as const), offset }),
  )
  const computed = fc.array(fc.record({ place, value, encoding }), { maxLength: 4 })
  const facts = { variables: { v: '7' }, secrets: { s: 'geheim' } }
  fc.assert(
    fc.property(fc.record({ content, computed }), (input) => {
      const result = composeMessage(v.parse(messageSource, input), contextOf({ ...facts, maskSecrets: true }))
      if (result.ok) {
        expect(Buffer.from(result.bytes).includes('geheim')).toBe(false)
        expect(result.masked.every(({ start, end }) => start < end && end <= result.bytes.length)).toBe(true)
      } else {
        expect([result.error.code === 'internal', JSON.stringify(result.error).includes('geheim')]).toEqual([
          false,
          false,
        ])
      }
    }),
    { numRuns: 400 },
  )
})
