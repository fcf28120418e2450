import { expect, it } from 'vitest'
import type { CaptureSummary } from '../../../src-main/contract/schemas/capture.ts'
import { EventHub } from '../../../src-main/contract/event-hub.ts'
import { FakeCaptures } from '../../testing/fake-captures.ts'
import { isWanted, nextCaptureOrder, parseTags, sortCaptures, stateOf, tagsOf } from './capture-table.ts'

const captures = new FakeCaptures(new EventHub())
const capture = (name: string, change: Partial<CaptureSummary> = {}): CaptureSummary =>
  captures.add(name, { name, ...change })
const bytes = (fileBytes: number): Partial<CaptureSummary> => ({
  totals: { recordCount: 0, streamRowCount: 0, sentBytes: 0, receivedBytes: 0, fileBytes, lastTimeNs: 0 },
})

it('is found by name, notes, tags and the path of a file, in any case, and by a tag chosen', () => {
  const night = capture('Night run', { notes: 'Pump STALLED', tags: ['pump', 'night'] })
  const file = capture('f', { origin: { kind: 'file', path: '/srv/Bench.wirebench', isReadOnly: true } })
  const found = (text: string, tag: string | null = null): string[] =>
    [night, file].filter((one) => isWanted(one, text, tag)).map(({ name }) => name)
  expect(found('')).toEqual(['Night run', 'f'])
  expect(found('NIGHT r')).toEqual(['Night run'])
  expect(found(' stalled ')).toEqual(['Night run'])
  expect(found('bench.w')).toEqual(['f'])
  expect(found('', 'pump')).toEqual(['Night run'])
  expect(found('', 'pum')).toEqual([])
  expect(tagsOf([night, file])).toEqual(['night', 'pump'])
})

it('is sorted by what was pressed, numbers in names as numbers, equal ones with the newest first', () => {
  const rows = [
    capture('run 10', { startedAtUnixUs: 1, ...bytes(5) }),
    capture('run 2', { startedAtUnixUs: 2, ...bytes(5) }),
    capture('run 1', { startedAtUnixUs: 3, ...bytes(9) }),
  ]
  const names = (order: Parameters<typeof sortCaptures>[1]): string[] =>
    sortCaptures(rows, order).map(({ name }) => name)
  expect(names({ by: 'name', descending: false })).toEqual(['run 1', 'run 2', 'run 10'])
  expect(names({ by: 'size', descending: false })).toEqual(['run 2', 'run 10', 'run 1'])
  expect(names({ by: 'size', descending: true })).toEqual(['run 1', 'run 2', 'run 10'])
  expect(nextCaptureOrder({ by: 'name', descending: false }, 'size')).toEqual({ by: 'size', descending: true })
  expect(nextCaptureOrder({ by: 'size', descending: true }, 'size')).toEqual({ by: 'size', descending: false })
  expect(nextCaptureOrder({ by: 'size', descending: true }, 'tags')).toEqual({ by: 'tags', descending: false })
})

it('says the worst of what was found', () => {
  const whole = capture('whole')
  const { recovery } = whole
  expect(stateOf(whole)).toBe('complete')
  expect(stateOf(capture('a', { recovery: { ...recovery, unclean: true } }))).toBe('unclean')
  expect(stateOf(capture('b', { recovery: { ...recovery, unclean: true, damagedBytes: 3 } }))).toBe('damaged')
  expect(stateOf(capture('c', { live: true }))).toBe('live')
  const problem = { code: 'file-unreadable', kind: 'HostFailure', message: 'No.', data: {} } as const
  expect(stateOf(capture('d', { live: true, problem }))).toBe('problem')
})

it('reads tags between commas, each once, and refuses too many and too long ones', () => {
  expect(parseTags(' pump, night ,, pump')).toEqual(['pump', 'night'])
  expect(parseTags('')).toEqual([])
  expect(parseTags('x'.repeat(40))).toEqual(['x'.repeat(40)])
  expect(parseTags('x'.repeat(41))).toBeNull()
  expect(parseTags(Array.from({ length: 33 }, (_, index) => `t${index}`).join())).toBeNull()
})
