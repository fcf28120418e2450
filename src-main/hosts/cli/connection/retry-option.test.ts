import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { retryPolicy, retrySchedule } from '../../../contract/schemas/retry.ts'
import { exchangePolicy, parseRetrySpec } from './retry-option.ts'

describe('--retry', () => {
  it.each([
    ['fixed:0', { kind: 'fixed', delayMs: 0, maximumAttempts: null }],
    ['fixed:250,max=4', { kind: 'fixed', delayMs: 250, maximumAttempts: 4 }],
    ['exponential', { kind: 'exponential' }],
    ['exponential:100,max=3', { kind: 'exponential', firstDelayMs: 100, maximumAttempts: 3 }],
    ['exponential:60000', { kind: 'exponential', firstDelayMs: 60_000, maximumDelayMs: 60_000 }],
    ['5', { kind: 'exponential', maximumAttempts: 5 }],
  ])('%s', (spec, expected) => {
    expect(parseRetrySpec(spec)).toEqual(v.parse(retrySchedule, expected))
  })

  it.each([
    '',
    '0',
    'often',
    'fixed',
    'fixed:',
    'fixed:-1',
    'fixed:1.5',
    'fixed:99999999999',
    'exponential:0',
    'fixed:1,max=0',
    '5 ',
  ])('%j is refused', (spec) => {
    expect(() => parseRetrySpec(spec)).toThrow('--retry is N')
  })

  it('never makes a connection again that was open: what was sent was sent', () => {
    const profile = v.parse(retryPolicy, { schedule: { kind: 'fixed' }, resendsUnsent: true })
    expect(exchangePolicy(profile, null)).toEqual({ ...profile, afterLoss: false, resendsUnsent: false })
  })
})
