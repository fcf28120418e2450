import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { structureDefinition, type StructureDefinition } from '../../contract/schemas/structure.ts'
import type { MessageSourceInput } from '../../contract/schemas/message.ts'
import { compose, outcome, type Content } from './testing/compose.ts'
import type { ContextFacts } from './testing/compose-context.ts'

const seedStructure: StructureDefinition = v.parse(structureDefinition, {
  name: 'Seed',
  fields: [
    { name: 'a', type: { kind: 'integer', integer: 'u16' } },
    { name: 'b', type: { kind: 'integer', integer: 'i64' } },
    { name: 'c', type: { kind: 'float', float: 'f64' } },
    { name: 'd', type: { kind: 'float', float: 'f32' } },
  ],
})

const structureFacts = (definition: StructureDefinition): ContextFacts => ({
  structure: () => ({ definition, library: () => null }),
  variables: { four: '4.4' },
  secrets: { s: '2' },
})

test.each<[string, Partial<StructureDefinition>, string]>([
  ['packed little endian', { alignment: 'packed' }, '010002000000000000006666666666660a40cdcc8c40'],
  ['aligned', {}, '010000000000000002000000000000006666666666660a40cdcc8c4000000000'],
  ['packed big endian', { alignment: 'packed', byteOrder: 'big' }, '00010000000000000002400a666666666666408ccccd'],
])('a structure, %s (seed-systems 3.3)', (_, change, expected) => {
  const values = { a: '1', b: '2', c: '3.3', d: '{{four}}' }
  const facts = structureFacts({ ...seedStructure, ...change })
  expect(outcome(compose({ mode: 'structure', structureId: 'seed', values }, facts))).toBe(expected)
  expect(outcome(compose({ mode: 'structure', structureId: 'seed', values: { b: 'x' } }, facts))).toEqual([
    'structure-value-malformed',
    { part: 'value', path: 'b' },
  ])
})

const crcOverAll = [
  {
    place: { kind: 'append' },
    value: { kind: 'checksum', algorithm: 'sum8', of: { from: 0, to: -1 } },
    encoding: { kind: 'binary', type: 'u8' },
  },
] as const

test.each<[string, Content, Partial<MessageSourceInput>, unknown]>([
  ['text', { mode: 'text', text: 'a{{t}}b', encoding: 'utf-16le' }, {}, [[2, 6]]],
  ['hex', { mode: 'hex', hex: '00 {{h}} 01' }, {}, [[1, 3]]],
  ['base64, to the touched bytes', { mode: 'base64', base64: 'AA{{b}}A=' }, {}, [[1, 5]]],
  ['JSON as written', { mode: 'json', text: '["é{{t}}"]', style: 'as-written' }, {}, [[4, 6]]],
  ['JSON anew: the whole text', { mode: 'json', text: '{"é":"x{{t}}", "k": 1}', style: 'pretty' }, {}, [[10, 15]]],
  ['M2', { mode: 'm2', type: 'event', name: 'e', detailsText: '{"p":"{{t}}"}' }, {}, [[6, 10]]],
  ['MessagePack', { mode: 'msgpack', text: '["{{t}}"]' }, {}, [[0, 4]]],
  ['a field of a structure', { mode: 'structure', structureId: 'seed', values: { b: '{{s}}' } }, {}, [[8, 16]]],
  ['a checksum over a secret', { mode: 'text', text: 'a{{t}}' }, { computed: [...crcOverAll] }, [[1, 4]]],
])('secrets are masked: %s', (_, content, rest, expected) => {
  const facts = structureFacts(seedStructure)
  const secrets = { t: 'tt', h: 'aabb', b: 'QUJD', s: '2' }
  const result = compose(content, { ...facts, secrets, maskSecrets: true }, rest)
  if (!result.ok) throw new Error(result.error.message)
  expect(result.masked.map(({ start, end }) => [start, end])).toEqual(expected)
  expect(
    result.masked.flatMap(({ start, end }) => [...result.bytes.subarray(start, end)]).every((byte) => byte === 0),
  ).toBe(true)
})

