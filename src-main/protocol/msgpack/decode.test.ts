import { decode as libraryDecode, encode as libraryEncode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasLoneSurrogate } from '../json/json-letters.ts'
import { describeDatetime } from './datetime.ts'
import { decodeMessagePack, decodeMessagePackPrefix } from './decode.ts'
import { messagePackFormName } from './forms.ts'
import type { MessagePackNode } from './message-pack-node.ts'
import { messagePackSummary } from './summary.ts'

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex')

function nodeOf(bytes: Uint8Array, offset = 0): MessagePackNode {
  const decoded = decodeMessagePack(bytes, offset)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.node
}

const summaryOf = (hex: string): string => messagePackSummary(nodeOf(bytesOf(hex)), 200)

test.each([
  ['c0', 'null'],
  ['c2', 'false'],
  ['c3', 'true'],
  ['00', '0'],
  ['7f', '127'],
  ['ff', '-1'],
  ['e0', '-32'],
  ['cc ff', '255'],
  ['cd ffff', '65535'],
  ['ce ffffffff', '4294967295'],
  ['cf ffffffffffffffff', '18446744073709551615'],
  ['cf 8000000000000000', '9223372036854775808'],
  ['d0 80', '-128'],
  ['d1 8000', '-32768'],
  ['d2 80000000', '-2147483648'],
  ['d3 8000000000000000', '-9223372036854775808'],
  ['ca 3fc00000', '1.5'],
  ['cb 3ff8000000000000', '1.5'],
  ['cb 3ff0000000000000', '1.0'],
  ['cb 8000000000000000', '-0.0'],
  ['cb 7ff0000000000000', 'Infinity'],
  ['cb 7ff8000000000000', 'NaN'],
  ['a2 c3a9', '"é"'],
  ['d9 01 61', '"a"'],
  ['da 0001 61', '"a"'],
  ['db 00000001 61', '"a"'],
  ['a2 ff00', '<ff 00>'],
  ['c4 02 ff00', '<ff 00>'],
  ['c5 0001 61', '<61>'],
  ['c6 00000001 61', '<61>'],
  ['92 01 90', '[1, []]'],
  ['dc 0001 c0', '[null]'],
  ['dd 00000001 c0', '[null]'],
  ['82 a161 01 a161 02', '{"a": 1, "a": 2}'],
  ['de 0001 92 01 02 c0', '{[1, 2]: null}'],
  ['df 00000000', '{}'],
  ['d4 05 07', 'ext 5 <07>'],
  ['c7 00 80', 'ext -128 <>'],
  ['d6 ff 00000001', '1970-01-01T00:00:01.000000000Z'],
  ['d7 ff 0000000400000001', '1970-01-01T00:00:01.000000001Z'],
  ['c7 0c ff 00000001 ffffffffffffffff', '1969-12-31T23:59:59.000000001Z'],
  ['c7 0c ff 3b9aca00 0000000000000000', 'ext -1 <3b 9a ca 00 00 00 00 00 00 00 00 00>'],
  ['a3 e2808b', String.raw`"\u200b"`],
])('%s is %s', (hex, summary) => {
  expect(summaryOf(hex)).toBe(summary)
})

describe('the messages of tcpy', () => {
  test.each([
    ['83 a179 02 a178 01 a3636d64 a3616464', '{"y": 2, "x": 1, "cmd": "add"}'],
    [`82 a8${ascii('solution')} 03 a7${ascii('success')} c3`, '{"solution": 3, "success": true}'],
    [
      `82 a7${ascii('message')} b4${ascii('Invalid command foo!')} a5${ascii('error')} c3`,
      '{"message": "Invalid command foo!", "error": true}',
    ],
    [
      `82 a7${ascii('message')} da0031${ascii("__init__() got an unexpected keyword argument 'z'")} a5${ascii('error')} c3`,
      `{"message": "__init__() got an unexpected keyword argument 'z'", "error": true}`,
    ],
    [
      `82 a7${ascii('message')} ad${ascii('boom happened')} a5${ascii('error')} c3`,
      '{"message": "boom happened", "error": true}',
    ],
    [`82 a5${ascii('error')} c3 a7${ascii('message')} a0`, '{"error": true, "message": ""}'],
    ['c0', 'null'],
  ])('%s', (hex, summary) => {
    expect(summaryOf(hex)).toBe(summary)
  })

  test('a date is shown as one, whatever else is in its map', () => {
    const date = `82 ac${ascii('__datetime__')} c3 a6${ascii('as_str')}`
    const good = nodeOf(bytesOf(`${date} ba${ascii('2014-05-06T07:08:09.000010')}`))
    expect(describeDatetime(good)).toEqual({ ok: true, text: '2014-05-06T07:08:09.000010' })
    expect(messagePackSummary(good, 80)).toBe('2014-05-06T07:08:09.000010')
    const short = nodeOf(bytesOf(`${date} b5${ascii('2014-05-06T07:08:09.5')}`))
    expect(describeDatetime(short)).toEqual({ ok: true, text: '2014-05-06T07:08:09.500000' })
    for (const text of [
      '2014-02-30T07:08:09.5',
      '2014-05-06 07:08:09.5',
      '2014-05-06T07:08:09',
      '',
      '0000-01-01T00:00:00.0',
    ]) {
      const bad = nodeOf(bytesOf(`${date} ${(0xa0 | text.length).toString(16)}${ascii(text)}`))
      expect(describeDatetime(bad)).toMatchObject({ ok: false })
    }
    expect(describeDatetime(nodeOf(bytesOf(`81 ac${ascii('__datetime__')} c2`)))).toMatchObject({ ok: false })
    expect(describeDatetime(nodeOf(bytesOf(`81 a6${ascii('as_str')} a0`)))).toBeNull()
    expect(describeDatetime(nodeOf(bytesOf('c0')))).toBeNull()
  })
})

