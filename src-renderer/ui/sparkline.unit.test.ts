import { expect, it } from 'vitest'
import { sparklinePath } from './sparkline.ts'

it('draws values from the right edge, scaled to the maximum', () => {
  const size = { width: 120, height: 24 }
  expect([
    sparklinePath([], 4, 0, size),
    sparklinePath([5], 4, 10, size),
    sparklinePath([0, 5, 10], 4, 10, size),
    sparklinePath([0, 0, 0, 0], 4, 0, size),
  ]).toEqual([
    'M0 22.5H120',
    'M0 22.5H80L120 12',
    'M0 22.5H0L40 22.5L80 12L120 1.5',
    'M0 22.5H0L0 22.5L40 22.5L80 22.5L120 22.5',
  ])
})
