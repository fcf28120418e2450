/**
 * What this window remembers by itself: open tabs, drafts, the theme it was drawn in. What a person sets is kept by the
 * engine. A browser may deny storage (a private window, a policy); the workbench then works without it, so reading gives
 * null and writing has no effect.
 */
export class WindowStorage {
  readonly #storage: Storage | null

  constructor(open: () => Storage) {
    this.#storage = openOrNull(open)
  }

  /** The value as it was written, null when there is none or it is not JSON. */
  read(key: string): unknown {
    try {
      const text = this.#storage?.getItem(`wirebench.${key}`) ?? null
      return text === null ? null : JSON.parse(text)
    } catch {
      return null
    }
  }

  /** False when the browser refused, because storage is full or denied. */
  write(key: string, value: unknown): boolean {
    try {
      this.#storage?.setItem(`wirebench.${key}`, JSON.stringify(value))
      return this.#storage !== null
    } catch {
      return false
    }
  }
}

function openOrNull(open: () => Storage): Storage | null {
  try {
    return open()
  } catch {
    return null
  }
}

/** Kept for the next start at the same address. A web host has another address at each start. */
export const lastingStorage = new WindowStorage(() => window.localStorage)

/** Kept over a reload of this window. */
export const reloadStorage = new WindowStorage(() => window.sessionStorage)
