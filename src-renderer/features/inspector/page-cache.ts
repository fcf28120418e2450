/** Pages of bytes by number; of more than `maximumPages` the one kept longest goes. Not reactive. */
export class PageCache {
  readonly #maximumPages: number
  readonly #pages = new Map<number, Uint8Array>()
  readonly #asked = new Set<number>()

  constructor(maximumPages: number) {
    this.#maximumPages = maximumPages
  }

  page(number: number): Uint8Array | null {
    return this.#pages.get(number) ?? null
  }

  /** True when the page is neither at hand nor asked for; it then counts as asked for. */
  ask(number: number): boolean {
    if (this.#pages.has(number) || this.#asked.has(number)) return false
    this.#asked.add(number)
    return true
  }

  /** Takes a page that was asked for. */
  keep(number: number, bytes: Uint8Array): void {
    this.#asked.delete(number)
    this.#pages.set(number, bytes)
    const oldest = this.#pages.keys().next()
    if (this.#pages.size > this.#maximumPages && oldest.done !== true) this.#pages.delete(oldest.value)
  }

  /** A page that was asked for did not come; it may be asked for again. */
  giveUp(number: number): void {
    this.#asked.delete(number)
  }

  clear(): void {
    this.#pages.clear()
    this.#asked.clear()
  }
}
