import { describe, expect, it } from 'vitest'
import {
  extendTo,
  movementOfKey,
  moveCursor,
  selectedInRow,
  singleCursor,
  type CursorMovement,
} from './row-selection.ts'

/** Three rows of 16, 3 and 16 bytes. */
const lengths = [16, 3, 16]
const bounds = { totalRows: 3, pageRows: 2, bytesIn: (row: number): number => lengths[row] ?? 16 }

function walk(row: number, byte: number, ...movements: CursorMovement[]): string {
  const end = movements.reduce((cursor, movement) => moveCursor(cursor, movement, bounds), { row, byte })
  return `${end.row}:${end.byte}`
}

const key = (name: string, ctrlKey = false): { key: string; ctrlKey: boolean; metaKey: boolean } => {
  return { key: name, ctrlKey, metaKey: false }
}

describe('selection of rows and bytes', () => {
  it('walks over rows of different lengths', () => {
    expect([
      walk(0, 15, 'right'),
      walk(1, 0, 'left'),
      walk(0, 9, 'down'),
      walk(1, 2, 'right'),
      walk(0, 9, 'page-down'),
      walk(0, 9, 'down', 'row-end', 'right'),
      walk(2, 5, 'first'),
      walk(0, 0, 'last', 'right', 'down'),
      walk(0, 0, 'left', 'up', 'page-up'),
    ]).toEqual(['1:0', '0:15', '1:2', '2:0', '2:9', '2:0', '0:0', '2:15', '0:0'])
  })

  it('reads keys for bytes and for rows', () => {
    expect([
      movementOfKey(key('Home'), true),
      movementOfKey(key('Home', true), true),
      movementOfKey(key('End'), false),
      movementOfKey(key('ArrowLeft'), true),
      movementOfKey(key('ArrowLeft'), false),
      movementOfKey(key('PageDown'), false),
      movementOfKey(key('x'), true),
    ]).toEqual(['row-start', 'first', 'last', 'left', null, 'page-down', null])
  })

  it('says which bytes of each row are selected, whichever end came first', () => {
    const range = extendTo(singleCursor(2, 4), { row: 0, byte: 14 })
    const selected = lengths.map((length, row) => selectedInRow(range, row, length))
    expect([...selected, selectedInRow(range, 3, 16)]).toEqual([
      { from: 14, to: 16 },
      { from: 0, to: 3 },
      { from: 0, to: 5 },
      null,
    ])
  })
})
