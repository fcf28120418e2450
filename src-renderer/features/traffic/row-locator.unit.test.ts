import { describe, expect, it } from 'vitest'
import type { BytesRow } from '../../../src-main/contract/schemas/capture.ts'
import { locateRow } from './row-locator.ts'

const places: readonly (readonly [record: number, offset: number])[] = [
  [2, 0],
  [2, 16],
  [5, 0],
  [9, 0],
  [9, 16],
  [9, 32],
]

const rows = places.map(([record, offsetInRecord]): BytesRow => {
  const streamOffset = offsetInRecord
  const common = {
    connection: 1,
    timeNs: 0,
    direction: 'received',
    bytes: new Uint8Array(16),
    continues: false,
  } as const
  return { kind: 'bytes', record, offsetInRecord, streamOffset, chunkLength: null, ...common }
})

const locate = (record: number, offsetInRecord: number, totalRows = rows.length): Promise<number> =>
  locateRow({ record, offsetInRecord }, totalRows, (row) => Promise.resolve(rows[row] ?? null))

describe('locating a row by record', () => {
  it('finds the last row that begins at or before a place', async () => {
    const found = [
      await locate(0, 0),
      await locate(2, 15),
      await locate(2, 16),
      await locate(7, 3),
      await locate(9, 40),
    ]
    expect(found).toEqual([0, 0, 1, 2, 5])
  })

  it('copes with rows that are not there yet and with none at all', async () => {
    expect([await locate(9, 40, 1000), await locate(9, 40, 0)]).toEqual([5, 0])
  })

  it('needs few questions for billions of rows', async () => {
    let questions = 0
    const row = await locateRow({ record: 1_234_567_890, offsetInRecord: 0 }, 4_000_000_000, (number) => {
      questions += 1
      return Promise.resolve({ kind: 'damage', record: number, connection: 1, timeNs: 0, lostFileBytes: 1 })
    })
    expect({ row, few: questions <= 32 }).toEqual({ row: 1_234_567_890, few: true })
  })
})
