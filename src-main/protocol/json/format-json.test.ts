import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatJson, jsonSummary } from './format-json.ts'
import type { JsonNode, JsonStyle } from './json-node.ts'
import { parseJsonDocument } from './parse-json.ts'

function rootOf(text: string): JsonNode {
  const parsed = parseJsonDocument(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.root
}

function reformat(text: string, style: JsonStyle): string {
  return formatJson(rootOf(text), style)
}

/** Texts of numbers as JSON allows them. */
const numberText = fc.oneof(
  fc.bigInt().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n }), fc.stringMatching(/^(\.\d{1,25})?([eE][+-]?\d{1,3})?$/))
    .map(([sign, whole, rest]) => `${sign}${whole}${rest}`),
  fc.constantFrom(
    '0',
    '-0',
    '-0.0',
    '1e16',
    '1e15',
    '9999999999999998.0',
    '0.0001',
    '0.00001',
    '1e400',
    '-1e400',
    '5e-324',
  ),
)
const stringText = fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value))
/** Compact texts of documents with every kind of value, duplicate keys included. */
const documentText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    numberText,
    stringText,
    fc.constantFrom('true', 'false', 'null', 'NaN', 'Infinity', '-Infinity', '"\\ud83d"', '{"a":1,"b":2,"a":3}'),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join()}]`),
    fc
      .array(fc.tuple(stringText, tie('value')), { maxLength: 4 })
      .map((members) => `{${members.map((pair) => pair.join(':')).join()}}`),
  ),
})).value

describe('a document written', () => {
  test('compactly, keeps every number and member', () => {
    const text = '{"mask":18410715311050326015,"a":[1.0,1e400,-0,NaN],"a":{},"é\\ud800":[]}'
    expect(reformat(text, 'compact')).toBe(text)
  })

  test('for people, is indented by two', () => {
    expect(reformat('{"a":[1.0,{"b":null}],"c":{},"d":[]}', 'pretty')).toBe(
      '{\n  "a": [\n    1.0,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    )
  })

  test.each([
    // seed-systems 3.3
    ['{"a":1,"u":"é😀","n":null,"f":1.0}', '{"a": 1, "u": "\\u00e9\\ud83d\\ude00", "n": null, "f": 1.0}'],
    ['[1e2,1e22,1e-5,1.0,-0.0,1e400,-1e400,-0]', '[100.0, 1e+22, 1e-05, 1.0, -0.0, Infinity, -Infinity, 0]'],
    [
      '[1e15,1e16,123456789012345680000,0.0001,1.5e-7,1e100]',
      '[1000000000000000.0, 1e+16, 123456789012345680000, 0.0001, 1.5e-07, 1e+100]',
    ],
    ['[18410715311050326015,NaN,Infinity,-Infinity]', '[18410715311050326015, NaN, Infinity, -Infinity]'],
    ['"\\u007f\\u0000\\b\\f\\n\\r\\t\\/\\"\\\\\\ud83d"', '"\\u007f\\u0000\\b\\f\\n\\r\\t/\\"\\\\\\ud83d"'],
    ['{"a":1,"b":2,"a":3}', '{"a": 3, "b": 2}'],
    ['{"a":[],"b":{}}', '{"a": [], "b": {}}'],
  ])('as Python writes %j', (text, expected) => {
    expect(reformat(text, 'python')).toBe(expected)
  })

  test('is read as the same document, byte for byte when compact', () => {
    fc.assert(
      fc.property(documentText, (text) => {
        const compact = reformat(text, 'compact')
        expect(compact).toBe(text)
        expect(reformat(reformat(text, 'pretty'), 'compact')).toBe(compact)
      }),
      { numRuns: 2000 },
    )
  })
})

const pythonScript = `
import json, sys
for line in sys.stdin:
    print(json.dumps(json.loads(json.loads(line))))
`
const python = spawnSync('python3', ['-c', 'import json'])
const noPython = python.status === 0 ? '' : ' (skipped: there is no python3)'

test.skipIf(noPython !== '')(`Python itself writes the same${noPython}`, () => {
  const texts = fc.sample(documentText, 3000)
  const run = spawnSync('python3', ['-c', pythonScript], {
    input: texts.map((text) => `${JSON.stringify(text).replace(/[^ -~]/g, escapeUnit)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  expect(run.stderr).toBe('')
  const lines = run.stdout.split('\n')
  expect(lines).toHaveLength(texts.length + 1)
  for (const [index, text] of texts.entries()) expect(reformat(text, 'python')).toBe(lines[index])
})

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

describe('a document in one line', () => {
  test.each([
    ['{"a":[1,2],"b":"x"}', 80, '{"a": [1, 2], "b": "x"}'],
    ['{"a":[1,2],"b":"x"}', 23, '{"a": [1, 2], "b": "x"}'],
    ['{"a":[1,2],"b":"x"}', 22, '{"a": [1, 2], "b": "x…'],
    ['"😀😀"', 3, '"…'],
    ['"a\\u202eb\\u0085"', 80, '"a\\u202eb\\u0085"'],
    ['[1]', 1, '…'],
    ['"\\n"', 80, '"\\n"'],
  ])('%s within %i', (text, maximum, expected) => {
    expect(jsonSummary(rootOf(text), maximum)).toBe(expected)
  })

  test('is never longer than asked for', () => {
    fc.assert(
      fc.property(documentText, fc.integer({ min: 1, max: 100 }), (text, maximum) => {
        const summary = jsonSummary(rootOf(text), maximum)
        expect(summary.length).toBeLessThanOrEqual(maximum)
        expect(summary).not.toContain('\n')
      }),
    )
  })
})