test('every node knows its bytes, its form and its width', () => {
  const bytes = bytesOf('ff ff 82 a161 cd0001 c4 01 ff ca 7fc00001 00')
  const decoded = decodeMessagePack(bytes, 2)
  expect(decoded).toEqual({
    ok: true,
    end: 16,
    node: {
      kind: 'map',
      header: 0x82,
      start: 2,
      end: 16,
      announced: 2,
      entries: [
        {
          key: { kind: 'string', header: 0xa1, start: 3, end: 5, text: 'a', announced: 1 },
          value: { kind: 'integer', header: 0xcd, start: 5, end: 8, value: 1n, bits: 16 },
        },
        {
          key: { kind: 'binary', header: 0xc4, start: 8, end: 11, bytes: Uint8Array.of(0xff), announced: 1 },
          value: {
            kind: 'float',
            header: 0xca,
            start: 11,
            end: 16,
            bits: 32,
            value: Number.NaN,
            rawBits: 0x7fc00001n,
          },
        },
      ],
    },
  })
})

test('the bytes of a node are a copy and no Buffer', () => {
  const source = Buffer.from([0xc4, 0x01, 0x07])
  const node = nodeOf(source)
  source[2] = 9
  if (node.kind !== 'binary') throw new Error(node.kind)
  expect([Buffer.isBuffer(node.bytes), node.bytes[0]]).toEqual([false, 7])
})

test.each([
  ['', 0, 'missing', '…', true],
  ['c1', 0, 'c1', '…', false],
  ['92 01', 2, 'missing', '[1, …]', true],
  ['92 01 c1', 2, 'c1', '[1, …]', false],
  ['82 a161 01 a162', 6, 'missing', '{"a": 1, "b": …}', true],
  ['82 a161 01', 4, 'missing', '{"a": 1, …: …}', true],
  ['a5 6162', 3, 'announces 5 bytes, of which 2 are there', '"ab…"', true],
  ['a2 c3', 2, 'announces', '"…"', true],
  ['a5 61f09f98', 5, 'announces', '"a…"', true],
  ['a5 61ff62', 4, 'announces', '<61 ff 62…>', true],
  ['da 00', 2, 'str 16', '…', true],
  ['cd 01', 2, 'uint 16', '…', true],
  ['cb 00', 2, 'float 64', '…', true],
  ['c6 ffffffff 00', 6, 'announces 4294967295 bytes', '<00…>', true],
  ['dd ffffffff 00', 6, 'missing', '[0, …]', true],
  ['df ffffffff', 5, 'missing', '{…: …}', true],
  ['c7 ff 01 02', 4, 'announces 255', 'ext 1 <02…>', true],
  ['d8', 1, 'fixext 16', '…', true],
])('malformed: %s', (hex, offset, reason, summary, truncated) => {
  const bytes = bytesOf(hex)
  const decoded = decodeMessagePack(bytes)
  expect(decoded).toMatchObject({ ok: false, error: { code: 'msgpack-malformed', data: { offset } } })
  if (!decoded.ok) expect(decoded.error.message).toContain(reason)
  expect(messagePackSummary(decoded.node, 80)).toBe(summary)
  const prefix = decodeMessagePackPrefix(bytes)
  expect([prefix.truncated, prefix.error === null]).toEqual([truncated, truncated])
  expect(messagePackSummary(prefix.node, 80)).toBe(summary)
})

