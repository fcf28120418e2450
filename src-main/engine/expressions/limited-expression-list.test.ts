import { expect, test, vi } from 'vitest'
import { createLimitedExpressionList } from './limited-expression-list.ts'

const run = createLimitedExpressionList()
const catastrophic = /^(a+)+$/
const slowText = `${'a'.repeat(40)}!`

// A machine that is busy otherwise may take the whole time of a look; then the next one shows it.
test('the first of a list that matches, from one on', async () => {
  const expressions = [/x/, /(b)/, /b/]
  const look = (from: number, text: string): unknown => {
    const outcome = run(expressions, from, text)
    return outcome.kind === 'match' ? [outcome.index, ...outcome.match] : outcome.kind
  }
  await vi.waitFor(() =>
    expect([look(0, 'abc'), look(2, 'abc'), look(0, 'q')]).toEqual([[1, 'b', 'b'], [2, 'b'], 'none']),
  )
})

test('a pattern that goes back without end is stopped and named', async () => {
  const list = [/x/, catastrophic, /a/]
  await vi.waitFor(() => expect(run(list, 0, slowText)).toEqual({ kind: 'too-slow', index: 1 }))
  await vi.waitFor(() => expect(run(list, 2, slowText)).toMatchObject({ kind: 'match', index: 2 }))
})
