import { malformed } from './character-codec.ts'
import { unpackTable } from './tables/unpack-table.ts'

/** A table of an encoding, unpacked when it is first used. */
export class CodeTable {
  readonly #packed: string
  #codePoints: readonly number[] | null = null

  constructor(packed: string) {
    this.#packed = packed
  }

  /** The code point of a pointer, `malformed` when there is none. */
  codePoint(pointer: number): number {
    return this.codePoints[pointer] ?? malformed
  }

  /** All code points by pointer; -1 where there is none. */
  get codePoints(): readonly number[] {
    return (this.#codePoints ??= unpackTable(this.#packed))
  }
}

/**
 * From code points back to pointers, made when first used. Where a table has a character twice the first pointer
 * counts, or the last one for the characters in `lastOf`; pointers that `isUsed` refuses are never written.
 */
export class ReverseTable {
  readonly #table: CodeTable
  readonly #isUsed: (pointer: number) => boolean
  readonly #lastOf: readonly number[]
  #pointers: ReadonlyMap<number, number> | null = null

  constructor(table: CodeTable, isUsed: (pointer: number) => boolean = () => true, lastOf: readonly number[] = []) {
    this.#table = table
    this.#isUsed = isUsed
    this.#lastOf = lastOf
  }

  /** The pointer of a code point, or undefined. */
  pointer(codePoint: number): number | undefined {
    return (this.#pointers ??= this.#build()).get(codePoint)
  }

  #build(): ReadonlyMap<number, number> {
    const pointers = new Map<number, number>()
    this.#table.codePoints.forEach((codePoint, pointer) => {
      if (codePoint === malformed || !this.#isUsed(pointer)) return
      if (!pointers.has(codePoint) || this.#lastOf.includes(codePoint)) pointers.set(codePoint, pointer)
    })
    return pointers
  }
}
