import { SvelteSet } from 'svelte/reactivity'

/** Which rows of a table are selected, by their keys, and where the keyboard is. */
export class RowSelectionSet {
  readonly #keys = new SvelteSet<string>()
  #cursor = $state<string | null>(null)
  #anchor: string | null = null

  /** The row that the keyboard is at. */
  get cursor(): string | null {
    return this.#cursor
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  /** This row alone, or with `toggle` this one as well or not any more, or with `extend` all from the last single one on. */
  choose(key: string, order: readonly string[], { toggle = false, extend = false } = {}): void {
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor)
    const to = order.indexOf(key)
    if (extend && from >= 0) {
      this.#keys.clear()
      for (const between of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#keys.add(between)
    } else {
      if (!toggle) this.#keys.clear()
      if (toggle && this.#keys.has(key)) this.#keys.delete(key)
      else this.#keys.add(key)
      this.#anchor = key
    }
    this.#cursor = key
  }

  all(order: readonly string[]): void {
    for (const key of order) this.#keys.add(key)
    this.#cursor ??= order[0] ?? null
  }

  /** Forgets what is not shown any more. */
  keepOnly(rows: readonly { readonly captureId: string }[]): void {
    const shown: ReadonlySet<string> = new Set(rows.map(({ captureId }) => captureId))
    for (const key of [...this.#keys]) if (!shown.has(key)) this.#keys.delete(key)
    if (this.#cursor !== null && !shown.has(this.#cursor)) this.#cursor = null
  }
}