test.each<[string, string, MessageSourceInput['computed'], unknown]>([
  [
    'inserts and appends come first, then overwrites, then lengths',
    '0000',
    [
      {
        place: { kind: 'overwrite', offset: 0 },
        value: { kind: 'length', of: { from: 0, to: null } },
        encoding: { kind: 'binary', type: 'u8' },
      },
      {
        place: { kind: 'overwrite', offset: -1 },
        value: { kind: 'counter', name: 'n', start: 9 },
        encoding: { kind: 'binary', type: 'u8' },
      },
      { place: { kind: 'append' }, value: { kind: 'random', byteCount: 2 }, encoding: { kind: 'plain' } },
      {
        place: { kind: 'insert', offset: 1 },
        value: { kind: 'captured', name: 'c' },
        encoding: { kind: 'binary', type: 'u16le' },
      },
    ],
    '063412000009',
  ],
  [
    'digits that need more room, and the length of themselves',
    '41'.repeat(98),
    [
      {
        place: { kind: 'insert', offset: 0 },
        value: { kind: 'length', of: { from: 0, to: null } },
        encoding: { kind: 'digits', base: 10 },
      },
    ],
    `313031${'41'.repeat(98)}`,
  ],
  [
    'a checksum in upper-case hex digits, as in NMEA',
    Buffer.from('$GPGLL,5300.97914,N,00259.98174,E,125926,A').toString('hex'),
    [
      {
        place: { kind: 'append' },
        value: { kind: 'checksum', algorithm: 'xor8', of: { from: 1, to: 42 } },
        encoding: { kind: 'digits', base: 16 },
      },
    ],
    Buffer.from('$GPGLL,5300.97914,N,00259.98174,E,125926,A28').toString('hex'),
  ],
  [
    'floats keep the fraction of a time',
    '00',
    [
      {
        place: { kind: 'append' },
        value: { kind: 'time', unit: 'unix-s' },
        encoding: { kind: 'binary', type: 'f64be' },
      },
    ],
    '0041dac004c747e6b7',
  ],
  [
    'a value that does not fit',
    '00',
    [
      {
        place: { kind: 'append' },
        value: { kind: 'counter', name: 'n', start: 256 },
        encoding: { kind: 'binary', type: 'u8' },
      },
    ],
    ['computed-overflow', { part: 'computed', field: 1 }],
  ],
  [
    'an offset outside',
    '00',
    [
      {
        place: { kind: 'overwrite', offset: 1 },
        value: { kind: 'counter', name: 'n' },
        encoding: { kind: 'binary', type: 'u8' },
      },
    ],
    ['computed-out-of-range', { part: 'computed', field: 1 }],
  ],
  [
    'a range outside',
    '00',
    [
      {
        place: { kind: 'append' },
        value: { kind: 'length', of: { from: -9, to: null } },
        encoding: { kind: 'binary', type: 'u8' },
      },
    ],
    ['computed-out-of-range', { part: 'computed', field: 1 }],
  ],
  [
    'no such checksum',
    '00',
    [
      {
        place: { kind: 'append' },
        value: { kind: 'checksum', algorithm: 'CRC-7', of: { from: 0, to: null } },
        encoding: { kind: 'plain' },
      },
    ],
    ['computed-malformed', { part: 'computed', field: 1 }],
  ],
])('computed: %s', (_, hex, computed, expected) => {
  expect(
    outcome(compose({ mode: 'hex', hex }, { captures: { c: '0x1234' } }, computed === undefined ? {} : { computed })),
  ).toEqual(expected)
})

test('a message for an independent reader: length, counter and CRC-32 over everything', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
      const result = compose(
        { mode: 'hex', hex: Buffer.from(payload).toString('hex') },
        {},
        {
          computed: [
            {
              place: { kind: 'insert', offset: 0 },
              value: { kind: 'length', of: { from: 2, to: -4 } },
              encoding: { kind: 'binary', type: 'u16be' },
            },
            {
              place: { kind: 'append' },
              value: { kind: 'checksum', algorithm: 'CRC-32', of: { from: 0, to: -4 } },
              encoding: { kind: 'binary', type: 'u32le' },
            },
          ],
        },
      )
      const bytes = result.ok ? Buffer.from(result.bytes) : Buffer.alloc(0)
      const body = bytes.subarray(2, -4)
      expect([
        bytes.readUInt16BE(0),
        bytes.readUInt32LE(bytes.length - 4),
        createHash('sha1').update(body).digest('hex'),
      ]).toEqual([payload.length, crc32(bytes.subarray(0, -4)), createHash('sha1').update(payload).digest('hex')])
    }),
  )
})

const secretly = { secrets: { s: 'hunter2x' } } as const

test.each<[string, Content]>([
  [
    'JSON as Python writes it',
    { mode: 'json', style: 'python', text: '{"a":1,"a":"{{s}}","b":2,"c":[{"a":0,"a":"{{s}}"},3]}' },
  ],
  ['M2', { mode: 'm2', type: 'event', name: 'x', detailsText: '{"a":1,"a":"{{s}}","b":2,"c":3}' }],
  [
    'M2 with a component that replaces details',
    {
      mode: 'm2',
      type: 'event',
      name: 'x',
      componentName: 'C',
      detailsText: '{"compName":{"a":1,"b":2},"p":"{{s}}","z":1}',
    },
  ],
  ['keys of which one is a secret', { mode: 'json', style: 'python', text: '{"{{s}}":1,"b":2,"b":"{{s}}","c":3}' }],
])('secrets are masked where keys stand twice: %s', (_, content) => {
  const open = compose(content, secretly)
  const masked = compose(content, { ...secretly, maskSecrets: true })
  const text = (result: typeof open): string => (result.ok ? Buffer.from(result.bytes).toString('latin1') : '')
  expect(text(masked)).toBe(text(open).replaceAll('"hunter2x"', '\0'.repeat(10)))
  expect(text(open)).toContain('hunter2x')
})

