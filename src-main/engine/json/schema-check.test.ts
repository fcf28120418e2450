import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonCheckReply } from '../../contract/schemas/json-check.ts'
import { SchemaChecker } from './schema-check.ts'

function check(schema: unknown, jsonText: string): JsonCheckReply {
  const schemaText = typeof schema === 'string' ? schema : JSON.stringify(schema)
  return new SchemaChecker().check({ schemaText, jsonText })
}

/** Problems in short: path and sentence. */
function problems(schema: unknown, jsonText: string): readonly string[] {
  return check(schema, jsonText).problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('numbers are compared exactly', () => {
  test.each([
    ['{"maximum":9007199254740992}', '9007199254740993', '$: Must be at most 9007199254740992.'],
    ['{"maximum":18446744073709551615}', '18410715311050326015', null],
    ['{"exclusiveMinimum":9007199254740992}', '9007199254740993', null],
    ['{"exclusiveMinimum":0.1}', '0.10000000000000000001', null],
    ['{"exclusiveMaximum":-1}', '-1.0', '$: Must be less than -1.'],
    ['{"minimum":1e400}', '1e399', '$: Must be at least 1e400.'],
    ['{"minimum":-0.0}', '0', null],
    ['{"minimum":-2}', '-3', '$: Must be at least -2.'],
    ['{"multipleOf":0.1}', '0.3', null],
    ['{"multipleOf":0.01}', '4.35', null],
    ['{"multipleOf":3}', '9007199254740993', null],
    ['{"multipleOf":2}', '18410715311050326015', '$: Must be a multiple of 2.'],
    ['{"multipleOf":7}', '1e1000000000000', '$: Must be a multiple of 7.'],
    ['{"multipleOf":1e-3}', '0', null],
    ['{"const":9007199254740993}', '9007199254740992', '$: Must be 9007199254740993.'],
    ['{"const":1.0}', '1', null],
    ['{"const":{"a":[1e2],"b":null}}', '{"b":null,"a":[100]}', null],
    ['{"enum":[9007199254740993,"x"]}', '9007199254740992', '$: Must be one of 9007199254740993, "x".'],
    ['{"uniqueItems":true}', '[9007199254740992,9007199254740993]', null],
    ['{"uniqueItems":true}', '[1,1.0]', '$: Must not hold the same value twice.'],
    ['{"type":"integer"}', '1e400', null],
    ['{"type":"integer"}', '18410715311050326015', null],
    ['{"type":"integer"}', '9007199254740993.5', '$: Must be integer.'],
    ['{"type":"integer"}', '1e-400', '$: Must be integer.'],
    ['{"type":"number"}', '-1e400', null],
  ])('%s with %s', (schema, text, problem) => {
    expect(problems(schema, text)).toEqual(problem === null ? [] : [problem])
    const nested = `{"properties":{"a":{"items":${schema}}}}`
    expect(problems(nested, `{"a":[${text}]}`)).toEqual(problem === null ? [] : [problem.replace('$', '$.a[0]')])
  })

  test('as whole numbers are', () => {
    const whole = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
    fc.assert(
      fc.property(whole, fc.oneof(whole, fc.bigInt({ min: 1n, max: 1000n })), (value, limit) => {
        const holds = (schema: string): boolean => check(schema, String(value)).problems.length === 0
        expect(holds(`{"minimum":${limit}}`)).toBe(value >= limit)
        expect(holds(`{"exclusiveMaximum":${limit}}`)).toBe(value < limit)
        expect(holds(`{"const":${limit}}`)).toBe(value === limit)
        if (limit > 0n) expect(holds(`{"multipleOf":${limit}}`)).toBe(value % limit === 0n)
      }),
      { numRuns: 60 },
    )
  })
})

describe('what does not fit', () => {
  test.each([
    [{ required: ['toString'] }, '{}', ['$: The required key "toString" is missing.']],
    [
      { additionalProperties: false, properties: { a: true } },
      '{"a":1,"b c":2}',
      ["$['b c']: The schema does not allow this key here."],
    ],
    [{ unevaluatedProperties: false }, '{"a":1}', ['$.a: The schema does not allow this key here.']],
    [{ propertyNames: { pattern: '^a' } }, '{"b":1}', ['$: The schema does not allow the key "b" here.']],
    [{ properties: { a: false } }, '{"a":1}', ['$.a: The schema allows no value here.']],
    [{ pattern: '^\\d+$' }, '"x"', ['$: Must match pattern "^\\d+$".']],
    [{ pattern: '^\\-\\d$' }, '"-1"', []],
    [{ format: 'date' }, '"2024-13-01"', ['$: Must match format "date".']],
    [{ format: 'no-such-format' }, '"x"', []],
    [{ if: true, then: { type: 'string' } }, '1', ['$: Must be string.']],
    [{ properties: { '~/': { type: 'null' } } }, '{"~/":1}', ["$['~/']: Must be null."]],
    ['{"additionalProperties":false}', '{"__proto__":1}', ['$.__proto__: The schema does not allow this key here.']],
    [{ not: { type: 'number' } }, '1', ['$: Must not fit the schema after not, and fits it.']],
    [{ contains: { type: 'null' } }, '[1]', ['$: Must contain at least 1 valid item(s).']],
    [false, '1', ['$: The schema allows no value here.']],
    [true, '1', []],
  ])('%j with %s', (schema, text, expected) => {
    expect(problems(schema, text)).toEqual(expected)
  })

  test('inside of alternatives is not told, only that none fits', () => {
    const schema = { anyOf: [{ type: 'string' }, { $ref: '#/$defs/n' }], $defs: { n: { minimum: 5, type: 'number' } } }
    expect(problems(schema, '1')).toEqual([
      '$: Must fit at least one of the alternatives of the schema (anyOf), and fits none.',
    ])
    expect(problems({ oneOf: [true, true] }, '1')).toEqual([
      '$: Must fit only one of the alternatives of the schema (oneOf), and fits several.',
    ])
    const beside = { maxLength: 1, anyOf: [{ minLength: 9 }, { const: 1 }] }
    expect(problems(beside, '"abc"')).toHaveLength(2)
  })

  test('may hide behind alternatives, which is told', () => {
    const schema = { $ref: '#/$defs/s', anyOf: [{ $ref: '#/$defs/s' }], $defs: { s: { minLength: 9 } } }
    expect(check(schema, '"abc"').complete).toBe(false)
  })

  test('stands where it starts in the document', () => {
    const text = '{ "a" : [ "é😀", 7 ] }'
    expect(check({ properties: { a: { items: { type: 'string' } } } }, text).problems).toMatchObject([
      { kind: 'document', path: '$.a[1]', index: text.indexOf('7') },
    ])
  })

  test('is told up to a hundred times, in the order of the document', () => {
    const reply = check({ items: { type: 'string' } }, JSON.stringify(Array.from({ length: 150 }, (_, index) => index)))
    expect(reply.complete).toBe(false)
    expect(reply.problems.map(({ path }) => path)).toEqual(Array.from({ length: 100 }, (_, index) => `$[${index}]`))
  })

  test('is also what strict readers refuse', () => {
    expect(problems({ minimum: 1, type: 'number' }, 'NaN')).toEqual([
      '$: NaN is no JSON number; strict readers refuse the whole document.',
    ])
    expect(problems({ properties: { a: { type: 'null' } } }, '{"a":1,"a":null}')).toEqual([
      '$.a: The key "a" stands here more than once; only the last one was checked.',
    ])
    expect(check(true, '{"a":}')).toMatchObject({ complete: false, problems: [{ kind: 'document', index: 5 }] })
  })
})

describe('a schema', () => {
  test.each([
    ['https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'null' }] }],
    ['https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'null' }] }],
    ['http://json-schema.org/draft-07/schema#', { items: [{ type: 'null' }] }],
    ['http://json-schema.org/draft-06/schema#', { items: [{ type: 'null' }] }],
  ])('may be of %s', ($schema, rest) => {
    expect(problems({ $schema, ...rest }, '[1]')).toEqual(['$[0]: Must be null.'])
  })

  test.each([
    [{ $ref: 'https://example.org/s.json' }, '$', 'Nothing is loaded from elsewhere'],
    [{ $ref: '#/$defs/none' }, '$', 'does not contain'],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, '$.$schema', 'is not known'],
    [{ properties: { a: { type: 'text' } } }, '$.properties.a.type', 'must be one of'],
    [{ pattern: '(' }, '$', 'cannot be used'],
    [{ $async: true }, '$.$async', 'remove $async'],
    [{ $ref: '#' }, '$', 'refers to itself'],
    [{ multipleOf: 0 }, '$.multipleOf', 'must be more than 0'],
    ['[1', '$', 'line 1, column 3'],
    [[], '$', 'is an object, true or false'],
  ])('%j cannot be used', (schema, path, words) => {
    const reply = check(schema, '{}')
    expect(reply.complete).toBe(false)
    expect(reply.problems[0]).toMatchObject({ kind: 'schema', path, index: null })
    expect(reply.problems[0]?.message).toContain(words)
  })

  test('may refer to itself as deep as documents go', () => {
    const tree = { items: { $ref: '#' }, type: ['array', 'null'] }
    expect(check(tree, `${'['.repeat(512)}${']'.repeat(512)}`)).toEqual({ problems: [], complete: true })
    expect(problems(tree, `${'['.repeat(511)}1${']'.repeat(511)}`)).toHaveLength(1)
  })

  test('is used again, and gives the same', () => {
    const checker = new SchemaChecker()
    for (let round = 0; round < 3; round++) {
      for (let maximum = 0; maximum < 12; maximum++) {
        const reply = checker.check({ schemaText: `{"$id":"x","maximum":${maximum}}`, jsonText: '11.5' })
        expect(reply.problems).toHaveLength(1)
      }
    }
  })
})
