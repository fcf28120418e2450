import { maximumWindowRows, type CaptureWindow, type MessageRow } from '../../contract/schemas/capture.ts'

/** Rows no further apart than this are read in one window. */
const joinedGapRows = 32

/** Reads messages by the numbers of their rows, given rising, near ones together. */
export async function rowsByNumber(
  numbers: readonly number[],
  window: (firstRow: number, rowCount: number) => Promise<CaptureWindow>,
): Promise<Map<number, MessageRow>> {
  const found = new Map<number, MessageRow>()
  const wanted = new Set(numbers)
  for (let at = 0; at < numbers.length;) {
    const first = numbers[at] ?? 0
    let last = first
    for (; at < numbers.length; at++) {
      const number = numbers[at] ?? 0
      if (number - last > joinedGapRows || number - first >= maximumWindowRows) break
      last = number
    }
    const { firstRow, rows } = await window(first, last - first + 1)
    rows.forEach((row, index) => {
      if (row.kind === 'message' && wanted.has(firstRow + index)) found.set(firstRow + index, row)
    })
  }
  return found
}
