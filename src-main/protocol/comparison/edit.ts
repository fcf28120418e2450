/** What became of a stretch of the left bytes in the right ones. Both ends are `[start, end)`. */
export interface Edit {
  /** `changed`: as many other bytes stand there; `inserted`: only on the right; `deleted`: only on the left. */
  readonly kind: 'same' | 'changed' | 'inserted' | 'deleted'
  readonly leftStart: number
  readonly leftEnd: number
  readonly rightStart: number
  readonly rightEnd: number
}

/** How much differs, for people. A place is one stretch of differences without an equal byte in it. */
export interface DifferenceCounts {
  readonly changedBytes: number
  readonly insertedBytes: number
  readonly deletedBytes: number
  readonly places: number
}

/** Counts the differences among edits. */
export function countDifferences(edits: readonly Edit[]): DifferenceCounts {
  const counts = { changedBytes: 0, insertedBytes: 0, deletedBytes: 0, places: 0 }
  let before: Edit['kind'] = 'same'
  for (const { kind, leftStart, leftEnd, rightStart, rightEnd } of edits) {
    if (kind === 'changed') counts.changedBytes += leftEnd - leftStart
    else if (kind === 'inserted') counts.insertedBytes += rightEnd - rightStart
    else if (kind === 'deleted') counts.deletedBytes += leftEnd - leftStart
    if (kind !== 'same' && before === 'same') counts.places++
    before = kind
  }
  return counts
}

/** So many edits are told apart exactly; beyond, short equal stretches count as changed. */
const finelyToldEdits = 100_000
const firstMergedBytes = 16

/** Puts edits together in order: neighbours of one kind become one, a deletion with an insertion becomes a change. */
export class EditList {
  /** Equal bytes between differences were counted as changed, because there are very many differences. */
  isCoarse = false
  readonly #edits: Edit[] = []
  #pendingDeleted = 0
  #pendingInserted = 0
  #left = 0
  #right = 0
  #mergedBytes = 0

  /** So many bytes follow that are the same on both sides. */
  same(byteCount: number): void {
    if (byteCount === 0) return
    const isInside = this.#edits.length > 0 || this.#pendingDeleted + this.#pendingInserted > 0
    if (isInside && byteCount < this.#mergedBytes) {
      this.isCoarse = true
      this.#pendingDeleted += byteCount
      this.#pendingInserted += byteCount
      return
    }
    this.#settle()
    this.#push('same', byteCount, byteCount)
  }

  /** So many bytes of the left and of the right follow that have nothing to do with each other. */
  replaced(leftBytes: number, rightBytes: number): void {
    this.#pendingDeleted += leftBytes
    this.#pendingInserted += rightBytes
  }

  /** All edits, from the beginning to the end of both sides. */
  finish(): readonly Edit[] {
    this.#settle()
    return this.#edits
  }

  #settle(): void {
    const changed = Math.min(this.#pendingDeleted, this.#pendingInserted)
    const deleted = this.#pendingDeleted - changed
    const inserted = this.#pendingInserted - changed
    this.#pendingDeleted = 0
    this.#pendingInserted = 0
    if (changed > 0) this.#push('changed', changed, changed)
    if (deleted > 0) this.#push('deleted', deleted, 0)
    if (inserted > 0) this.#push('inserted', 0, inserted)
  }

  #push(kind: Edit['kind'], leftBytes: number, rightBytes: number): void {
    const last = this.#edits.at(-1)
    const start = last?.kind === kind ? last : { leftStart: this.#left, rightStart: this.#right }
    if (last?.kind === kind) this.#edits.pop()
    this.#left += leftBytes
    this.#right += rightBytes
    const { leftStart, rightStart } = start
    this.#edits.push({ kind, leftStart, leftEnd: this.#left, rightStart, rightEnd: this.#right })
    if (this.#edits.length % finelyToldEdits === 0) {
      this.#mergedBytes = this.#mergedBytes === 0 ? firstMergedBytes : this.#mergedBytes * 2
    }
  }
}
