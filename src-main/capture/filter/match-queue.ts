/** So many that were taken away are dropped together: each drop moves all that stand behind. */
const leastDropped = 1024

/** Where matches of a stream begin, rising; taken away from the front. */
export class MatchQueue {
  #offsets: number[] = []
  #taken = 0

  get size(): number {
    return this.#offsets.length - this.#taken
  }

  push(offset: number): void {
    this.#offsets.push(offset)
  }

  /** The first one at or behind `offset`, null when there is none; those before are taken away. */
  firstFrom(offset: number): number | null {
    let next = this.#offsets[this.#taken]
    while (next !== undefined && next < offset) next = this.#offsets[++this.#taken]
    if (next === undefined) {
      this.#offsets = []
      this.#taken = 0
      return null
    }
    if (this.#taken >= leastDropped && this.#taken * 2 >= this.#offsets.length) this.#drop()
    return next
  }

  /** Keeps the first one and the last of the others, `count` in all. */
  thin(count: number): void {
    this.#drop()
    this.#offsets.splice(1, this.#offsets.length - count)
  }

  #drop(): void {
    this.#offsets = this.#offsets.slice(this.#taken)
    this.#taken = 0
  }
}
