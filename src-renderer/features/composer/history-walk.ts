/** A step through the history: to an entry, or back to what was being written. */
export type HistoryStep<Draft> =
  { readonly kind: 'entry'; readonly index: number } | { readonly kind: 'draft'; readonly draft: Draft }

/** Walking through what was sent before, as in a shell: what was being written is kept and comes back at the end. */
export class HistoryWalk<Draft> {
  /** Index of the entry shown, -1 for the draft. */
  #index = -1
  #draft: Draft | null = null

  /** Towards older entries (1) or newer ones (-1); null where there are no more. */
  step(by: 1 | -1, entryCount: number, draft: Draft): HistoryStep<Draft> | null {
    const index = this.#index + by
    if (index < -1 || index >= entryCount) return null
    if (this.#index === -1) this.#draft = draft
    this.#index = index
    if (index >= 0) return { kind: 'entry', index }
    const written = this.#draft ?? draft
    this.#draft = null
    return { kind: 'draft', draft: written }
  }

  /** Something was written or sent: the walk begins anew. */
  reset(): void {
    this.#index = -1
    this.#draft = null
  }
}