test('characters before a secret are counted by their UTF-8 bytes', () => {
  const content: Content = { mode: 'json', style: 'compact', text: '["é漢😀","{{s}}",{"ü":"{{s}}"}]' }
  const masked = compose(content, { ...secretly, maskSecrets: true })
  const hidden = '\0'.repeat(10)
  expect(masked.ok && new TextDecoder().decode(masked.bytes)).toBe(`["é漢😀",${hidden},{"ü":${hidden}}]`)
})

const list: StructureDefinition = v.parse(structureDefinition, {
  name: 'List',
  fields: [{ name: 'a', type: { kind: 'integer', integer: 'i32' }, dimensions: [3] }],
})

test.each<[string, Content, ContextFacts]>([
  ['an element of a list', { mode: 'structure', structureId: 'x', values: { a: '1, {{s}}' } }, structureFacts(list)],
  ['the hex of a marker', { mode: 'msgpack', text: '[{"$hex":"{{s}}"}]' }, {}],
  ['the hex of an extension', { mode: 'msgpack', text: '{"$ext":[1,"{{s}}"]}' }, {}],
  [
    'the path of a file',
    { mode: 'file', path: '/data/{{s}}' },
    {
      file: (file) => ({
        ok: false,
        error: new WirebenchError('file-unreadable', { file, reason: `EACCES: open '${file}'` }).toShape(),
      }),
    },
  ],
])('an error says nothing of a secret: %s', (_, content, facts) => {
  const secret = 'hqnter2x'
  const result = compose(content, { ...facts, secrets: { s: secret } })
  expect(result.ok).toBe(false)
  const told = JSON.stringify(result)
  for (const part of [secret, '"h\\"', '\\"h\\"']) expect(told).not.toContain(part)
})

const texts: StructureDefinition = v.parse(structureDefinition, {
  name: 'Texts',
  fields: ['utf-8', 'latin-1'].map((encoding, index) => ({
    name: `t${index}`,
    type: { kind: 'char', length: 8, encoding },
  })),
})

test('values in the texts of a structure are never read for escapes, what is typed around them is', () => {
  const facts = { ...structureFacts(texts), variables: { path: 'C:\\x41' } }
  const result = compose(
    { mode: 'structure', structureId: 'x', values: { t0: '{{path}}\\n', t1: '\\t{{path}}' } },
    facts,
  )
  expect(result.ok && Buffer.from(result.bytes).toString('latin1')).toBe('C:\\x41\n\0\tC:\\x41\0')
})

test.each<[string, Content, string]>([
  ['a mark before the text', { mode: 'text', encoding: 'utf-16le-bom', text: 'é{{s}}b' }, 'fffee900..'],
  ['several in another encoding', { mode: 'text', encoding: 'shift_jis', text: 'あ{{s}}い{{s}}' }, '82a0..82a2..'],
  ['hex with blanks and commas', { mode: 'hex', hex: '01, {{h}} 02:{{h}}' }, '01..02..'],
])('only the bytes of secrets are masked: %s', (_, content, expected) => {
  const facts = { secrets: { s: 'xyz', h: 'ab cd' } }
  const open = compose(content, facts)
  const masked = compose(content, { ...facts, maskSecrets: true })
  if (!open.ok || !masked.ok) throw new Error('It is not composed.')
  const hidden = open.masked.map(({ start, end }) => Buffer.from(open.bytes.subarray(start, end)).toString('hex'))
  let shown = Buffer.from(open.bytes).toString('hex')
  for (const hex of new Set(hidden)) shown = shown.replaceAll(hex, '..')
  expect(shown.startsWith(expected)).toBe(true)
  expect(masked.masked).toEqual(open.masked)
  expect(hidden.every((hex) => ['780079007a00', '78797a', 'abcd'].includes(hex))).toBe(true)
})

test.each<[string, Content]>([
  ['text', { mode: 'text', text: '{{s}} é'.repeat(40_000) }],
  ['hex', { mode: 'hex', hex: '{{s}} '.repeat(40_000) }],
])('very many secrets in %s take no longer than other values', (_, content) => {
  const result = compose(content, { secrets: { s: 'aa' } })
  expect(result.ok && result.masked.length > 0).toBe(true)
})
