import { expect, test } from 'vitest'
import { createLimitedExpressionList } from './limited-expression-list.ts'

const run = createLimitedExpressionList()
const catastrophic = /^(a+)+$/
const slowText = `${'a'.repeat(40)}!`

test('the first of a list that matches, from one on', () => {
  const expressions = [/x/, /(b)/, /b/]
  const look = (from: number, text: string): unknown => {
    const outcome = run(expressions, from, text)
    return outcome.kind === 'match' ? [outcome.index, ...outcome.match] : outcome.kind
  }
  expect([look(0, 'abc'), look(2, 'abc'), look(0, 'q')]).toEqual([[1, 'b', 'b'], [2, 'b'], 'none'])
})

test('a pattern that goes back without end is stopped and named', () => {
  expect(run([/x/, catastrophic, /a/], 0, slowText)).toEqual({ kind: 'too-slow', index: 1 })
  expect(run([/x/, catastrophic, /a/], 2, slowText)).toMatchObject({ kind: 'match', index: 2 })
})
