import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { maximumWindowRows, type CaptureRow, type DataRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { RecordPlace } from './row-locator.ts'
import type { CaptureReader } from './selected-bytes.ts'

/** A whole number as people type it: decimal, with separators, or hex with `0x`; null for anything else. */
export function parseWholeNumber(text: string): number | null {
  const plain = text.trim().replaceAll(/[\s,_]/g, '')
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(plain)) return null
  const number = Number(plain)
  return Number.isSafeInteger(number) ? number : null
}

/**
 * The record that holds a byte of a direction, by bisection over the records. Records of the other direction and events
 * say nothing about the offset, so a run of them is passed over window by window. Errors: `window-out-of-range` when
 * there is no such byte, those of `capture.window`.
 */
export async function findByte(
  link: CaptureReader,
  captureId: string,
  direction: Direction,
  streamOffset: number,
  recordCount: number,
): Promise<RecordPlace> {
  let low = 0
  let high = recordCount
  let found: DataRow | null = null
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2)
    const probe = await nextOfDirection(link, captureId, direction, middle, high)
    if (probe === null || probe.streamOffset > streamOffset) high = middle
    else {
      found = probe
      if (streamOffset < probe.streamOffset + probe.length) break
      low = probe.record + 1
    }
  }
  if (found === null || streamOffset >= found.streamOffset + found.length) {
    throw new WirebenchError('window-out-of-range', { reason: `There is no byte ${streamOffset}.` })
  }
  return { record: found.record, offsetInRecord: streamOffset - found.streamOffset }
}

async function nextOfDirection(
  link: CaptureReader,
  captureId: string,
  direction: Direction,
  from: number,
  end: number,
): Promise<DataRow | null> {
  const isWanted = (row: CaptureRow): row is DataRow => row.kind === 'data' && row.direction === direction
  let rowCount = 1
  for (let firstRow = from; firstRow < end;) {
    const window = await link.call('capture.window', {
      captureId,
      view: 'records',
      firstRow,
      rowCount,
      previewBytes: 0,
    })
    const row = window.rows.find(isWanted)
    if (row !== undefined) return row.record < end ? row : null
    if (window.rows.length === 0) return null
    firstRow += window.rows.length
    rowCount = Math.min(maximumWindowRows, rowCount * 8)
  }
  return null
}
