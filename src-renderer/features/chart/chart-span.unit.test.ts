import { expect, test } from 'vitest'
import { draggedRange, moveEnd, rangeOfSpan, stepsOfKey } from './chart-span.ts'

test('a chart covers the whole capture, its last seconds, or a part', () => {
  expect(rangeOfSpan({ kind: 'whole' }, 2e6)).toEqual({ fromNs: 0, toNs: 2e6 + 1 })
  expect(rangeOfSpan({ kind: 'whole' }, 0)).toEqual({ fromNs: 0, toNs: 1e6 })
  expect(rangeOfSpan({ kind: 'latest', lengthNs: 60 }, 99)).toEqual({ fromNs: 40, toNs: 100 })
  expect(rangeOfSpan({ kind: 'latest', lengthNs: 60 }, 9)).toEqual({ fromNs: 0, toNs: 60 })
  expect(rangeOfSpan({ kind: 'part', fromNs: 5, toNs: 7 }, 99)).toEqual({ fromNs: 5, toNs: 7 })
})

test('a drag in either direction chooses whole intervals within the chart', () => {
  const bounds = { fromNs: 5, toNs: 95 }
  expect(draggedRange(33, 12, 10, bounds)).toEqual({ fromNs: 10, toNs: 40 })
  expect(draggedRange(0, 500, 10, bounds)).toEqual(bounds)
  expect(draggedRange(20, 20, 10, bounds)).toBeNull()
})

test('the ends stay a step apart and within the chart', () => {
  const bounds = { fromNs: 0, toNs: 100 }
  const range = { fromNs: 20, toNs: 50 }
  expect(moveEnd(range, 'start', 10, 10, bounds)).toEqual({ fromNs: 30, toNs: 50 })
  expect(moveEnd(range, 'start', 100, 10, bounds)).toEqual({ fromNs: 40, toNs: 50 })
  expect(moveEnd(range, 'start', Number.NEGATIVE_INFINITY, 10, bounds)).toEqual({ fromNs: 0, toNs: 50 })
  expect(moveEnd(range, 'end', Number.POSITIVE_INFINITY, 10, bounds)).toEqual({ fromNs: 20, toNs: 100 })
  expect(moveEnd(range, 'end', -100, 10, bounds)).toEqual({ fromNs: 20, toNs: 30 })
})

test('keys move by one or ten steps, or to the bounds', () => {
  expect(['ArrowLeft', 'ArrowUp', 'PageDown', 'End', 'x'].map((key) => stepsOfKey(key, false))).toEqual([
    -1,
    1,
    -10,
    Number.POSITIVE_INFINITY,
    null,
  ])
  expect(stepsOfKey('ArrowRight', true)).toBe(10)
})
