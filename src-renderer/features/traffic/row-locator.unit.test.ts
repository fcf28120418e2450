import { describe, expect, it } from 'vitest'
import type { BytesRow, CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import { locateMessage, locateRow, type StreamPlace } from './row-locator.ts'

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

describe('locating a message by its bytes', () => {
  /** Direction, record in which it ended, first byte and length; an event has only its record. */
  const messages: readonly (
    | readonly [direction: 'sent' | 'received', record: number, streamOffset: number, length: number]
    | readonly [event: 'event', record: number]
  )[] = [
    ['event', 0],
    ['sent', 2, 0, 10],
    // Three messages that ended in one record; the last began in the one before.
    ['received', 5, 0, 4],
    ['received', 5, 4, 4],
    ['received', 5, 8, 4],
    ['event', 6],
    ['sent', 7, 10, 6],
    ['received', 9, 12, 100],
  ]
  const shown = messages.map((message, number): CaptureRow => {
    const base = { record: message[1], connection: 1, timeNs: 0 }
    if (message[0] === 'event') return { kind: 'event', ...base, event: { kind: 'note', text: '' } }
    const [direction, , streamOffset, length] = message
    const framed = { headBytes: 0, tailBytes: 0, firstByteTimeNs: null, problem: null }
    const preview = { preview: new Uint8Array(0), previewIsWhole: false }
    return { kind: 'message', ...base, direction, number, streamOffset, length, ...framed, ...preview }
  })
  const locateByte = (record: number, byte: StreamPlace | null, totalRows = shown.length): Promise<number> =>
    locateMessage({ record, offsetInRecord: 0 }, byte, totalRows, (row) => Promise.resolve(shown[row] ?? null))
  const received = (streamOffset: number): StreamPlace => ({ direction: 'received', streamOffset })
  const sent = (streamOffset: number): StreamPlace => ({ direction: 'sent', streamOffset })

  it.each([
    ['the first byte of one', 5, received(0), 2],
    ['the last byte of one', 5, received(3), 2],
    ['one of several that ended in the same record', 5, received(8), 4],
    ['one that ended in a later record than its byte came in', 3, received(9), 4],
    ['one that waited while the other direction talked', 6, received(60), 7],
    ['one of the other direction', 5, sent(12), 6],
  ])('finds %s', async (_, record, byte, row) => {
    expect(await locateByte(record, byte)).toBe(row)
  })

  it.each([
    ['an event', 6, 5],
    ['the first row after a record without rows', 3, 2],
    ['the last row when the record lies behind all', 99, 7],
  ])('without a byte finds %s', async (_, record, row) => {
    expect(await locateByte(record, null)).toBe(row)
  })

  it('of a byte that no message holds yet stays at its record, and copes with no rows at all', async () => {
    expect([await locateByte(9, received(5000)), await locateByte(3, received(0), 0)]).toEqual([7, 0])
  })

  it('gives up after a while instead of going through the whole capture', async () => {
    let questions = 0
    const row = await locateMessage({ record: 100, offsetInRecord: 0 }, received(0), 4_000_000_000, (number) => {
      questions += 1
      return Promise.resolve({ kind: 'damage', record: number, connection: 1, timeNs: 0, lostFileBytes: 1 })
    })
    expect({ row, few: questions < 300 }).toEqual({ row: 100, few: true })
  })
})
