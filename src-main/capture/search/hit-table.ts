/** Where something was found. */
export interface FoundPlace {
  readonly record: number
  readonly offsetInRecord: number
  readonly timeNs: number
  readonly connection: number
  readonly isSent: boolean
  readonly streamOffset: number
  readonly length: number
}

const leastRoom = 64

/**
 * Places in the order of the capture, the first ones up to a limit; further ones are counted. They come nearly in order: one that
 * began early and ended late is put where it belongs.
 */
export class HitTable {
  readonly #limit: number
  #count = 0
  #kept = 0
  #records = new Float64Array(leastRoom)
  #offsets = new Uint32Array(leastRoom)
  #timesNs = new Float64Array(leastRoom)
  #connections = new Uint32Array(leastRoom)
  #isSent = new Uint8Array(leastRoom)
  #streamOffsets = new Float64Array(leastRoom)
  #lengths = new Uint32Array(leastRoom)

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Places found. */
  get count(): number {
    return this.#count
  }

  get kept(): number {
    return this.#kept
  }

  clear(): void {
    this.#count = 0
    this.#kept = 0
  }

  add(place: FoundPlace): void {
    this.#count++
    const at = this.firstFrom(place.record, place.offsetInRecord)
    if (at >= this.#limit) return
    if (this.#kept < this.#limit) {
      if (this.#kept === this.#records.length) this.#grow()
      this.#kept++
    }
    for (const column of this.#columns()) column.copyWithin(at + 1, at, this.#kept - 1)
    this.#records[at] = place.record
    this.#offsets[at] = place.offsetInRecord
    this.#timesNs[at] = place.timeNs
    this.#connections[at] = place.connection
    this.#isSent[at] = place.isSent ? 1 : 0
    this.#streamOffsets[at] = place.streamOffset
    this.#lengths[at] = place.length
  }

  /** The kept place with this number. */
  at(number: number): FoundPlace | null {
    if (number < 0 || number >= this.#kept) return null
    return {
      record: this.#records[number] ?? 0,
      offsetInRecord: this.#offsets[number] ?? 0,
      timeNs: this.#timesNs[number] ?? 0,
      connection: this.#connections[number] ?? 0,
      isSent: this.#isSent[number] === 1,
      streamOffset: this.#streamOffsets[number] ?? 0,
      length: this.#lengths[number] ?? 0,
    }
  }

  /** Number of the first kept place at or behind a byte of a record; how many are kept when there is none. */
  firstFrom(record: number, offsetInRecord: number): number {
    let low = 0
    let high = this.#kept
    if (high > 0 && this.#isBefore(high - 1, record, offsetInRecord)) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isBefore(middle, record, offsetInRecord)) low = middle + 1
      else high = middle
    }
    return low
  }

  #isBefore(number: number, record: number, offsetInRecord: number): boolean {
    const own = this.#records[number] ?? 0
    return own < record || (own === record && (this.#offsets[number] ?? 0) < offsetInRecord)
  }

  #columns(): readonly (Float64Array | Uint32Array | Uint8Array)[] {
    return [
      this.#records,
      this.#offsets,
      this.#timesNs,
      this.#connections,
      this.#isSent,
      this.#streamOffsets,
      this.#lengths,
    ]
  }

  #grow(): void {
    const length = Math.min(this.#limit, this.#records.length * 2)
    this.#records = grown(this.#records, new Float64Array(length))
    this.#offsets = grown(this.#offsets, new Uint32Array(length))
    this.#timesNs = grown(this.#timesNs, new Float64Array(length))
    this.#connections = grown(this.#connections, new Uint32Array(length))
    this.#isSent = grown(this.#isSent, new Uint8Array(length))
    this.#streamOffsets = grown(this.#streamOffsets, new Float64Array(length))
    this.#lengths = grown(this.#lengths, new Uint32Array(length))
  }
}

function grown<Column extends Float64Array | Uint32Array | Uint8Array>(from: Column, into: Column): Column {
  into.set(from)
  return into
}
