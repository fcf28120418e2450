const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex], [contenteditable="true"]'

/**
 * F6 between the parts of the window. A part is an element with `data-region`; the focus returns to where it was in it,
 * else to its first control.
 */
export class RegionFocus {
  readonly #last = new Map<string, HTMLElement>()

  /** Remembers where the focus is. */
  note(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement)) return
    const region = target.closest<HTMLElement>('[data-region]')?.dataset.region
    if (region !== undefined) this.#last.set(region, target)
  }

  /** Brings the focus to the next (1) or previous (-1) part that is seen. */
  step(by: 1 | -1): void {
    const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
      (region) => this.#target(region) !== null,
    )
    if (regions.length === 0) return
    const present = regions.findIndex((region) => region.contains(document.activeElement))
    const start = present < 0 && by < 0 ? 0 : present
    const next = regions[(start + by + regions.length) % regions.length]
    if (next !== undefined) this.#target(next)?.focus()
  }

  /** Brings the focus to a part by name. */
  focus(name: string): void {
    const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`)
    if (region !== null) this.#target(region)?.focus()
  }

  #target(region: HTMLElement): HTMLElement | null {
    const last = this.#last.get(region.dataset.region ?? '')
    if (last?.isConnected === true && region.contains(last) && isReachable(last)) return last
    return [...region.querySelectorAll<HTMLElement>(focusable)].find(isReachable) ?? null
  }
}

function isReachable(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true })
}
