import * as v from 'valibot'
import { expect, test } from 'vitest'
import { namedTexts } from './common.ts'

test.each<[string, unknown, boolean]>([
  ['texts and what is removed', { a: 'x', b: null }, true],
  ['nothing', {}, true],
  ['constructor', { a: 'x', constructor: 'y' }, false],
  ['prototype', { prototype: null }, false],
  ['__proto__', JSON.parse('{"__proto__":"x"}'), false],
  ['a number', { a: 1 }, false],
  ['no object', 'a', false],
])('texts by name: %s', (_name, input, isAccepted) => {
  const result = v.safeParse(namedTexts, input)
  expect(result.success ? result.output : false).toEqual(isAccepted ? input : false)
})
