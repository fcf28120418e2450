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
/** So many places that came late are put where they belong together: one by one, each would move all that stand behind it. */
const mostLatePlaces = 16_384

/**
 * Places in the order of the capture, the first ones up to a limit; further ones are counted. They may come in any order: streams
 * that are looked through one after the other lie side by side in the capture.
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
  /** Places before the last one of the table that are not in it yet. */
  #late: FoundPlace[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Places found. */
  get count(): number {
    return this.#count
  }

  get kept(): number {
    this.#settle()
    return this.#kept
  }

  clear(): void {
    this.#count = 0
    this.#kept = 0
    this.#late = []
  }

  add(place: FoundPlace): void {
    this.#count++
    if (this.#kept > 0 && !this.#isBefore(this.#kept - 1, place.record, place.offsetInRecord)) {
      this.#late.push(place)
      if (this.#late.length === mostLatePlaces) this.#settle()
    } else if (this.#kept < this.#limit) {
      this.#makeRoom(this.#kept + 1)
      this.#put(this.#kept++, place)
    }
  }

  /** The kept place with this number. */
  at(number: number): FoundPlace | null {
    if (number < 0 || number >= this.kept) return null
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
    return this.#firstOf(this.kept, record, offsetInRecord)
  }

  /** The same among the first `count` places of the table. */
  #firstOf(count: number, record: number, offsetInRecord: number): number {
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isBefore(middle, record, offsetInRecord)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Puts the late places where they belong, from the last one on; what goes beyond the limit is let go. */
  #settle(): void {
    if (this.#late.length === 0) return
    const late = this.#late.sort((a, b) => b.record - a.record || b.offsetInRecord - a.offsetInRecord)
    this.#late = []
    let from = this.#kept + late.length
    let unmoved = this.#kept
    const kept = Math.min(from, this.#limit)
    this.#makeRoom(kept)
    for (const place of late) {
      const first = this.#firstOf(unmoved, place.record, place.offsetInRecord)
      from -= unmoved - first
      const moved = Math.min(unmoved - first, kept - from)
      if (moved > 0) for (const column of this.#columns()) column.copyWithin(from, first, first + moved)
      unmoved = first
      from--
      if (from < kept) this.#put(from, place)
    }
    this.#kept = kept
  }

  #isBefore(number: number, record: number, offsetInRecord: number): boolean {
    const own = this.#records[number] ?? 0
    return own < record || (own === record && (this.#offsets[number] ?? 0) < offsetInRecord)
  }

  #put(number: number, place: FoundPlace): void {
    this.#records[number] = place.record
    this.#offsets[number] = place.offsetInRecord
    this.#timesNs[number] = place.timeNs
    this.#connections[number] = place.connection
    this.#isSent[number] = place.isSent ? 1 : 0
    this.#streamOffsets[number] = place.streamOffset
    this.#lengths[number] = place.length
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

  #makeRoom(count: number): void {
    if (count <= this.#records.length) return
    const length = Math.max(count, Math.min(this.#limit, this.#records.length * 2))
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
