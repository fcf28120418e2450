import { expect, it } from 'vitest'
import { countOf, formatByteCount, formatByteRate, formatCount, formatShortCount } from './quantities.ts'

it('writes bytes with three significant digits', () => {
  expect([0, 999, 1000, 4200, 99_949, 999_499, 999_500, 1_830_000_000, 61e9, 2e15].map(formatByteCount)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '4.2 kB',
    '99.9 kB',
    '999 kB',
    '1 MB',
    '1.83 GB',
    '61 GB',
    '2 PB',
  ])
  expect(formatByteRate(214e6)).toBe('214 MB/s')
})

it('writes counts in full and short', () => {
  expect([formatCount(1_204_118), countOf(1, 'client', 'clients'), countOf(2000, 'client', 'clients')]).toEqual([
    '1,204,118',
    '1 client',
    '2,000 clients',
  ])
  expect([812, 9_999, 12_345, 2_100_000, 3.2e9].map(formatShortCount)).toEqual([
    '812',
    '9,999',
    '12.3 k',
    '2.1 M',
    '3.2 G',
  ])
})
