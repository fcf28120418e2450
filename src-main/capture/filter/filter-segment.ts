import type { FoundRow, MessageResumePoint } from '../message-scanner.ts'

/** So few rows of a segment are kept as they are, and need not be looked for again. */
const keptRows = 16

/** Rows of about a MiB of the data file: where it begins, and which of its rows are shown. */
export class FilterSegment {
  /** Null at the beginning of the capture. */
  readonly point: MessageResumePoint | null
  /** Rows shown before it; infinite while rows before it wait to be decided. */
  rowsBefore = Number.POSITIVE_INFINITY
  /** The rows shown, while they are few. */
  kept: FoundRow[] | null = []
  /** Of the rows that are decided by their content: a bit each. */
  #shownBits: Uint8Array<ArrayBuffer> | null = new Uint8Array(16)
  #bitCount = 0

  constructor(point: MessageResumePoint | null) {
    this.point = point
  }

  /** Adds the next row that is shown. */
  addShown(row: FoundRow): void {
    // Events hold texts: a row of them is not small.
    if (row.kind !== 'event' && this.kept !== null && this.kept.length < keptRows) this.kept.push(row)
    else this.kept = null
  }

  /** Remembers what was decided about the next row with content that counts. */
  addDecision(isShown: boolean): void {
    if (this.#shownBits === null) return
    if (this.#bitCount === this.#shownBits.length * 8) {
      const larger = new Uint8Array(this.#shownBits.length * 2)
      larger.set(this.#shownBits)
      this.#shownBits = larger
    }
    const at = this.#bitCount++
    if (isShown) this.#shownBits[at >> 3] = (this.#shownBits[at >> 3] ?? 0) | (1 << (at & 7))
  }

  isShown(decision: number): boolean {
    return (((this.#shownBits?.[decision >> 3] ?? 0) >> (decision & 7)) & 1) === 1
  }

  /** No more rows come. */
  finish(): void {
    this.#shownBits = this.kept === null ? (this.#shownBits?.slice(0, (this.#bitCount + 7) >> 3) ?? null) : null
  }
}
