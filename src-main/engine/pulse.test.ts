import { expect, test } from 'vitest'
import { ManualClock } from '../capture/testing/manual-clock.ts'
import { Pulse, pulseIntervalMs } from './pulse.ts'

test('the first mark is told at once, later ones together with the next beat', () => {
  const clock = new ManualClock()
  const pulse = new Pulse(clock)
  const told: string[] = []
  pulse.mark('a', () => told.push('a1'))
  pulse.mark('a', () => told.push('a2'))
  pulse.mark('b', () => told.push('b1'))
  pulse.mark('a', () => told.push('a3'))
  expect(told).toEqual(['a1'])
  clock.advance(pulseIntervalMs - 1)
  expect(told).toEqual(['a1'])
  clock.advance(1)
  expect(told).toEqual(['a1', 'a3', 'b1'])
  clock.advance(pulseIntervalMs)
  pulse.mark('a', () => told.push('a4'))
  expect(told.at(-1)).toBe('a4')
})

test('what is marked can be told early, and nothing is told after the stop', () => {
  const clock = new ManualClock()
  const pulse = new Pulse(clock)
  const told: string[] = []
  pulse.mark('a', () => told.push('a1'))
  pulse.mark('a', () => told.push('a2'))
  pulse.flush('a')
  pulse.flush('a')
  pulse.mark('a', () => told.push('a3'))
  pulse.stop()
  pulse.mark('a', () => told.push('a4'))
  clock.advance(1000)
  expect(told).toEqual(['a1', 'a2'])
})
