import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import * as v from 'valibot'
import { structureDefinition } from '../../contract/schemas/structure.ts'
import { latin1Bytes } from '../sequence/byte-regular-expression.ts'
import type { RuleStructures } from './compiled-rules.ts'
import { RuleMatcher } from './match-rules.ts'
import { compiled, runAll, type GivenRule } from './testing/rule-play.ts'

const header = v.parse(structureDefinition, {
  name: 'Header',
  byteOrder: 'big',
  fields: [
    { name: 'id', type: { kind: 'integer', integer: 'u16' } },
    { name: 'flags', type: { kind: 'integer', integer: 'u8' } },
  ],
})
const structures: RuleStructures = (structureId) =>
  structureId === 'header' ? { definition: header, library: () => null } : null

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The rule that applies to a message, with what it captured under some names. */
function outcome(
  rules: readonly GivenRule[],
  message: string | Uint8Array,
  names: readonly string[] = [],
): string | null {
  const matcher = new RuleMatcher(compiled(rules, structures).rules, runAll)
  const content = typeof message === 'string' ? bytesOf(message) : message
  const found = matcher.find(
    content,
    () => false,
    () => undefined,
  )
  if (found === null) return null
  return [found.rule.rule.ruleId, ...names.map((name) => `${name}=${found.captured(name)}`)].join(' ')
}

const applies = (match: GivenRule['match'], message: string | Uint8Array): boolean =>
  outcome([{ match }], message) !== null

test.each<[string, GivenRule['match'], readonly (string | Uint8Array)[], readonly (string | Uint8Array)[]]>([
  ['any', { kind: 'any' }, ['', 'x'], []],
  ['text anywhere', { kind: 'text', text: 'bc' }, ['bc', 'abcd'], ['', 'b', 'BC']],
  ['text at the start', { kind: 'text', text: 'ab', where: 'at-start' }, ['ab', 'abc'], ['xab', 'a']],
  ['text as a whole', { kind: 'text', text: 'ab', where: 'whole' }, ['ab'], ['abc', 'xab', 'AB']],
  ['text in any case', { kind: 'text', text: 'StÄrt', ignoresCase: true }, ['xSTäRTx'], ['start']],
  ['text in any case as a whole', { kind: 'text', text: 'on', where: 'whole', ignoresCase: true }, ['ON'], ['ONE']],
  ['text beyond ASCII', { kind: 'text', text: 'é' }, ['café'], [latin1Bytes('caf\xe9')]],
  ['text with what looks like a placeholder', { kind: 'text', text: '{{x}}' }, ['{{x}}'], ['x']],
  ['hex', { kind: 'hex', pattern: '01 02' }, [latin1Bytes('\0\x01\x02')], [latin1Bytes('\x01'), '']],
  ['hex with any byte', { kind: 'hex', pattern: '01??03' }, [latin1Bytes('\x01\xff\x03')], [latin1Bytes('\x01\x03')]],
  ['hex with any digit', { kind: 'hex', pattern: '?1 4?' }, ['\u0001A', 'aO'], ['bA']],
  ['hex of wildcards alone', { kind: 'hex', pattern: '??:??', where: 'whole' }, ['ab'], ['a', 'abc']],
  ['hex that begins with wildcards', { kind: 'hex', pattern: '????6364' }, ['abcd'], ['cd', 'acd']],
  ['hex at the start', { kind: 'hex', pattern: '6?62', where: 'at-start' }, ['abc'], ['xab']],
  ['hex whose literal stands twice', { kind: 'hex', pattern: '6162??64' }, ['abababcd'], ['ababab']],
  ['an expression', { kind: 'regular-expression', expression: '^SET (\\w+)$' }, ['SET x'], ['SET x y']],
  ['an expression in any case', { kind: 'regular-expression', expression: 'set', ignoresCase: true }, ['SET'], ['S']],
  ['an expression over bytes', { kind: 'regular-expression', expression: '^\\xff.$' }, [latin1Bytes('\xff1')], ['ÿ12']],
  ['a JSON path', { kind: 'json', path: '$.a[0].b' }, ['{"a":[{"b":null}]}'], ['{"a":[]}', '{"a":', 'x']],
  ['a JSON value', { kind: 'json', path: 'cmd', equalsText: '"add"' }, ['{"cmd":"add"}'], ['{"cmd":"Add"}', '{}']],
  [
    'a JSON number beyond 2^53',
    { kind: 'json', path: 'n', equalsText: '18410715311050326015' },
    ['{"n": 18410715311050326015}'],
    ['{"n":18410715311050326016}'],
  ],
  [
    'any of several JSON values',
    { kind: 'json', path: '..id', equalsText: '2' },
    ['[{"id":1},{"id":2}]'],
    ['[{"id":1}]'],
  ],
  ['a JSON object', { kind: 'json', path: '$', equalsText: '{ "a": 1 }' }, ['{"a":1}'], ['{"a":1.0}']],
  ['JSON in MessagePack', { kind: 'json', path: 'cmd', equalsText: '"add"' }, [latin1Bytes('\x81\xa3cmd\xa3add')], []],
  ['a field', { kind: 'structure', structureId: 'header', path: 'id' }, [latin1Bytes('\0\x07\x01')], ['', 'a']],
  [
    'the value of a field',
    { kind: 'structure', structureId: 'header', path: 'id', equalsText: '0x7' },
    [latin1Bytes('\0\x07\x01'), latin1Bytes('\0\x07\x01 and more')],
    [latin1Bytes('\0\x08\x01')],
  ],
  [
    'a field that is not there',
    { kind: 'structure', structureId: 'header', path: 'nope' },
    [],
    [latin1Bytes('\0\x07\x01')],
  ],
])('%s', (_, match, fitting, others) => {
  expect([fitting.map((message) => applies(match, message)), others.map((message) => applies(match, message))]).toEqual(
    [fitting.map(() => true), others.map(() => false)],
  )
})