test('depth and number of values are limited', () => {
  const deep = new Uint8Array(513).fill(0x91)
  deep[512] = 0xc0
  expect(decodeMessagePack(deep).ok).toBe(true)
  const deeper = new Uint8Array(100_000).fill(0x91)
  expect(decodeMessagePack(deeper)).toMatchObject({ ok: false, error: { data: { offset: 512 } } })
  expect(messagePackSummary(decodeMessagePack(deeper).node, 5000)).toHaveLength(1027)
  expect(decodeMessagePack(bytesOf('93 01 02 03'), 0, { maximumValues: 3 })).toMatchObject({
    ok: false,
    error: { data: { offset: 3 } },
  })
})

test('summaries stay within their length and do not cut characters', () => {
  const node = nodeOf(libraryEncode({ text: '😀😀😀', list: [1, 2, 3], bytes: new Uint8Array(100) }))
  for (let length = 1; length < 90; length++) {
    const summary = messagePackSummary(node, length)
    expect(summary.length).toBeLessThanOrEqual(length)
    expect(hasLoneSurrogate(summary)).toBe(false)
  }
  expect(messagePackSummary(nodeOf(libraryEncode(new Uint8Array(1000))), 20)).toBe(`<${'00 '.repeat(6)}…`)
})

test('the forms have the names of the specification', () => {
  const names = [0, 0x80, 0x9f, 0xbf, 0xc0, 0xc9, 0xcb, 0xcf, 0xd3, 0xd8, 0xdb, 0xdf, 0xe0].map(messagePackFormName)
  expect(names.join()).toBe(
    'positive fixint,fixmap,fixarray,fixstr,nil,ext 32,float 64,uint 64,int 64,fixext 16,str 32,map 32,negative fixint',
  )
})

/** What the library would decode, as far as it can say it. */
function plain(node: MessagePackNode): unknown {
  if (node.kind === 'array') return node.items.map(plain)
  if (node.kind === 'map') {
    return Object.fromEntries(node.entries.map(({ key, value }) => [plain(key) as string, plain(value)]))
  }
  if (node.kind === 'integer') return Number(node.value)
  if (node.kind === 'boolean' || node.kind === 'float') return node.value
  if (node.kind === 'string') return node.text
  if (node.kind === 'binary') return node.bytes
  return null
}

test('a key named __proto__ is read as any other, which the library refuses', () => {
  const bytes = bytesOf('81 a9 5f 5f 70 72 6f 74 6f 5f 5f 01')
  expect(() => libraryDecode(bytes)).toThrow('__proto__')
  const node = nodeOf(bytes)
  if (node.kind !== 'map') throw new TypeError('no map')
  expect(node.entries.map(({ key, value }) => [plain(key), plain(value)])).toEqual([['__proto__', 1]])
})

test('values that the library encodes are read alike', () => {
  const key = fc.string().filter((name) => name !== '__proto__')
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array(),
      fc.array(tie('value')),
      fc.dictionary(key, tie('value'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(value, (given) => {
      const bytes = libraryEncode(given)
      const node = nodeOf(bytes)
      expect(plain(node)).toEqual(libraryDecode(bytes))
      expect(node.end).toBe(bytes.length)
    }),
    { numRuns: 500 },
  )
})

/** Checks that the parts of a node stand within it, one after another. */
function checkPlaces(node: MessagePackNode, limit: number): void {
  expect(node.start <= node.end && node.end <= limit).toBe(true)
  let index = node.start
  const parts =
    node.kind === 'array' ? node.items : node.kind === 'map' ? node.entries.flatMap((e) => [e.key, e.value]) : []
  for (const part of parts) {
    expect(part.start).toBeGreaterThanOrEqual(index)
    checkPlaces(part, node.end)
    index = part.end
  }
}

test('random bytes neither crash nor hang, and every cut of them can be read', () => {
  const likely = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0xc0, max: 0xdf }),
      fc.integer({ min: 0x80, max: 0xa4 }),
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(likely, (numbers) => {
      const bytes = Uint8Array.from(numbers)
      const decoded = decodeMessagePack(bytes)
      checkPlaces(decoded.node, bytes.length)
      expect(messagePackSummary(decoded.node, 40).length).toBeLessThanOrEqual(40)
      if (!decoded.ok) return
      for (let end = 0; end < decoded.end; end++) {
        expect(decodeMessagePackPrefix(bytes.subarray(0, end))).toMatchObject({ truncated: true, error: null })
      }
    }),
    { numRuns: 10_000 },
  )
})
