import { expect, it, vi } from 'vitest'
import { FakeCapture } from './fake-capture.test-support.ts'
import { filtersNothing, withTimes } from './timeline-filter.ts'
import { TrafficView } from './traffic-view.svelte.ts'

it('knows a filter that leaves every row', () => {
  const open = { scope: { direction: null, fromNs: null }, showsEvents: true, content: null, contentIsExcluded: true }
  expect([filtersNothing({}), filtersNothing(open), filtersNothing({ showsEvents: false })]).toEqual([
    true,
    true,
    false,
  ])
  expect(filtersNothing({ scope: { minimumBytes: 0 } })).toBe(false)
})

it('changes the times and leaves the rest', () => {
  const filter = { scope: { direction: 'sent' as const, fromNs: 5 }, showsEvents: false }
  expect([withTimes(filter, 10, null), withTimes(null, null, 7)]).toEqual([
    { scope: { direction: 'sent', fromNs: 10, toNs: null }, showsEvents: false },
    { scope: { fromNs: null, toNs: 7 } },
  ])
})

function shown(capture: FakeCapture, following: boolean): TrafficView {
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following })
  traffic.rows.start()
  traffic.scroller.resize(0, 26, 260)
  traffic.settle()
  return traffic
}

/** Lets the answers come, and draws. */
async function settled(traffic: TrafficView): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  traffic.scroller.resize(traffic.rows.totalRows, 26, 260)
  traffic.settle()
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

function alternating(count: number): FakeCapture {
  const capture = new FakeCapture()
  for (let line = 0; line < count; line++) capture.data(line % 2 === 0 ? 'sent' : 'received', `line ${line}\n`)
  return capture
}

it('shows the rows that pass, counts those that do not, and keeps both while the capture grows', async () => {
  const capture = alternating(40)
  const traffic = shown(capture, true)
  await settled(traffic)
  await traffic.setFilter({ scope: { direction: 'sent' } })
  await settled(traffic)
  const counts = (): number[] => [traffic.rows.totalRows, traffic.rows.hiddenRowCount]
  const before = counts()
  capture.data('received', 'hidden').data('sent', 'shown')
  capture.grow()
  await vi.waitFor(() => expect(counts()).toEqual([21, 21]))
  await traffic.setFilter(null)
  await settled(traffic)
  expect([before, counts()]).toEqual([
    [20, 20],
    [42, 0],
  ])
})

it('keeps the place in the capture when the filter changes, and filters the timeline only', async () => {
  const capture = alternating(400)
  const traffic = shown(capture, false)
  await settled(traffic)
  traffic.scroller.moveToRow(100)
  traffic.userScrolled(-1)
  await settled(traffic)
  await traffic.setFilter({ scope: { direction: 'sent' } })
  await settled(traffic)
  expect([traffic.scroller.firstVisibleRow, traffic.rows.rowAt(50)?.record]).toEqual([50, 100])
  await traffic.lookAt('stream')
  await settled(traffic)
  expect([traffic.filter, traffic.isFiltered, traffic.rows.totalRows]).toEqual([
    { scope: { direction: 'sent' } },
    false,
    400,
  ])
})

it('takes a stretch of time, coming back to the timeline for it', async () => {
  const capture = alternating(40)
  const traffic = shown(capture, false)
  await traffic.setFilter({ scope: { direction: 'sent' } })
  await traffic.lookAt('text')
  await traffic.setTimeScope(10_000_000, 19_000_000)
  await settled(traffic)
  expect([traffic.look, traffic.rows.totalRows, traffic.filter?.scope?.direction]).toEqual(['timeline', 5, 'sent'])
})
