import { expect, it } from 'vitest'
import { limitsOfTexts, problemOfLimit, textsOfLimits } from './limits-form.ts'

it('reads limits in megabytes, days and numbers; nothing is no limit', () => {
  expect(limitsOfTexts({ size: ' 500 ', age: '', count: '20' })).toEqual({
    maximumTotalBytes: 500_000_000,
    maximumAgeDays: null,
    maximumCount: 20,
  })
  expect(textsOfLimits({ maximumTotalBytes: 1_500_000, maximumAgeDays: null, maximumCount: 3 })).toEqual({
    size: '2',
    age: '',
    count: '3',
  })
})

it('keeps the largest size exact, and refuses what is no whole number within the bounds', () => {
  expect(limitsOfTexts({ size: '9000000000', age: '', count: '' })?.maximumTotalBytes).toBe(9_000_000_000_000_000)
  for (const text of ['0', '-1', '1.5', '1e3', 'x', '9000000001', '99999999999']) {
    expect([text, problemOfLimit('size', text) === null]).toEqual([text, false])
    expect(limitsOfTexts({ size: text, age: '', count: '' })).toBeNull()
  }
  expect(problemOfLimit('age', '36500')).toBeNull()
  expect(problemOfLimit('age', '36501')).toBe('Enter a whole number from 1 to 36,500, or nothing for no limit.')
})
