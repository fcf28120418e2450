/**
 * Lines of a client. They end with LF; a CR before it does not belong to them. Empty lines are lines.
 *
 * Limit: content of more than `maximumLineBytes` is told as `too-long` as soon as it is certain, nothing of it is kept, and
 * reading goes on behind its end. However the stream is split, the lines are the same.
 */

/** As the streams of the original (seed-systems 3.1). */
export const maximumLineBytes = 65_536

export type ReadLine =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  /** Told once for a line. */
  | { readonly kind: 'too-long' }

/** A line that comes byte by byte must not cost an object for each. */
const maximumPieces = 64

const lineFeed = 0x0a
const carriageReturn = 0x0d

export class LineReader {
  #carried: Uint8Array[] = []
  #carriedBytes = 0
  #isSkipping = false

  /** Bytes of a line that has not ended. */
  get carriedBytes(): number {
    return this.#carriedBytes
  }

  /** Takes the next bytes. They may be kept and must not be changed afterwards. */
  acceptChunk(bytes: Uint8Array): readonly ReadLine[] {
    const lines: ReadLine[] = []
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
      this.#carry(bytes.subarray(start, end), lines)
      this.#endLine(lines)
      start = end + 1
    }
    this.#carry(bytes.subarray(start), lines)
    return lines
  }

  #carry(bytes: Uint8Array, lines: ReadLine[]): void {
    if (this.#isSkipping || bytes.length === 0) return
    // One more than the limit may be the CR before the end.
    if (this.#carriedBytes + bytes.length > maximumLineBytes + 1) {
      this.#forget()
      this.#isSkipping = true
      lines.push({ kind: 'too-long' })
      return
    }
    this.#carried.push(bytes)
    this.#carriedBytes += bytes.length
    if (this.#carried.length >= maximumPieces) this.#carried = [this.#joined()]
  }

  #endLine(lines: ReadLine[]): void {
    if (this.#isSkipping) {
      this.#isSkipping = false
      return
    }
    const whole = this.#joined()
    this.#forget()
    const content = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole
    lines.push(content.length > maximumLineBytes ? { kind: 'too-long' } : { kind: 'line', bytes: content })
  }

  #joined(): Uint8Array {
    const [only] = this.#carried
    if (this.#carried.length === 1 && only !== undefined) return only
    const whole = new Uint8Array(this.#carriedBytes)
    let offset = 0
    for (const piece of this.#carried) {
      whole.set(piece, offset)
      offset += piece.length
    }
    return whole
  }

  #forget(): void {
    this.#carried = []
    this.#carriedBytes = 0
  }
}
