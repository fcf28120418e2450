import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import type {
  CaptureRow,
  CaptureTotals,
  CaptureViewName,
  CaptureWindow,
} from '../../../src-main/contract/schemas/capture.ts'
import { recountDelayMs, RowWindow, type RowsLook, type RowWindowEffect } from './row-window.ts'

const totals = (recordCount: number, receivedBytes = recordCount * 100): CaptureTotals => ({
  recordCount,
  streamRowCount: recordCount * 7,
  sentBytes: 0,
  receivedBytes,
  fileBytes: 0,
  lastTimeNs: 0,
})

function answer(firstRow: number, count: number, totalRows: number, view: CaptureViewName = 'records'): CaptureWindow {
  const rows = Array.from({ length: count }, (_, index): CaptureRow => {
    return { kind: 'damage', record: firstRow + index, connection: 1, timeNs: 0, lostFileBytes: 1 }
  })
  return { view, firstRow, rows, totalRows, complete: true }
}

const all = (view: CaptureViewName): RowsLook => ({ view, filter: null })

/** An effect in short: `#1 records end+50`. */
const told = (effects: readonly RowWindowEffect[]): string =>
  effects
    .map((effect) =>
      effect.kind === 'ask'
        ? `#${effect.ticket} ${effect.wanted.look.view} ${effect.wanted.firstRow}+${effect.wanted.rowCount}`
        : `wake ${effect.delayMs}`,
    )
    .join(', ')

const drawn = (window: RowWindow): string =>
  window.drawn === null
    ? 'nothing'
    : `${window.drawn.view} ${window.drawn.firstRow}+${window.drawn.rows.length} of ${window.totalRows}`

