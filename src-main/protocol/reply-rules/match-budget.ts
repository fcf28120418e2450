/** Bytes looked at for one message, all rules together: about 0.2 s at the rate of a search for text. */
const mostBytesPerMessage = 2 ** 30

/** How much may still be looked at for a message. Peers choose messages, and people rules: together they could take hours. */
export class MatchBudget {
  #left = mostBytesPerMessage

  /** Takes so much; false when there is not enough left, and then nothing is to be looked at. */
  spend(byteCount: number): boolean {
    if (byteCount > this.#left) return false
    this.#left -= byteCount
    return true
  }
}
