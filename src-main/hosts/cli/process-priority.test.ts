import { expect, test } from 'vitest'
import { lowerPriority, politePriority } from './process-priority.ts'

test('every thread is put behind the browser', () => {
  const set: [number, number][] = []
  const lowered = lowerPriority({ ids: () => [7, 8], setPriority: (id, priority) => void set.push([id, priority]) })
  expect([lowered, set]).toEqual([
    true,
    [
      [7, politePriority],
      [8, politePriority],
    ],
  ])
})

test('a system that forbids it is no failure', () => {
  const forbid = (): never => {
    throw new Error('EPERM')
  }
  expect(lowerPriority({ ids: () => [7], setPriority: forbid })).toBe(false)
})