describe('the first rule that applies', () => {
  const text = (needle: string): GivenRule => ({ match: { kind: 'text', text: needle } })
  const expression = (pattern: string): GivenRule => ({ match: { kind: 'regular-expression', expression: pattern } })

  it.each<[string, readonly GivenRule[], string, string | null]>([
    ['in order', [text('a'), text('b')], 'ba', 'r1'],
    ['an expression before a text', [expression('b'), text('a')], 'ab', 'r1'],
    ['an expression after a text', [text('a'), expression('b')], 'ab', 'r1'],
    ['expressions on both sides', [expression('x'), text('a'), expression('a')], 'a', 'r2'],
    [
      'the second expression before the second text',
      [text('x'), expression('y'), expression('b'), text('b')],
      'b',
      'r3',
    ],
    ['none', [text('x'), expression('y')], 'ab', null],
    ['not one that is off', [{ ...text('a'), isOn: false }, text('a')], 'a', 'r2'],
    ['not one that cannot be read', [expression('('), { match: { kind: 'hex', pattern: '0' } }, text('a')], 'a', 'r3'],
  ])('%s', (_, rules, message, expected) => {
    expect(outcome(rules, message)).toBe(expected)
  })

  it('captures groups, names, values and the message', () => {
    expect([
      outcome([expression('(?<key>\\w+)=(\\w*)|(z)')], 'say x=1 now', [
        '0',
        '1',
        '2',
        '3',
        'key',
        'message',
        'value',
        '9',
      ]),
      outcome([{ match: { kind: 'json', path: 'p' } }], '{"p":"text"}', ['value', '0']),
      outcome([{ match: { kind: 'json', path: 'p' } }], '{"p": [1, 2.0]}', ['value']),
      outcome([{ match: { kind: 'structure', structureId: 'header', path: 'flags' } }], 'abc', ['value', 'message']),
      outcome([expression('(?<message>b)')], 'abc', ['message', 'constructor', '__proto__']),
    ]).toEqual([
      'r1 0=x=1 1=x 2=1 3=null key=x message=say x=1 now value=null 9=null',
      'r1 value=text 0=null',
      'r1 value=[1,2.0]',
      'r1 value=99 message=abc',
      'r1 message=b constructor=null __proto__=null',
    ])
  })

  it('leaves out an expression that was stopped alone, and tells it', () => {
    const slow = compiled([expression('first'), expression('slow'), expression('last')]).rules
    const asked: number[] = []
    const matcher = new RuleMatcher(slow, (expressions, from) => {
      asked.push(from)
      const index = expressions.findIndex(({ source }, at) => at >= from && source !== 'first')
      const match = /last/.exec('last')
      return expressions[index]?.source === 'slow' || match === null
        ? { kind: 'too-slow', index }
        : { kind: 'match', index, match }
    })
    const told: string[] = []
    const find = (): string | undefined =>
      matcher.find(
        bytesOf('last'),
        () => false,
        ({ rule }) => told.push(rule.ruleId),
      )?.rule.rule.ruleId
    expect([find(), find(), told, asked]).toEqual(['r3', 'r3', ['r2'], [0, 1, 2, 0]])
  })

  it('gives up expressions for one message when several are stopped', () => {
    const rules = compiled(Array.from({ length: 20 }, () => expression('x'))).rules
    let runs = 0
    const matcher = new RuleMatcher(rules, (_, from) => {
      runs++
      return { kind: 'too-slow', index: from }
    })
    const told: string[] = []
    const found = matcher.find(
      bytesOf('x'),
      () => false,
      ({ rule }) => told.push(rule.ruleId),
    )
    expect([found, runs, told]).toEqual([null, 5, ['r1', 'r2', 'r3', 'r4', 'r5']])
  })
})

