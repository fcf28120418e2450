const tableBits = 23
/** Texts are told apart by sequences of so many bytes. */
export const sequenceBytes = 4

/** Of a long text so many sequences are looked for, or a few more. */
const mostLooks = 64

/** Where a sequence is noted: multiplicative hashing (Knuth), the top bits of the product. */
function slotOf(text: string, index: number): number {
  const word =
    (text.charCodeAt(index) << 24) |
    (text.charCodeAt(index + 1) << 16) |
    (text.charCodeAt(index + 2) << 8) |
    text.charCodeAt(index + 3)
  return Math.imul(word, 0x9e37_79b1) >>> (32 - tableBits)
}

/** Which sequences of four bytes a text of one character a byte holds. It may take others for held, never miss one. */
export class ByteSequences {
  readonly #held = new Uint8Array(1 << (tableBits - 3))

  /** Forgets the text before. */
  note(text: string): void {
    this.#held.fill(0)
    for (let index = 0; index + sequenceBytes <= text.length; index++) {
      const slot = slotOf(text, index)
      this.#held[slot >>> 3] = (this.#held[slot >>> 3] ?? 0) | (1 << (slot & 7))
    }
  }

  /** False: the text that was noted does not hold this one. */
  mayHold(needle: string): boolean {
    const places = needle.length - sequenceBytes + 1
    const step = Math.max(1, Math.floor(places / mostLooks))
    for (let index = 0; index < places; index += step) if (!this.#isHeld(needle, index)) return false
    return true
  }

  #isHeld(text: string, index: number): boolean {
    const slot = slotOf(text, index)
    return ((this.#held[slot >>> 3] ?? 0) & (1 << (slot & 7))) !== 0
  }
}
