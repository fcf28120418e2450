/**
 * MessagePack objects one after another. Only the outline is read: one number says how many objects are still missing,
 * since an array of n adds n and a map 2n, so nesting needs no stack.
 *
 * Limit: as soon as an object announces more than the maximum, what was read of it is a region marked `overrun`. The
 * byte c1, which cannot occur, marks the object it stands in `bad-content`. Resynchronisation: reading begins anew right
 * after that byte or header, since every other byte can begin an object.
 */
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'

/** What the number of a header counts. */
const countsBytes = 0
const countsObjects = 1

export class MessagePackScanner extends FrameScanner {
  protected override readonly name = 'msgpack'
  readonly #maximum: number
  /** Objects still to be read before the outermost one ends; 0 between objects. */
  #missingObjects = 0
  /** Bytes of content still to be passed over. */
  #skipBytes = 0
  /** Bytes of a header's number still to be read, and what was read of it. */
  #numberBytes = 0
  #number = 0
  #numberCounts = countsBytes
  /** What one counted thing weighs: two objects for each entry of a map. */
  #numberFactor = 1
  /** Bytes beside the counted ones: the type of an extension. */
  #extraBytes = 0

  constructor(maximumFrameBytes: number) {
    super()
    this.#maximum = maximumFrameBytes
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    const base = this.offset
    let index = 0
    while (index < bytes.length) {
      if (this.#skipBytes > 0) {
        const step = Math.min(this.#skipBytes, bytes.length - index)
        this.#skipBytes -= step
        index += step
      } else if (this.#numberBytes > 0) {
        this.#number = this.#number * 256 + (bytes[index] ?? 0)
        index++
        if (--this.#numberBytes === 0) this.#announce(this.#number * this.#numberFactor)
      } else {
        if (this.#missingObjects === 0) this.#missingObjects = 1
        const first = bytes[index] ?? 0
        index++
        if (first === 0xc1) {
          batch.pushProblem(this.frameStart, base + index, 0, 0, 'bad-content')
          this.#begin(base + index)
          continue
        }
        this.#missingObjects--
        this.#takeFirst(first)
      }
      this.#settle(base + index, batch)
    }
    this.offset = base + bytes.length
  }

  override finish(batch: FrameBatch): void {
    if (this.offset > this.frameStart) {
      const missing = this.#skipBytes + this.#numberBytes + this.#missingObjects
      const known = this.#numberBytes === 0 && this.#missingObjects === 0 ? missing : -1
      batch.pushProblem(this.frameStart, this.offset, 0, 0, 'incomplete', known)
    }
    this.#begin(this.offset)
  }

  /** The first byte of an object tells what follows it. */
  #takeFirst(first: number): void {
    if (first < 0x80 || first >= 0xe0) return
    if (first < 0x90) this.#missingObjects += (first & 0x0f) * 2
    else if (first < 0xa0) this.#missingObjects += first & 0x0f
    else if (first < 0xc0) this.#skipBytes = first & 0x1f
    else if (first < 0xc4) return
    else if (first <= 0xc6) this.#expectNumber(1 << (first - 0xc4), countsBytes, 1, 0)
    else if (first <= 0xc9) this.#expectNumber(1 << (first - 0xc7), countsBytes, 1, 1)
    else if (first <= 0xcb) this.#skipBytes = first === 0xca ? 4 : 8
    else if (first <= 0xcf) this.#skipBytes = 1 << (first - 0xcc)
    else if (first <= 0xd3) this.#skipBytes = 1 << (first - 0xd0)
    else if (first <= 0xd8) this.#skipBytes = 1 + (1 << (first - 0xd4))
    else if (first <= 0xdb) this.#expectNumber(1 << (first - 0xd9), countsBytes, 1, 0)
    else if (first <= 0xdd) this.#expectNumber(first === 0xdc ? 2 : 4, countsObjects, 1, 0)
    else this.#expectNumber(first === 0xde ? 2 : 4, countsObjects, 2, 0)
  }

  #expectNumber(byteCount: number, counts: number, factor: number, extraBytes: number): void {
    this.#numberBytes = byteCount
    this.#number = 0
    this.#numberCounts = counts
    this.#numberFactor = factor
    this.#extraBytes = extraBytes
  }

  #announce(total: number): void {
    if (this.#numberCounts === countsObjects) this.#missingObjects += total
    else this.#skipBytes = total + this.#extraBytes
  }

  /** Ends the object when nothing is missing, or gives it up when it cannot stay within the maximum. */
  #settle(position: number, batch: FrameBatch): void {
    const leastRest = this.#skipBytes + this.#numberBytes + this.#missingObjects
    const leastBytes = position - this.frameStart + leastRest
    if (leastBytes > this.#maximum) {
      batch.pushProblem(this.frameStart, position, 0, 0, 'overrun', leastBytes)
    } else if (leastRest === 0) {
      batch.push(this.frameStart, position, 0, 0)
    } else {
      return
    }
    this.#begin(position)
  }

  #begin(offset: number): void {
    this.frameStart = offset
    this.#missingObjects = 0
    this.#skipBytes = 0
    this.#numberBytes = 0
  }

  protected override saveRegisters(): readonly number[] {
    return [
      this.#missingObjects,
      this.#skipBytes,
      this.#numberBytes,
      this.#number,
      this.#numberCounts,
      this.#numberFactor,
      this.#extraBytes,
    ]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#missingObjects = registers[0] ?? 0
    this.#skipBytes = registers[1] ?? 0
    this.#numberBytes = registers[2] ?? 0
    this.#number = registers[3] ?? 0
    this.#numberCounts = registers[4] ?? countsBytes
    this.#numberFactor = registers[5] ?? 1
    this.#extraBytes = registers[6] ?? 0
  }
}
