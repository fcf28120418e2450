import type { SendingUnit } from './chunk-plan.ts'

const lineFeed = 0x0a

/** What stands at the front of the bytes. */
export interface ChunkCut {
  /** Bytes that belong to the chunk. */
  readonly byteCount: number
  /** The chunk ends with them; else more of it may follow. */
  readonly isWhole: boolean
}

/** Finds where chunks end, in bytes that come piece by piece. A line of any length needs no memory. */
export class ChunkCutter {
  readonly #unit: SendingUnit
  #restItems = 0
  #lineCount = 0
  /** There are bytes behind the last LF. */
  #isInLine = false

  constructor(unit: SendingUnit) {
    this.#unit = unit
  }

  /** Lines so far; one without its LF counts. Null when bytes are counted. */
  get lineCount(): number | null {
    return this.#unit === 'bytes' ? null : this.#lineCount + (this.#isInLine ? 1 : 0)
  }

  /** A chunk of so many items begins. */
  begin(itemCount: number): void {
    this.#restItems = itemCount
  }

  /** How much of the bytes belongs to the chunk. Takes nothing yet, so it can be asked again with more of them. */
  look(bytes: Uint8Array): ChunkCut {
    if (this.#unit === 'bytes') {
      const byteCount = Math.min(this.#restItems, bytes.length)
      return { byteCount, isWhole: byteCount === this.#restItems }
    }
    let end = 0
    for (let lines = 0; lines < this.#restItems; lines++) {
      const at = bytes.indexOf(lineFeed, end)
      if (at < 0) return { byteCount: bytes.length, isWhole: false }
      end = at + 1
    }
    return { byteCount: end, isWhole: true }
  }

  /** These bytes of the chunk go out. */
  take(bytes: Uint8Array): void {
    if (this.#unit === 'bytes') {
      this.#restItems -= bytes.length
      return
    }
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
      this.#restItems--
      this.#lineCount++
    }
    if (bytes.length > 0) this.#isInLine = bytes[bytes.length - 1] !== lineFeed
  }
}