describe('row window', () => {
  it('asks for the end, once per growth, with one question under way', () => {
    const window = new RowWindow(all('records'))
    const script = [
      told(window.showRows(0, 20)),
      told(window.grew(totals(5))),
      told(window.grew(totals(9))),
      told(window.answered(1, answer(0, 5, 5))),
      drawn(window),
      told(window.answered(2, answer(0, 9, 9))),
      drawn(window),
      told(window.grew(totals(9))),
      told(window.grew(totals(1000))),
      drawn(window),
      told(window.answered(3, answer(950, 50, 1000))),
      drawn(window),
    ]
    expect(script).toEqual([
      '#1 records end+50',
      '',
      '',
      '#2 records end+50',
      'records 0+5 of 5',
      '',
      'records 0+9 of 9',
      '',
      '#3 records end+50',
      'records 0+9 of 9',
      '',
      'records 950+50 of 1000',
    ])
  })

  it('keeps only the newest of what is wanted while a question is under way', () => {
    const window = new RowWindow(all('records'))
    window.showRows(0, 20)
    window.answered(1, answer(950, 50, 1000))
    window.follow(false)
    const script = [
      told(window.showRows(500, 20)),
      told(window.showRows(300, 20)),
      told(window.showRows(100, 20)),
      drawn(window),
      told(window.answered(2, answer(470, 80, 1000))),
      told(window.answered(3, answer(70, 80, 1000))),
      told(window.showRows(120, 20)),
      told(window.showRows(140, 20)),
    ]
    expect(script).toEqual([
      '#2 records 470+80',
      '',
      '',
      'records 950+50 of 1000',
      '#3 records 70+80',
      '',
      '',
      '#4 records 110+80',
    ])
  })

  it('ignores answers to questions that were given up, in any order', () => {
    const window = new RowWindow(all('records'))
    window.showRows(0, 20)
    window.answered(1, answer(0, 10, 10))
    window.grew(totals(20))
    const script = [
      told(window.show(all('stream'), 0)),
      told(window.answered(2, answer(0, 20, 20))),
      drawn(window),
      told(window.answered(3, answer(90, 50, 140, 'stream'))),
      told(window.failed(2, describeError('host-gone'))),
      drawn(window),
      window.error?.code ?? 'no error',
    ]
    expect(script).toEqual(['#3 stream end+50', '', 'records 0+10 of 10', '', '', 'stream 90+50 of 140', 'no error'])
  })

  it('lets the total grow without asking when scrolled away', () => {
    const window = new RowWindow(all('stream'))
    window.showRows(0, 20)
    window.answered(1, answer(6950, 50, 7000, 'stream'))
    window.follow(false)
    const script = [
      told(window.showRows(6960, 20)),
      told(window.grew(totals(2_000_000))),
      drawn(window),
      told(window.follow(true)),
    ]
    expect(script).toEqual(['', '', 'stream 6950+50 of 14000000', '#2 stream end+50'])
  })

  it('fills the viewport when rows arrive after the last one', () => {
    const window = new RowWindow(all('records'))
    window.showRows(0, 20)
    window.answered(1, answer(0, 5, 5))
    window.follow(false)
    expect(told(window.grew(totals(9)))).toBe('#2 records 0+80')
  })

  it('asks again for the open end of the text view and while it is being counted', () => {
    const window = new RowWindow(all('text'))
    window.showRows(0, 20)
    window.follow(false)
    const script = [
      told(window.answered(1, { ...answer(0, 20, 20, 'text'), complete: false })),
      told(window.retry()),
      told(window.answered(2, answer(0, 20, 20, 'text'))),
      told(window.grew(totals(1, 5))),
      told(window.answered(3, answer(0, 20, 20, 'text'))),
      told(window.grew(totals(1, 5))),
    ]
    expect(script).toEqual([`wake ${recountDelayMs}`, '#2 text 0+80', '', '#3 text 0+80', '', ''])
  })

  it('does not ask in circles when rows that were promised do not come', () => {
    const window = new RowWindow(all('records'))
    window.showRows(0, 20)
    expect([told(window.answered(1, answer(0, 3, 1000))), told(window.grew(totals(1001)))]).toEqual([
      '',
      '#2 records end+50',
    ])
  })

  it('stops after a failure until the user moves or retries, and keeps what is drawn', () => {
    const window = new RowWindow(all('records'))
    window.showRows(0, 20)
    window.answered(1, answer(0, 20, 20))
    window.grew(totals(30))
    const script = [
      told(window.failed(2, describeError('host-gone'))),
      window.error?.code,
      drawn(window),
      told(window.grew(totals(40))),
      told(window.retry()),
      window.error?.code ?? 'no error',
    ]
    expect(script).toEqual(['', 'host-gone', 'records 0+20 of 20', '', '#3 records end+50', 'no error'])
  })

  it('asks for messages again with every record, wherever the view is', () => {
    const window = new RowWindow(all('messages'))
    window.showRows(0, 20)
    const script = [
      told(window.answered(1, answer(950, 50, 1000, 'messages'))),
      told(window.grew(totals(400))),
      told(window.answered(2, answer(951, 50, 1001, 'messages'))),
      drawn(window),
      // The same number of records brings no further message, however many rows the streams have.
      told(window.grew(totals(400, 999_999))),
      told(window.follow(false)),
      told(window.showRows(960, 20)),
      told(window.grew(totals(401))),
      told(window.answered(3, answer(930, 80, 1010, 'messages'))),
      drawn(window),
    ]
    expect(script).toEqual([
      '',
      '#2 messages end+50',
      '',
      'messages 951+50 of 1001',
      '',
      '',
      '',
      '#3 messages 930+80',
      '',
      'messages 930+80 of 1010',
    ])
  })

  it('never takes the number of records for the number of messages', () => {
    const window = new RowWindow(all('messages'))
    window.showRows(0, 20)
    window.answered(1, answer(0, 3, 3, 'messages'))
    window.follow(false)
    window.showRows(0, 20)
    window.grew(totals(500))
    expect([drawn(window), told(window.answered(2, answer(0, 4, 4, 'messages'))), drawn(window)]).toEqual([
      'messages 0+3 of 3',
      '',
      'messages 0+4 of 4',
    ])
  })

  it('asks once more after each silence that ends messages, counted from the last growth', () => {
    const window = new RowWindow(all('messages'))
    window.endAfterSilence([500, 20, 20])
    window.showRows(0, 20)
    const script = [
      told(window.answered(1, answer(0, 1, 1, 'messages'))),
      told(window.woken()),
      told(window.grew(totals(2))),
      told(window.answered(2, answer(0, 1, 1, 'messages'))),
      told(window.answered(3, answer(0, 1, 1, 'messages'))),
      told(window.woken()),
      told(window.answered(4, answer(0, 2, 2, 'messages'))),
      told(window.woken()),
      told(window.answered(5, answer(0, 3, 3, 'messages'))),
      told(window.grew(totals(2))),
    ]
    expect(script).toEqual([
      'wake 25',
      '#2 messages end+50',
      '',
      '#3 messages end+50',
      'wake 25',
      '#4 messages end+50',
      'wake 485',
      '#5 messages end+50',
      '',
      '',
    ])
  })

  it('does not ask after a silence for other views, nor after a failure', () => {
    const window = new RowWindow(all('messages'))
    window.endAfterSilence([20])
    window.showRows(0, 20)
    window.answered(1, answer(0, 1, 1, 'messages'))
    window.grew(totals(2))
    window.failed(2, describeError('host-gone'))
    const afterFailure = told(window.woken())
    window.show(all('records'), 0)
    expect([afterFailure, told(window.answered(3, answer(0, 2, 2))), told(window.woken())]).toEqual(['', '', ''])
  })

  it('asks for filtered rows again with every record, and never takes totals for their number', () => {
    const filtered: RowsLook = { view: 'records', filter: { scope: { direction: 'sent' } } }
    const window = new RowWindow(filtered)
    window.follow(false)
    const script = [
      told(window.showRows(0, 20)),
      told(window.answered(1, { ...answer(0, 7, 7), hiddenRows: 993 })),
      told(window.grew(totals(1000))),
      told(window.answered(2, { ...answer(0, 8, 8), hiddenRows: 1092 })),
      told(window.grew(totals(1000))),
      `${drawn(window)}, ${window.drawn?.hiddenRows} hidden`,
    ]
    expect(script).toEqual(['#1 records 0+80', '', '#2 records 0+80', '', '', 'records 0+8 of 8, 1092 hidden'])
  })

  it('tells rows of another filter from those asked for, though the view is the same', () => {
    const window = new RowWindow(all('records'))
    window.showRows(0, 20)
    window.answered(1, answer(950, 50, 1000))
    const filtered: RowsLook = { view: 'records', filter: { showsEvents: false } }
    const asked = told(window.show(filtered, 0))
    const before = window.drawn?.look === window.look
    window.answered(2, answer(0, 3, 3))
    expect([asked, before, window.drawn?.look === filtered, window.totalRows]).toEqual([
      '#2 records end+50',
      false,
      true,
      3,
    ])
  })
})
