import { SvelteSet } from 'svelte/reactivity'

/** Which sessions show the details of their connection where the inspector is. */
export class SidePanelState {
  readonly #withDetails = new SvelteSet<string>()

  showsDetails(sessionId: string): boolean {
    return this.#withDetails.has(sessionId)
  }

  setDetails(sessionId: string, shown: boolean): void {
    if (shown) this.#withDetails.add(sessionId)
    else this.#withDetails.delete(sessionId)
  }
}
