/** Sentences that are kept; of further ones only their number is told. */
const maximumNotes = 64

/** What a check finds wrong, in the order of the file. */
export class CheckNotes {
  readonly #notes: string[] = []
  #furtherCount = 0

  add(sentence: string): void {
    if (this.#notes.length < maximumNotes) this.#notes.push(sentence)
    else this.#furtherCount++
  }

  /** All of them; the last one tells how many were left out. */
  sentences(fileName: string): string[] {
    if (this.#furtherCount === 0) return [...this.#notes]
    return [...this.#notes, `${this.#furtherCount} more things are wrong in ${fileName}.`]
  }
}
