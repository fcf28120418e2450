const fields = 3

/** Times of bytes, the last one included; `firstNs` is infinite where there are none. */
export interface TimeSpan {
  readonly firstNs: number
  readonly lastNs: number
}

/** A part of a data file; records begin at both ends. */
export interface FilePart {
  readonly startOffset: number
  readonly endOffset: number
}

/** Which times stand where in a data file, in any order: stretches side by side, of a bounded number. */
export class StretchTable {
  /** End, first time and last time of each. */
  readonly #values: Float64Array
  readonly #startOffset: number
  readonly #maximum: number
  #length = 0
  /** A last stretch that is shorter grows instead of another being begun. */
  #leastBytes = 0

  /** The first stretch begins at `startOffset`; where there were more than `maximum` (even), neighbours become one. */
  constructor(startOffset: number, maximum: number) {
    this.#startOffset = startOffset
    this.#maximum = maximum
    this.#values = new Float64Array(maximum * fields)
  }

  /** The bytes behind the last stretch, up to `endOffset`, are of these times. */
  add(endOffset: number, span: TimeSpan): void {
    const last = this.#length - 1
    if (last >= 0 && this.#endAt(last) - this.#startAt(last) < this.#leastBytes) {
      this.#put(last, endOffset, joined(this.#spanAt(last), span))
      return
    }
    if (this.#length === this.#maximum) this.#halve()
    this.#put(this.#length++, endOffset, span)
  }

  /**
   * The first part of the file from `fileOffset` on that holds bytes of these times, up to where its stretch ends; null
   * when there is none.
   */
  findFrom(fileOffset: number, { firstNs, lastNs }: TimeSpan): FilePart | null {
    for (let index = this.#indexOf(fileOffset); index < this.#length; index++) {
      const at = index * fields
      const begins = this.#values[at + 1] ?? Infinity
      const ends = this.#values[at + 2] ?? -Infinity
      if (begins > lastNs || ends < firstNs) continue
      return { startOffset: Math.max(fileOffset, this.#startAt(index)), endOffset: this.#endAt(index) }
    }
    return null
  }

  /** The stretch that holds this place; their number behind the last. */
  #indexOf(fileOffset: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#endAt(middle) > fileOffset) high = middle
      else low = middle + 1
    }
    return low
  }

  #startAt(index: number): number {
    return index === 0 ? this.#startOffset : this.#endAt(index - 1)
  }

  #endAt(index: number): number {
    return this.#values[index * fields] ?? 0
  }

  #spanAt(index: number): TimeSpan {
    const at = index * fields
    return { firstNs: this.#values[at + 1] ?? Infinity, lastNs: this.#values[at + 2] ?? -Infinity }
  }

  #put(index: number, endOffset: number, { firstNs, lastNs }: TimeSpan): void {
    this.#values.set([endOffset, firstNs, lastNs], index * fields)
  }

  #halve(): void {
    this.#length /= 2
    for (let index = 0; index < this.#length; index++) {
      const span = joined(this.#spanAt(index * 2), this.#spanAt(index * 2 + 1))
      this.#put(index, this.#endAt(index * 2 + 1), span)
    }
    this.#leastBytes = (this.#endAt(this.#length - 1) - this.#startOffset) / this.#length
  }
}

function joined(one: TimeSpan, other: TimeSpan): TimeSpan {
  return { firstNs: Math.min(one.firstNs, other.firstNs), lastNs: Math.max(one.lastNs, other.lastNs) }
}
