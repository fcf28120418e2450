/** Longest line that is kept: plain hex may stand in one. */
export const longestLineBytes = 4 * 1024 * 1024

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Cuts bytes that come in pieces into lines, without their ends (LF or CRLF). */
export class LineSplitter {
  /** A line was longer than `longestLineBytes`: nothing more comes. */
  isTooLong = false
  #memory = new Uint8Array(256)
  #length = 0

  /** What stands behind the last line feed; null when it is nothing. */
  finish(): Uint8Array | null {
    return this.#length === 0 || this.isTooLong ? null : this.#take()
  }

  /** The lines that end in the piece. They stay only until the next call. */
  *accept(piece: Uint8Array): Generator<Uint8Array> {
    let start = 0
    while (!this.isTooLong) {
      const end = piece.indexOf(lineFeed, start)
      const part = piece.subarray(start, end < 0 ? piece.length : end)
      if (this.#length + part.length > longestLineBytes) {
        this.isTooLong = true
        return
      }
      if (end >= 0 && this.#length === 0) yield withoutReturn(part)
      else {
        this.#keep(part)
        if (end < 0) return
        yield this.#take()
      }
      start = end + 1
    }
  }

  #keep(part: Uint8Array): void {
    if (this.#length + part.length > this.#memory.length) {
      const memory = new Uint8Array((this.#length + part.length) * 2)
      memory.set(this.#memory.subarray(0, this.#length))
      this.#memory = memory
    }
    this.#memory.set(part, this.#length)
    this.#length += part.length
  }

  #take(): Uint8Array {
    const line = withoutReturn(this.#memory.subarray(0, this.#length))
    this.#length = 0
    return line
  }
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line
}