describe('many rules and big messages', () => {
  const many = compiled(
    Array.from({ length: 10_000 }, (_, index) => ({ match: { kind: 'text' as const, text: `needle ${index} end` } })),
  ).rules
  const haystack = (needle: string): Uint8Array => {
    const bytes = new Uint8Array(1024 * 1024)
    let state = 1
    for (let index = 0; index < bytes.length; index++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      bytes[index] = 32 + (state >>> 25)
    }
    bytes.set(bytesOf(needle), 700_000)
    return bytes
  }
  const find = (message: Uint8Array): string | undefined =>
    new RuleMatcher(many, runAll).find(
      message,
      () => false,
      () => undefined,
    )?.rule.rule.ruleId

  it('find what is there, and nothing else', () => {
    expect([find(haystack('needle 9876 end')), find(haystack('needle end')), find(bytesOf('a needle 3 end'))]).toEqual([
      'r9877',
      undefined,
      'r4',
    ])
  })

  it('tell the rule that could not be looked at any more', () => {
    const rules = compiled(
      Array.from({ length: 10_000 }, (_, index) => ({
        match: { kind: 'text' as const, text: `no ${index}`, ignoresCase: true },
      })),
    ).rules
    const told: string[] = []
    const found = new RuleMatcher(rules, runAll).find(
      haystack(''),
      () => false,
      ({ rule }) => told.push(rule.ruleId),
    )
    expect([found, told]).toEqual([null, ['r1025']])
  })
})

test('the same as looking at each rule by itself', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.'), minLength: 1, maxLength: 3 })
  const where = fc.constantFrom('anywhere' as const, 'at-start' as const, 'whole' as const)
  const match: fc.Arbitrary<GivenRule['match']> = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: letters, where, ignoresCase: fc.boolean() }),
    fc.record({
      kind: fc.constant('hex' as const),
      pattern: fc.constantFrom('61', '6?', '??62', '61??', '6162'),
      where,
    }),
    fc.record({ kind: fc.constant('regular-expression' as const), expression: letters, ignoresCase: fc.boolean() }),
  )
  fc.assert(
    fc.property(fc.array(match, { maxLength: 8 }), letters, (matches, message) => {
      const first = matches.findIndex((one) => applies(one, message))
      const rules = matches.map((one) => ({ match: one }))
      expect(outcome(rules, message)).toBe(first === -1 ? null : `r${first + 1}`)
    }),
  )
})

test('hex patterns fit as looking at every place does', () => {
  const digit = fc.constantFrom('0', '1', '?')
  const pair = fc.tuple(digit, digit).map((digits) => digits.join(''))
  const fits = (pattern: string, bytes: Uint8Array): boolean => {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    for (let at = 0; at + pattern.length <= hex.length; at += 2) {
      if (Array.from(pattern).every((mark, index) => mark === '?' || mark === hex[at + index])) return true
    }
    return false
  }
  fc.assert(
    fc.property(
      fc.array(pair, { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom(0x00, 0x01, 0x10, 0x11), { maxLength: 12 }),
      (pairs, values) => {
        const bytes = Uint8Array.from(values)
        expect(applies({ kind: 'hex', pattern: pairs.join('') }, bytes)).toBe(fits(pairs.join(''), bytes))
      },
    ),
  )
})

test('no pattern and no message makes matching throw', () => {
  const wild = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.constantFrom('(a+)+b', '[', '(?<x>', '\\', '$..', '$[', '??', '0', '{"a":', 'é', '\ud800', '..*'),
  )
  const where = fc.constantFrom('anywhere' as const, 'at-start' as const, 'whole' as const)
  const equalsText = fc.option(wild, { nil: null })
  const match: fc.Arbitrary<GivenRule['match']> = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: wild, where, ignoresCase: fc.boolean() }),
    fc.record({ kind: fc.constant('hex' as const), pattern: wild, where }),
    fc.record({ kind: fc.constant('regular-expression' as const), expression: wild }),
    fc.record({ kind: fc.constant('json' as const), path: wild, equalsText }),
    fc.record({
      kind: fc.constant('structure' as const),
      structureId: fc.constantFrom('header', 'other'),
      path: wild,
      equalsText,
    }),
  )
  const message = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.json().map(bytesOf),
    fc.string({ maxLength: 20 }).map(bytesOf),
  )
  fc.assert(
    fc.property(fc.array(match, { maxLength: 4 }), message, (matches, content) => {
      const matcher = new RuleMatcher(
        compiled(
          matches.map((one) => ({ match: one })),
          structures,
        ).rules,
        runAll,
      )
      const found = matcher.find(
        content,
        () => false,
        () => undefined,
      )
      const texts = ['0', '1', 'x', 'value', 'message'].map((name) => found?.captured(name) ?? null)
      expect(texts.every((text) => text === null || typeof text === 'string')).toBe(true)
    }),
    { numRuns: 10_000 },
  )
})
