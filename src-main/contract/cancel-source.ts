import type { CancelSignal } from './command-handlers.ts'

/** Makes a `CancelSignal` and cancels it. What an `AbortController` is, without the DOM. */
export class CancelSource {
  readonly #listeners = new Set<() => void>()
  #aborted = false
  readonly signal: CancelSignal

  constructor() {
    const isAborted = (): boolean => this.#aborted
    this.signal = {
      get aborted() {
        return isAborted()
      },
      addEventListener: (_type, listener) => {
        if (!this.#aborted) this.#listeners.add(listener)
      },
      removeEventListener: (_type, listener) => {
        this.#listeners.delete(listener)
      },
    }
  }

  /** Tells every listener once; later calls do nothing. */
  cancel(): void {
    if (this.#aborted) return
    this.#aborted = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }
}
