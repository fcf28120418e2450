/** Something that scans a capture until it is closed. */
interface ClosableView {
  close(): Promise<void>
}

/** Views of one capture by what they are asked for, of which those asked for last are kept; others stop scanning at once. */
export class KeptViews<View extends ClosableView> {
  readonly #mostViews: number
  readonly #views = new Map<string, View>()
  readonly #stopping = new Set<Promise<void>>()

  constructor(mostViews: number) {
    this.#mostViews = mostViews
  }

  get(key: string, make: () => View): View {
    const view = this.#views.get(key) ?? make()
    this.#views.delete(key)
    this.#views.set(key, view)
    if (this.#views.size > this.#mostViews) {
      const [oldest] = this.#views
      if (oldest !== undefined) this.#drop(...oldest)
    }
    return view
  }

  /** Stops all scanning and waits until nothing reads any more. */
  async close(): Promise<void> {
    for (const [key, view] of [...this.#views]) this.#drop(key, view)
    await Promise.all(this.#stopping)
  }

  #drop(key: string, view: View): void {
    this.#views.delete(key)
    const stopping = view.close()
    this.#stopping.add(stopping)
    void stopping.finally(() => this.#stopping.delete(stopping))
  }
}
