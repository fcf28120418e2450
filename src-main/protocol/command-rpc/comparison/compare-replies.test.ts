import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareReplies } from './compare-replies.ts'

const lines = (first: string, second: string): readonly string[] =>
  compareReplies(first, second).differences.map(
    (difference) => `${difference.kind} ${difference.path} ${difference.first ?? '-'} ${difference.second ?? '-'}`,
  )

test.each([
  ['the same', '{"a": 1, "b": [2]}', '{ "b":[2],"a":1}', []],
  ['escapes', '"\\u00e9"', '"é"', []],
  [
    'values',
    '{"a": 1, "b": {"c d": "x"}}',
    '{"a": 2, "b": {"c d": null}}',
    ['changed $.a 1 2', 'changed $.b[\'c d\'] "x" null'],
  ],
  ['members', '{"a": 1, "b": 2}', '{"b": 2, "c": [3]}', ['removed $.a 1 -', 'added $.c - [3]']],
  [
    'the writing of numbers',
    '[1, 1.0, 18446744073709551615]',
    '[1.0, 1.0, 18446744073709551616]',
    ['changed $[0] 1 1.0', 'changed $[2] 18446744073709551615 18446744073709551616'],
  ],
  ['kinds', '{"a": {}}', '{"a": []}', ['changed $.a {} []']],
  ['an element inserted in front', '[1, 2, 3]', '[0, 1, 2, 3]', ['added $[0] - 0']],
  ['an element removed within', '[1, 2, 3]', '[1, 3]', ['removed $[1] 2 -']],
  [
    'elements within',
    '[{"a": 1}, 5, 9]',
    '[{"a": 2}, 6, 7, 9]',
    ['changed $[0].a 1 2', 'changed $[1] 5 6', 'added $[2] - 7'],
  ],
  ['a key that stands twice', '{"a": 1, "a": 2}', '{"a": 1}', ['removed $.a 2 -']],
  ['a text that was cut', '{"a": 1', '{"a": 1}', ['changed $ {"a": 1 {"a": 1}']],
])('%s', (_, first, second, expected) => {
  expect(lines(first, second)).toEqual(expected)
})

test('at most 1000 differences, and that there are more', () => {
  const array = (length: number, value: number): string => `[${Array.from({ length }, () => value).join(',')}]`
  expect(compareReplies(array(1000, 1), array(1000, 2))).toMatchObject({
    isComplete: true,
    differences: { length: 1000 },
  })
  expect(compareReplies(array(1001, 1), array(1001, 2))).toMatchObject({
    isComplete: false,
    differences: { length: 1000 },
  })
  const members = (count: number): string => `{${Array.from({ length: count }, (_, at) => `"${at}":1`).join(',')}}`
  expect(compareReplies('{}', members(1200))).toMatchObject({ isComplete: false, differences: { length: 1000 } })
})

test('there is a difference exactly when the values differ', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (first, second) => {
      const [left, right] = [JSON.stringify(first), JSON.stringify(second)]
      expect(lines(left, JSON.stringify(first, null, 1))).toEqual([])
      expect(lines(left, right).length > 0).toBe(sorted(first) !== sorted(second))
      expect(lines(left, right)).toHaveLength(lines(right, left).length)
    }),
  )
})

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? ['an object', ...Object.entries(inner).sort(([first], [second]) => (first < second ? -1 : 1))]
      : inner,
  )
}
