import type { Edit } from '../../../src-main/protocol/comparison/edit.ts'

/** A part of a row: bytes of one kind. Offsets are those of the first byte; null where the side has a gap. */
export interface AlignedPiece {
  readonly kind: Edit['kind']
  readonly length: number
  readonly leftOffset: number | null
  readonly rightOffset: number | null
}

/**
 * Both messages laid side by side: what only one of them has stands beside a gap, so that what is the same stands at the same
 * place on both sides. Places are counted with the gaps.
 */
export class AlignedRows {
  readonly length: number
  /** Where each stretch of differences begins. */
  readonly differences: readonly number[]
  readonly #edits: readonly Edit[]
  readonly #starts: readonly number[]

  constructor(edits: readonly Edit[]) {
    const starts: number[] = []
    const differences: number[] = []
    let place = 0
    let before: Edit['kind'] = 'same'
    for (const edit of edits) {
      starts.push(place)
      if (edit.kind !== 'same' && before === 'same') differences.push(place)
      before = edit.kind
      place += lengthOf(edit)
    }
    this.#edits = edits
    this.#starts = starts
    this.differences = differences
    this.length = place
  }

  /** The pieces of the places `[start, start + count)`, in order. */
  pieces(start: number, count: number): readonly AlignedPiece[] {
    const end = Math.min(this.length, start + count)
    const pieces: AlignedPiece[] = []
    for (let index = this.#editAt(start); index < this.#edits.length; index++) {
      const edit = this.#edits[index]
      const editStart = this.#starts[index] ?? 0
      if (edit === undefined || editStart >= end) break
      const from = Math.max(start, editStart)
      const to = Math.min(end, editStart + lengthOf(edit))
      if (from >= to) continue
      pieces.push({
        kind: edit.kind,
        length: to - from,
        leftOffset: edit.kind === 'inserted' ? null : edit.leftStart + from - editStart,
        rightOffset: edit.kind === 'deleted' ? null : edit.rightStart + from - editStart,
      })
    }
    return pieces
  }

  #editAt(place: number): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? 0) <= place) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }
}

function lengthOf({ leftStart, leftEnd, rightStart, rightEnd }: Edit): number {
  return Math.max(leftEnd - leftStart, rightEnd - rightStart)
}
