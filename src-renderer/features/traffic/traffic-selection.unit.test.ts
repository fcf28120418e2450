import { expect, it } from 'vitest'
import { FakeCapture } from './fake-capture.test-support.ts'
import { TrafficView } from './traffic-view.svelte.ts'

function shown(capture: FakeCapture, view: 'records' | 'stream', following: boolean): TrafficView {
  const traffic = new TrafficView(capture, capture.captureId, { view, following })
  traffic.rows.start()
  traffic.scroller.resize(0, 26, 260)
  traffic.settle()
  return traffic
}

/** Lets the answers come, and draws, a few times over. */
async function settled(traffic: TrafficView): Promise<void> {
  for (let time = 0; time < 3; time++) {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    traffic.scroller.resize(traffic.rows.totalRows, 26, 260)
    traffic.settle()
  }
}

it('keys pressed while the look changes select in the rows of the new look', async () => {
  const capture = new FakeCapture()
  for (let line = 0; line < 5; line++) capture.data(line === 1 ? 'sent' : 'received', `line ${line}\n`)
  const traffic = shown(capture, 'records', false)
  await settled(traffic)
  const turning = traffic.lookAt('text')
  traffic.move('last', false)
  await settled(traffic)
  await turning
  await settled(traffic)
  const last = traffic.rows.totalRows - 1
  expect([last, traffic.selection?.focus.row, traffic.inspected?.record]).toEqual([4, 4, 4])

  const back = traffic.lookAt('stream')
  await Promise.resolve()
  traffic.move('first', false)
  traffic.move('last', true)
  await back
  await settled(traffic)
  expect(traffic.selection).toEqual({ anchor: { row: 0, byte: 0 }, focus: { row: 4, byte: 6 } })
  expect(traffic.selectedStretch).toEqual({ direction: 'received', streamOffset: 0, length: 28 })
})

it('a selection from a row that never came into view is a stretch from that row, not from one selected before', async () => {
  const capture = new FakeCapture()
  for (let line = 0; line < 400; line++) capture.data('received', `line ${line}\n`)
  const traffic = shown(capture, 'stream', true)
  await settled(traffic)
  traffic.select({ row: 395, byte: 0 }, false)
  traffic.move('first', false)
  traffic.move('last', true)
  await settled(traffic)
  const whole = capture.totals.receivedBytes
  expect(traffic.selectedStretch).toEqual({ direction: 'received', streamOffset: 0, length: whole })
})
