import { expect, it } from 'vitest'
import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import { stretchOf } from './selected-stretch.ts'

const base = { connection: 1, timeNs: 0, record: 0 }
const bytesRow = (streamOffset: number, length: number, direction: 'sent' | 'received' = 'received'): CaptureRow => ({
  kind: 'bytes',
  ...base,
  direction,
  offsetInRecord: 0,
  streamOffset,
  bytes: new Uint8Array(length),
  chunkLength: null,
  continues: false,
})
const dataRow = (streamOffset: number, length: number): CaptureRow => ({
  kind: 'data',
  ...base,
  direction: 'received',
  streamOffset,
  length,
  preview: new Uint8Array(0),
})
const event: CaptureRow = { kind: 'event', ...base, event: { kind: 'note', text: '' } }

const stretch = (rows: readonly CaptureRow[], from: [number, number], to: [number, number], selectsBytes: boolean) =>
  stretchOf(
    { anchor: { row: from[0], byte: from[1] }, focus: { row: to[0], byte: to[1] } },
    (row) => rows[row] ?? null,
    selectsBytes,
    false,
  )

it('a selection over several rows is a stretch of their direction', () => {
  const stream = [bytesRow(100, 16), bytesRow(0, 4, 'sent'), bytesRow(116, 5)]
  const chunks = [dataRow(0, 10), event, dataRow(10, 7)]
  expect([
    stretch(stream, [0, 3], [2, 1], true),
    stretch(stream, [2, 9], [0, 0], true),
    stretch(stream, [0, 3], [1, 1], true),
    stretch(stream, [0, 3], [0, 9], true),
    stretch(chunks, [0, 0], [2, 0], false),
    stretch(chunks, [0, 0], [1, 0], false),
    stretch(chunks, [0, 0], [9, 0], false),
  ]).toEqual([
    { direction: 'received', streamOffset: 103, length: 15 },
    { direction: 'received', streamOffset: 100, length: 21 },
    null,
    null,
    { direction: 'received', streamOffset: 0, length: 17 },
    null,
    null,
  ])
})
