import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../text/utf8.ts'
import type { JsonNode } from './json-node.ts'
import { formatJson } from './format-json.ts'
import { parseJsonBytes, parseJsonDocument, parseJsonPrefix } from './parse-json.ts'

const encoder = new TextEncoder()

function rootOf(text: string): JsonNode {
  const parsed = parseJsonDocument(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.root
}

/** A tree without its places, numbers as their texts. */
function bare(node: JsonNode): unknown {
  if (node.kind === 'object') return { members: node.members.map(({ key, value }) => [key, bare(value)]) }
  if (node.kind === 'array') return node.elements.map(bare)
  if (node.kind === 'number' || node.kind === 'special') return { [node.kind]: node.text }
  return node.kind === 'null' ? null : node.value
}

describe('a document read from text', () => {
  test('keeps numbers as they were written', () => {
    const numbers = ['18410715311050326015', '-0', '1.0', '1e400', '1E+2', '0.10', '-12.5e-03']
    expect(bare(rootOf(`[${numbers.join(' , ')}]`))).toEqual(numbers.map((number) => ({ number })))
  })

  test('knows the place of everything', () => {
    const text = ' {"a" : [1, "x\\n"]}'
    expect(rootOf(text)).toEqual({
      kind: 'object',
      start: 1,
      end: 19,
      members: [
        {
          key: 'a',
          keyStart: 2,
          keyEnd: 5,
          value: {
            kind: 'array',
            start: 8,
            end: 18,
            elements: [
              { kind: 'number', text: '1', start: 9, end: 10 },
              { kind: 'string', value: 'x\n', start: 12, end: 17 },
            ],
          },
        },
      ],
    })
  })

  test('remarks on what strict readers refuse, in order', () => {
    const parsed = parseJsonDocument('\ufeff{"a":NaN,"b":-Infinity,"a":Infinity,"c":"\\ud83d"}')
    expect(parsed).toMatchObject({
      ok: true,
      remarks: [
        { code: 'byte-order-mark', start: 0, end: 1 },
        { code: 'special-number', text: 'NaN', start: 6, end: 9 },
        { code: 'special-number', text: '-Infinity', start: 14, end: 23 },
        { code: 'duplicate-key', text: 'a', start: 24, end: 27 },
        { code: 'special-number', text: 'Infinity' },
        { code: 'lone-surrogate', start: 41, end: 49 },
      ],
    })
  })

  test('finds duplicate keys in large objects too', () => {
    const keys = Array.from({ length: 40 }, (_, index) => `"k${index}":${index}`)
    const parsed = parseJsonDocument(`{${[...keys, '"k3":0', '"k39":0'].join()}}`)
    expect(parsed.ok && parsed.remarks.map((remark) => remark.text)).toEqual(['k3', 'k39'])
  })

  test('keeps lone surrogates and joins pairs', () => {
    expect(bare(rootOf('["\\ud83d\\ude00", "\\ude00\\ud83d", "\ud800"]'))).toEqual(['😀', '\ude00\ud83d', '\ud800'])
  })

  test.each([
    ['', 0, 1, 1, 'the end'],
    ['[1,\n 2 3]', 7, 2, 4, '"3"'],
    ['{"a":1,}', 7, 1, 8, '"}"'],
    ['{a:1}', 1, 1, 2, '"a"'],
    ['{"a" 1}', 5, 1, 6, '"1"'],
    ['[01]', 2, 1, 3, '"1"'],
    ['[1.]', 3, 1, 4, '"]"'],
    ['-', 1, 1, 2, 'the end'],
    ['[+1]', 1, 1, 2, '"+"'],
    ["['a']", 1, 1, 2, `"'"`],
    ['[True]', 1, 1, 2, '"T"'],
    ['"a\nb"', 2, 1, 3, 'U+000A'],
    ['"\\x"', 2, 1, 3, '"x"'],
    ['"\\u12g4"', 5, 1, 6, '"g"'],
    ['"abc', 4, 1, 5, 'the end'],
    ['1 2', 2, 1, 3, '"2"'],
    ['\r\n\r[\n}', 5, 4, 1, '"}"'],
    ['[1]\u00a0', 3, 1, 4, 'U+00A0'],
    ['nul', 3, 1, 4, 'the end'],
  ])('says where %j is wrong', (text, index, line, column, found) => {
    expect(parseJsonDocument(text)).toMatchObject({
      ok: false,
      index,
      error: { code: 'json-malformed', data: { position: index + 1, line, column, found } },
    })
  })

  test('takes what is nested up to the limit, and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJsonDocument(nested(512)).ok).toBe(true)
    expect(parseJsonDocument(nested(513))).toMatchObject({ ok: false, index: 512 })
    expect(parseJsonDocument(nested(1024), { maximumDepth: 1e9 }).ok).toBe(true)
    expect(parseJsonDocument(nested(100_000), { maximumDepth: 1e9 })).toMatchObject({ ok: false, index: 1024 })
    expect(parseJsonDocument('{"a":'.repeat(100_000))).toMatchObject({ ok: false })
  })

  test('takes only so many values', () => {
    expect(parseJsonDocument('[1,2]', { maximumValues: 3 }).ok).toBe(true)
    expect(parseJsonDocument('[1,2,3]', { maximumValues: 3 })).toMatchObject({ ok: false, index: 5 })
  })
})

