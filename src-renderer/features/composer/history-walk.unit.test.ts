import { expect, it } from 'vitest'
import { HistoryWalk } from './history-walk.ts'

it('walks to older messages and back to what was being written', () => {
  const walk = new HistoryWalk<string>()
  const shown = (by: 1 | -1, draft: string): string => {
    const step = walk.step(by, 2, draft)
    if (step === null) return 'nothing'
    return step.kind === 'entry' ? `entry ${step.index}` : step.draft
  }
  const walked = [
    shown(-1, 'mine'),
    shown(1, 'mine'),
    shown(1, 'first'),
    shown(1, 'second'),
    shown(-1, 'second'),
    shown(-1, 'first'),
  ]
  walk.reset()
  expect([...walked, shown(1, 'changed'), shown(-1, 'first')]).toEqual([
    'nothing',
    'entry 0',
    'entry 1',
    'nothing',
    'entry 0',
    'mine',
    'entry 0',
    'changed',
  ])
})
