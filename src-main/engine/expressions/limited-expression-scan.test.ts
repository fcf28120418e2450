import { expect, test } from 'vitest'
import { createLimitedExpressionScan } from './limited-expression-scan.ts'

test('all matches in a stretch are found, the empty ones left out', () => {
  const scan = createLimitedExpressionScan()
  const look = (expression: RegExp, text: string, from = 0, startLimit = text.length, longestMatch = 100): number[] => {
    const places: number[] = []
    scan(expression, { text, from, startLimit, longestMatch, places })
    return places
  }
  expect(look(/a*/g, 'aabaaa')).toEqual([0, 2, 3, 3])
  expect(look(/a/g, 'aaaa', 1, 3)).toEqual([1, 1, 2, 1])
  expect(look(/a+/g, 'aaaaa', 0, 5, 2)).toEqual([0, 2, 2, 2, 4, 1])
})

test('a catastrophic expression is stopped, and the next one runs', () => {
  const scan = createLimitedExpressionScan()
  const places: number[] = []
  const look = { text: `${'a'.repeat(50_000)}!`, from: 0, startLimit: 50_001, longestMatch: 100_000, places }
  expect(() => scan(/(a+)+$/g, look)).toThrow(
    expect.objectContaining({ code: 'pattern-too-slow', data: { limitMs: 50 } }),
  )
  scan(/!/g, look)
  expect(places.slice(-2)).toEqual([50_000, 1])
})

test('an expression that fits every byte of two windows is not taken for a slow one', () => {
  const scan = createLimitedExpressionScan()
  const text = 'a1'.repeat(64 * 1024)
  for (const expression of [/./g, /[a-z]|\d/gi, /\w/g]) {
    const places: number[] = []
    scan(expression, { text, from: 0, startLimit: text.length, longestMatch: 64 * 1024, places })
    expect([places.length, places[2], places.at(-2)]).toEqual([2 * text.length, 1, text.length - 1])
  }
  const places: number[] = []
  scan(/x*/g, { text, from: 0, startLimit: text.length, longestMatch: 64 * 1024, places })
  expect(places).toEqual([])
})
