import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CancelSource } from '../../contract/cancel-source.ts'
import type { CaptureWindow, MessageRow } from '../../contract/schemas/capture.ts'
import { compareMessages } from './capture-comparison.ts'
import type { MessageSide } from './message-feed.ts'
import { PairTable } from './pair-table.ts'

/** A side of messages in memory, a record each; every other row is of the other direction. */
function sideOf(contents: readonly Uint8Array[], previewBytes = 4096): MessageSide {
  const rows = contents.flatMap((content, number): MessageRow[] => {
    const row: MessageRow = {
      kind: 'message',
      record: number * 2,
      connection: 1,
      timeNs: number,
      direction: 'received',
      number,
      streamOffset: number * 100_000,
      length: content.length + 3,
      headBytes: 2,
      tailBytes: 1,
      firstByteTimeNs: null,
      problem: null,
      preview: content.subarray(0, previewBytes),
      previewIsWhole: content.length <= previewBytes,
    }
    return [row, { ...row, record: number * 2 + 1, direction: 'sent', preview: Uint8Array.of(number) }]
  })
  return {
    window: (firstRow, rowCount): Promise<CaptureWindow> =>
      Promise.resolve({
        view: 'messages',
        firstRow,
        rows: rows.slice(firstRow, firstRow + Math.min(rowCount, 7)),
        totalRows: rows.length,
        complete: true,
      }),
    read: ({ streamOffset, skipBytes, length }) => {
      const content = contents[Math.floor(streamOffset / 100_000)] ?? new Uint8Array(0)
      const from = (streamOffset % 100_000) + skipBytes - 2
      const bytes = content.subarray(from, from + Math.min(length, content.length - from))
      return Promise.resolve({ bytes, endStreamOffset: streamOffset + skipBytes + bytes.length })
    },
    direction: 'received',
    connection: null,
    recordCount: rows.length,
  }
}

const never = new CancelSource().signal
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function compared(left: MessageSide, right: MessageSide, limit?: number): Promise<PairTable> {
  const table = new PairTable(limit)
  await compareMessages({ left, right }, table, never, () => {})
  return table
}

test('pairs name the rows of both sides, and are found again by kind', async () => {
  const left = sideOf(['hello', 'one', 'two', 'bye'].map(bytes))
  const right = sideOf(['hello', 'ONE', 'bye', 'more'].map(bytes))
  const table = await compared(left, right)
  expect(table.pairs(0, 10, null)).toEqual([
    { number: 0, kind: 'same', leftRow: 0, rightRow: 0 },
    { number: 1, kind: 'changed', leftRow: 2, rightRow: 2 },
    { number: 2, kind: 'left-only', leftRow: 4, rightRow: null },
    { number: 3, kind: 'same', leftRow: 6, rightRow: 4 },
    { number: 4, kind: 'right-only', leftRow: null, rightRow: 6 },
  ])
  expect(table.counts).toEqual({ same: 2, changed: 1, leftOnly: 1, rightOnly: 1 })
  expect([table.count(['changed', 'right-only']), table.pairs(1, 1, ['changed', 'right-only'])]).toEqual([
    2,
    [{ number: 4, kind: 'right-only', leftRow: null, rightRow: 6 }],
  ])
})

test('messages larger than a preview are compared to their last byte', async () => {
  const large = new Uint8Array(50_000).fill(7)
  const other = large.slice()
  other[49_999] = 8
  const same = await compared(sideOf([large]), sideOf([large.slice()]))
  const changed = await compared(sideOf([large]), sideOf([other]))
  expect([same.counts.same, changed.counts.changed]).toEqual([1, 1])
})

test('a capture is the same as itself, and every message is in exactly one pair', async () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 3 }), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(contents, contents, async (left, right) => {
      const itself = await compared(sideOf(left), sideOf(left))
      expect(itself.counts).toEqual({ same: left.length, changed: 0, leftOnly: 0, rightOnly: 0 })
      const { same, changed, leftOnly, rightOnly } = (await compared(sideOf(left), sideOf(right))).counts
      expect([same + changed + leftOnly, same + changed + rightOnly]).toEqual([left.length, right.length])
    }),
    { seed: 22, numRuns: 200 },
  )
})

test('it ends at the limit of pairs, and when it is cancelled', async () => {
  const many = sideOf(Array.from({ length: 3000 }, (_, number) => bytes(String(number))))
  const table = await compared(many, many, 100)
  expect([table.isFull, table.count(null)]).toEqual([true, 100])
  const cancel = new CancelSource()
  const work = compareMessages({ left: many, right: many }, new PairTable(), cancel.signal, () => cancel.cancel())
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
})
