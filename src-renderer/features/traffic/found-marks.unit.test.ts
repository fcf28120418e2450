import { expect, it } from 'vitest'
import { FakeCapture } from './fake-capture.test-support.ts'
import { markedStretches, type FoundBytes, type MarkedStretch } from './found-marks.ts'

async function stretches(
  view: 'records' | 'stream',
  capture: FakeCapture,
  found: FoundBytes,
  firstRow = 0,
): Promise<readonly MarkedStretch[]> {
  const { rows } = await capture.call('capture.window', { captureId: 'c', view, firstRow, rowCount: 100 })
  return markedStretches(
    rows.map((row, index) => ({ number: firstRow + index, row })),
    found,
  )
}

const found = (change: Partial<FoundBytes>): FoundBytes => ({
  record: 0,
  offsetInRecord: 0,
  connection: 1,
  direction: 'received',
  streamOffset: 0,
  length: 1,
  ...change,
})

it('goes on over the rows and chunks of its direction, past those of the other', async () => {
  const capture = new FakeCapture()
    .data('received', 'x'.repeat(20))
    .data('sent', 'between')
    .data('received', 'y'.repeat(40))
  const place = found({ offsetInRecord: 14, streamOffset: 14, length: 26 })
  expect(await stretches('stream', capture, place)).toEqual([
    { row: 0, from: 14, to: 16 },
    { row: 1, from: 0, to: 4 },
    { row: 3, from: 0, to: 16 },
    { row: 4, from: 0, to: 4 },
  ])
  expect(await stretches('records', capture, place)).toEqual([
    { row: 0, from: 14, to: 20 },
    { row: 2, from: 0, to: 20 },
  ])
})

it('is told apart from what other connections sent between', async () => {
  const capture = new FakeCapture()
    .data('received', 'one-begin', 1)
    .data('received', 'two', 2)
    .data('received', '-end', 1)
  expect(await stretches('records', capture, found({ offsetInRecord: 4, streamOffset: 4, length: 7 }))).toEqual([
    { row: 0, from: 4, to: 9 },
    { row: 2, from: 0, to: 2 },
  ])
})

it('is marked where only its end is in view, and nowhere else', async () => {
  const capture = new FakeCapture().data('received', 'x'.repeat(64))
  const place = found({ offsetInRecord: 10, streamOffset: 10, length: 30 })
  expect(await stretches('stream', capture, place, 2)).toEqual([{ row: 2, from: 0, to: 8 }])
  expect(await stretches('stream', capture, place, 3)).toEqual([])
})
