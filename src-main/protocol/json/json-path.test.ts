import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatJson } from './format-json.ts'
import type { JsonNode } from './json-node.ts'
import { formatJsonPath, jsonPathAt, jsonPathOf, parseJsonPath, selectJsonPath } from './json-path.ts'
import { parseJsonDocument } from './parse-json.ts'
import { searchJson } from './search-json.ts'

function rootOf(text: string): JsonNode {
  const parsed = parseJsonDocument(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.root
}

function select(text: string, pathText: string, maximum?: number): readonly string[] {
  const parsed = parseJsonPath(pathText)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return selectJsonPath(rootOf(text), parsed.path, maximum).map((node) => formatJson(node, 'compact'))
}

function nodesOf(node: JsonNode): readonly JsonNode[] {
  if (node.kind === 'array') return [node, ...node.elements.flatMap(nodesOf)]
  if (node.kind === 'object') return [node, ...node.members.flatMap(({ value }) => nodesOf(value))]
  return [node]
}

const sample = '{"a":[{"id":1},{"id":2,"b":{"id":3}}],"odd key":true,"id":18410715311050326015,"d":1,"d":2}'

describe('a path selects', () => {
  test.each([
    ['$', [sample]],
    ['$.id', ['18410715311050326015']],
    ['.id', ['18410715311050326015']],
    ['id', ['18410715311050326015']],
    ["$['odd key']", ['true']],
    ['["odd key"]', ['true']],
    ["$['\\u006fdd\\u0020key']", ['true']],
    ['$.a[0].id', ['1']],
    ['$.a[-1].id', ['2']],
    ['$.a[-3]', []],
    ['$.a[-0].id', ['1']],
    ['$.a[7]', []],
    ['$.a[*].id', ['1', '2']],
    ['$.a.*.id', ['1', '2']],
    ['$..id', ['1', '2', '3', '18410715311050326015']],
    ["$.a..['id']", ['1', '2', '3']],
    ['$..b..id', ['3']],
    ['$.d', ['1', '2']],
    ['$.a.id', []],
    ['$.id[0]', []],
    ['$[0]', []],
  ])('%s', (path, expected) => {
    expect(select(sample, path)).toEqual(expected)
  })

  test('each node once, however many ways lead to it, and only so many', () => {
    const nested = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`
    expect(select(nested, '$..a..a..a..a..a')).toHaveLength(496)
    expect(select(`[${Array(50).fill(0).join()}]`, '$[*]', 7)).toHaveLength(7)
  })
})

test.each([
  ['', 0, 'the end'],
  ['$.', 2, 'the end'],
  ['$.a b', 3, 'U+0020'],
  ['$[', 2, 'the end'],
  ['$[x]', 2, '"x"'],
  ['$[1', 3, 'the end'],
  ['$[1:2]', 3, '":"'],
  ["$['a", 4, 'the end'],
  ["$['\\x']", 4, '"x"'],
  ["$['\\u12']", 7, `"'"`],
  ['$..*', 3, '"*"'],
  ['$..[0]', 5, '"]"'],
  ['$.a[?(@.b)]', 4, '"?"'],
  [`$${'.a'.repeat(65)}`, 129, '"."'],
])('the path %j is malformed at %i', (text, index, found) => {
  expect(parseJsonPath(text)).toMatchObject({
    ok: false,
    index,
    error: { code: 'json-path-malformed', data: { position: index + 1, found } },
  })
})

describe('the path of a node', () => {
  test('is written as people would', () => {
    const root = rootOf('{"a":[0,{"odd key":{"it\'s \\"\\n":1}}]}')
    expect(nodesOf(root).map((node) => jsonPathOf(root, node))).toEqual([
      '$',
      '$.a',
      '$.a[0]',
      '$.a[1]',
      "$.a[1]['odd key']",
      `$.a[1]['odd key']['it\\'s "\\n']`,
    ])
  })

  test('is null for a node of another tree', () => {
    expect(jsonPathOf(rootOf('[1]'), rootOf('[[1]]'))).toBeNull()
    expect(jsonPathOf(rootOf('{}'), rootOf('{"a":1}'))).toBeNull()
  })

  test('at an index is that of the innermost value or key', () => {
    const root = rootOf(' {"a": [10, 20]} ')
    expect([0, 3, 7, 9, 12, 16].map((index) => jsonPathAt(root, index))).toEqual([
      '$',
      '$.a',
      '$.a',
      '$.a[0]',
      '$.a[1]',
      '$',
    ])
  })

  test('leads back to it, for any document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const root = rootOf(JSON.stringify(value))
        for (const node of nodesOf(root)) {
          const path = parseJsonPath(jsonPathOf(root, node) ?? '')
          expect(path.ok && selectJsonPath(root, path.path)).toEqual([node])
        }
      }),
      { numRuns: 1000 },
    )
  })
})

test('any text is a path or a fault inside of it', () => {
  const parts = fc.constantFrom('$', '.', '..', '[', ']', '*', "'", '"', '\\', '\\u', '0', '-1', 'a', 'é', ' ', '😀')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(parts).map((list) => list.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        const parsed = parseJsonPath(text)
        if (!parsed.ok) expect(parsed.index).toBeLessThanOrEqual(text.length)
        else expect(parseJsonPath(formatJsonPath(parsed.path))).toEqual(parsed)
      },
    ),
    { numRuns: 10_000 },
  )
})

describe('a search', () => {
  const root = rootOf('{"Name":"name\\n","n":[true,null,1.50,NaN],"x":{"NAME":"-"}}')
  const found = (needle: string, options?: { matchCase?: boolean; maximum?: number }): readonly string[] =>
    searchJson(root, needle, options).map(({ where, node, start }) => `${where} ${jsonPathOf(root, node)} ${start}`)

  test.each([
    ['name', ['key $.Name 1', 'value $.Name 8', 'key $.x.NAME 47']],
    ['NULL', ['value $.n[1] 27']],
    ['1.50', ['value $.n[2] 32']],
    ['nan', ['value $.n[3] 37']],
    ['e\n', ['value $.Name 8']],
    ['', []],
    ['missing', []],
  ])('for %j', (needle, expected) => {
    expect(found(needle)).toEqual(expected)
  })

  test('may mind the case and end early', () => {
    expect(found('name', { matchCase: true })).toEqual(['value $.Name 8'])
    expect(found('n', { maximum: 2 })).toHaveLength(2)
  })
})