describe('a document read from bytes', () => {
  test('has places in bytes', () => {
    const parsed = parseJsonBytes(encoder.encode('\ufeff{"é":"😀",\n"b":1}'))
    expect(parsed).toMatchObject({
      ok: true,
      remarks: [{ code: 'byte-order-mark', start: 0, end: 3 }],
      root: {
        start: 3,
        end: 23,
        members: [
          { key: 'é', keyStart: 4, keyEnd: 8, value: { value: '😀', start: 9, end: 15 } },
          { key: 'b', value: { text: '1', start: 21, end: 22 } },
        ],
      },
    })
  })

  test.each([
    [[0x22, 0x61, 0xff, 0x22], 2, 'the byte ff, which is no UTF-8'],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 1, 'the byte ed, which is no UTF-8'],
    [[0x22, 0xc3], 1, 'the byte c3, which is no UTF-8'],
    [[0x5b, 0x80], 1, 'the byte 80, which is no UTF-8'],
    [[0x5b, 0xc3, 0xa9], 1, '"é"'],
  ])('says which byte of %j is wrong', (bytes, index, found) => {
    expect(parseJsonBytes(Uint8Array.from(bytes))).toMatchObject({ ok: false, index, error: { data: { found } } })
  })
})

describe('the beginning of a document', () => {
  test.each([
    ['{"a":[1,2', '{"a":[1]}'],
    ['{"a":"xy', '{"a":"xy"}'],
    ['{"a":"x\\u00', '{"a":"x"}'],
    ['{"a":1,"b', '{"a":1}'],
    ['{"a":1,"b":', '{"a":1}'],
    ['[1,tr', '[1]'],
    ['[1,-', '[1]'],
    ['[[{"a":{}', '[[{"a":{}}]]'],
    ['"', '""'],
  ])('%j is read as far as it goes', (text, complete) => {
    for (const source of [text, encoder.encode(text)]) {
      const prefix = parseJsonPrefix(source)
      if (!prefix.ok || prefix.root === null) throw new Error('not read')
      expect(prefix.truncated).toBe(true)
      expect(formatJson(prefix.root, 'compact')).toBe(complete)
    }
  })

  test('may have no value yet, or be whole', () => {
    for (const text of ['', ' ', 'fal', '-'])
      expect(parseJsonPrefix(text)).toMatchObject({ root: null, truncated: true })
    expect(parseJsonPrefix('[12]')).toMatchObject({ ok: true, truncated: false })
    expect(parseJsonPrefix('12')).toMatchObject({ ok: true, truncated: false })
  })

  test('may end inside of a character', () => {
    for (const end of [2, 3, 4]) {
      const bytes = encoder.encode('"😀').subarray(0, end)
      expect(parseJsonPrefix(bytes)).toMatchObject({ ok: true, truncated: true, root: { value: '' } })
    }
    expect(parseJsonPrefix(Uint8Array.from([0x22, 0xff]))).toMatchObject({ ok: false, index: 1 })
  })

  test('is a fault where it cannot become a document', () => {
    expect(parseJsonPrefix('[1 2')).toMatchObject({ ok: false, index: 3 })
  })

  test('is read at every cut of a document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
        const bytes = encoder.encode(JSON.stringify(value))
        expect(parseJsonPrefix(bytes.subarray(0, cut % (bytes.length + 1))).ok).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

/** Texts that look like documents often enough to get far. */
const nearlyJson = fc
  .array(
    fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        '\\',
        '\\u',
        'd83d',
        '1',
        '-',
        '.',
        'e',
        '0',
        'true',
        'null',
        'NaN',
      ],
      ...['Infinity', ' ', '\n', '\t', 'é', '😀', '\ud800', '\u0000', '\ufeff', '1e5', '{"a":', '[1,'],
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''))

describe('any text', () => {
  test('is a document exactly when it is one for the language, but for specials and the mark', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseJsonDocument(text)
        const tolerated =
          parsed.ok && parsed.remarks.some(({ code }) => code === 'special-number' || code === 'byte-order-mark')
        if (tolerated) return
        let value: unknown
        let accepted = true
        try {
          value = JSON.parse(text)
        } catch {
          accepted = false
        }
        expect(parsed.ok).toBe(accepted)
        if (parsed.ok) expect(JSON.parse(formatJson(parsed.root, 'compact'))).toEqual(value)
      }),
      { numRuns: 12_000 },
    )
  })

  test('is read the same from its bytes', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, fc.json({ stringUnit: 'binary' })), (text) => {
        fc.pre(encodeUtf8(text).ok)
        const fromText = parseJsonDocument(text)
        const fromBytes = parseJsonBytes(encoder.encode(text))
        expect(fromBytes.ok).toBe(fromText.ok)
        if (fromText.ok && fromBytes.ok) expect(bare(fromBytes.root)).toEqual(bare(fromText.root))
      }),
      { numRuns: 4000 },
    )
  })

  test('or bytes: nothing breaks, and a fault is inside', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(nearlyJson, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
        const changed = encoder.encode(text)
        if (changed.length > 0) changed[at % changed.length] = byte
        return changed
      }),
    )
    fc.assert(
      fc.property(bytes, (input) => {
        const parsed = parseJsonBytes(input)
        if (!parsed.ok) expect(parsed.index).toBeLessThanOrEqual(input.length)
        const prefix = parseJsonPrefix(input)
        if (parsed.ok) expect(prefix).toMatchObject({ ok: true, truncated: false })
      }),
      { numRuns: 12_000 },
    )
  })
})
