import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareBytes } from '../../../src-main/protocol/comparison/compare-bytes.ts'
import { AlignedRows } from './aligned-rows.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it('what only one side has stands beside a gap', () => {
  const rows = new AlignedRows(compareBytes(bytes('id=7;v=1'), bytes('id=7;more;v=2')).edits)
  expect([rows.length, rows.differences, rows.pieces(4, 8)]).toEqual([
    13,
    [5, 12],
    [
      { kind: 'same', length: 1, leftOffset: 4, rightOffset: 4 },
      { kind: 'inserted', length: 5, leftOffset: null, rightOffset: 5 },
      { kind: 'same', length: 2, leftOffset: 5, rightOffset: 10 },
    ],
  ])
})

it('rows of any width show every byte of both sides once, in order', () => {
  const some = fc.uint8Array({ maxLength: 60, max: 3 })
  fc.assert(
    fc.property(some, some, fc.integer({ min: 1, max: 17 }), (left, right, width) => {
      const rows = new AlignedRows(compareBytes(left, right).edits)
      const shown = { left: [] as number[], right: [] as number[] }
      for (let start = 0; start < rows.length; start += width) {
        const pieces = rows.pieces(start, width)
        expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(Math.min(width, rows.length - start))
        for (const { length, leftOffset, rightOffset } of pieces) {
          if (leftOffset !== null) shown.left.push(...left.subarray(leftOffset, leftOffset + length))
          if (rightOffset !== null) shown.right.push(...right.subarray(rightOffset, rightOffset + length))
        }
      }
      expect([shown.left, shown.right]).toEqual([[...left], [...right]])
    }),
    { seed: 22, numRuns: 500 },
  )
})
