import { describe, expect, test } from 'vitest'
import type { JsonNode, JsonSchemaSuggestions } from './json-node.ts'
import { parseJsonPath } from './json-path.ts'
import { parseJsonDocument } from './parse-json.ts'
import { jsonSchemaSuggestions } from './schema-suggestions.ts'

function rootOf(text: string): JsonNode {
  const parsed = parseJsonDocument(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.root
}

function suggest(schema: unknown, pathText = '$'): JsonSchemaSuggestions {
  const parsed = parseJsonPath(pathText)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return jsonSchemaSuggestions(rootOf(JSON.stringify(schema)), parsed.path)
}

const keyNames = (suggestions: JsonSchemaSuggestions): readonly string[] => suggestions.keys.map(({ name }) => name)
const valueTexts = (suggestions: JsonSchemaSuggestions): readonly string[] => suggestions.values.map(({ text }) => text)

const telemetry = {
  required: ['id', 'undescribed'],
  properties: {
    id: { description: 'Name of the command', enum: ['start', 'stop', 1] },
    axis: { $ref: '#/$defs/axis' },
    forbidden: false,
  },
  $defs: {
    axis: { $anchor: 'axis', title: 'An axis', type: 'object', properties: { on: { type: ['boolean', 'null'] } } },
  },
}

describe('a schema suggests', () => {
  test('keys with what is said of them', () => {
    expect(suggest(telemetry).keys).toEqual([
      { name: 'id', description: 'Name of the command', required: true },
      { name: 'axis', description: 'An axis', required: false },
      { name: 'undescribed', description: '', required: true },
    ])
  })

  test('values: those listed, or those of small types', () => {
    expect(valueTexts(suggest(telemetry, '$.id'))).toEqual(['"start"', '"stop"', '1'])
    expect(valueTexts(suggest(telemetry, '$.axis.on'))).toEqual(['true', 'false', 'null'])
    expect(suggest({ const: { a: 1 }, title: 'Only this' }).values).toEqual([
      { text: '{"a":1}', description: 'Only this' },
    ])
    expect(valueTexts(suggest({ default: 5, examples: [6] }))).toEqual(['5', '6'])
    expect(suggest(telemetry, '$.missing')).toEqual({ keys: [], values: [] })
  })

  test.each([
    ['allOf', { allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }],
    ['alternatives', { anyOf: [{ properties: { a: {} } }], oneOf: [{ properties: { b: {} } }] }],
    ['then and else', { then: { properties: { a: {} } }, else: { properties: { b: {} } } }],
    ['an anchor', { $ref: '#x', $defs: { q: { $anchor: 'x', properties: { a: {}, b: {} } } } }],
    ['an escaped pointer', { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': { properties: { a: {}, b: {} } } } }],
    ['a list', { $ref: '#/allOf/0', allOf: [{ properties: { a: {}, b: {} } }] }],
  ])('what it gathers from %s', (_name, schema) => {
    expect(keyNames(suggest(schema))).toEqual(['a', 'b'])
  })

  test('by place in arrays', () => {
    const schema = { prefixItems: [{ const: 1 }], items: { const: 2 } }
    expect(valueTexts(suggest(schema, '$[0]'))).toEqual(['1'])
    expect(valueTexts(suggest(schema, '$[5]'))).toEqual(['2'])
    expect(valueTexts(suggest(schema, '$[*]'))).toEqual(['1', '2'])
    const older = { items: [{ const: 1 }], additionalItems: { const: 2 } }
    expect(valueTexts(suggest(older, '$[0]'))).toEqual(['1'])
    expect(valueTexts(suggest(older, '$[1]'))).toEqual(['2'])
    expect(keyNames(suggest({ additionalProperties: telemetry }, '$.any'))).toContain('id')
  })

  test('nothing from outside, and nothing of what is no schema', () => {
    for (const schema of [true, 1, [], { $ref: 'https://example.org/x' }, { $ref: '#/no' }, { $ref: '#%' }]) {
      expect(suggest(schema, '$')).toEqual({ keys: [], values: [] })
    }
  })

  test('and comes to an end with schemas that refer to themselves', () => {
    const tree = { $ref: '#', properties: { child: { $ref: '#' } }, allOf: [{ $ref: '#' }] }
    expect(keyNames(suggest(tree, `$${'.child'.repeat(60)}`))).toEqual(['child'])
    const doubling = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `d${index}`,
        { anyOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] },
      ]),
    )
    const end = { d60: { properties: { end: {} } } }
    expect(keyNames(suggest({ $ref: '#/$defs/d0', $defs: { ...doubling, ...end } }))).toEqual(['end'])
  })
})

describe('schemas made to take long', () => {
  test('very many alternatives are no error', () => {
    const anyOf = Array.from({ length: 200_000 }, () => ({ properties: { a: true } }))
    expect(keyNames(suggest({ anyOf }))).toEqual(['a'])
  }, 30_000)

  test('keys without descriptions that refer to everything are looked at so far only', () => {
    const anyOf = Array.from({ length: 1999 }, (_, branch) => ({
      properties: Object.fromEntries(
        Array.from({ length: 5 }, (__, key) => [`k${branch}_${key}`, { $ref: '#/$defs/a' }]),
      ),
    }))
    expect(suggest({ $defs: { a: { anyOf } }, $ref: '#/$defs/a' }).keys).toHaveLength(500)
  })
})
