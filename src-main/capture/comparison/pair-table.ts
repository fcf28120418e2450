import { maximumComparedPairs, type ComparisonState, type PairKind } from '../../contract/schemas/comparison.ts'

/** A pair by the numbers of its rows in the `messages` views of both captures. */
export interface PairPlace {
  readonly number: number
  readonly kind: PairKind
  readonly leftRow: number | null
  readonly rightRow: number | null
}

const kinds: readonly PairKind[] = ['same', 'changed', 'left-only', 'right-only']
const firstRoom = 1024

/** The pairs found so far, 17 bytes each, up to `maximumComparedPairs`. */
export class PairTable {
  #kinds = new Uint8Array(firstRoom)
  #lefts = new Float64Array(firstRoom)
  #rights = new Float64Array(firstRoom)
  #length = 0
  readonly #counts = [0, 0, 0, 0]
  readonly #limit: number

  constructor(limit = maximumComparedPairs) {
    this.#limit = limit
  }

  get isFull(): boolean {
    return this.#length >= this.#limit
  }

  get counts(): ComparisonState['counts'] {
    const [same = 0, changed = 0, leftOnly = 0, rightOnly = 0] = this.#counts
    return { same, changed, leftOnly, rightOnly }
  }

  /** Adds a pair, unless the table is full. */
  add(kind: PairKind, leftRow: number | null, rightRow: number | null): void {
    if (this.isFull) return
    if (this.#length === this.#kinds.length) this.#grow()
    const code = kinds.indexOf(kind)
    this.#kinds[this.#length] = code
    this.#lefts[this.#length] = leftRow ?? -1
    this.#rights[this.#length] = rightRow ?? -1
    this.#counts[code] = (this.#counts[code] ?? 0) + 1
    this.#length++
  }

  /** How many pairs there are of those kinds, of all when null. */
  count(wanted: readonly PairKind[] | null): number {
    if (wanted === null) return this.#length
    return kinds.reduce((sum, kind, code) => sum + (wanted.includes(kind) ? (this.#counts[code] ?? 0) : 0), 0)
  }

  /** The pairs `[first, first + count)` of those kinds. */
  pairs(first: number, count: number, wanted: readonly PairKind[] | null): PairPlace[] {
    const found: PairPlace[] = []
    if (wanted === null) {
      for (let at = first; at < Math.min(this.#length, first + count); at++) found.push(this.#place(at))
      return found
    }
    const isWanted = kinds.map((kind) => wanted.includes(kind))
    let passed = 0
    for (let at = 0; at < this.#length && found.length < count; at++) {
      if (isWanted[this.#kinds[at] ?? 0] === true && passed++ >= first) found.push(this.#place(at))
    }
    return found
  }

  #place(number: number): PairPlace {
    const row = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)
    const kind = kinds[this.#kinds[number] ?? 0] ?? 'same'
    return { number, kind, leftRow: row(this.#lefts[number]), rightRow: row(this.#rights[number]) }
  }

  #grow(): void {
    const room = this.#kinds.length * 2
    const [before, lefts, rights] = [this.#kinds, this.#lefts, this.#rights]
    this.#kinds = new Uint8Array(room)
    this.#lefts = new Float64Array(room)
    this.#rights = new Float64Array(room)
    this.#kinds.set(before)
    this.#lefts.set(lefts)
    this.#rights.set(rights)
  }
}
