import { reloadStorage } from './window-storage.ts'

export interface Tab {
  /** The kind, a colon and the id. */
  readonly key: string
  readonly kind: 'session' | 'capture' | 'captures' | 'sequence' | 'server' | 'comparison'
  readonly id: string
}

/** Identifiers of everything besides sessions that a tab can show again; comparisons go with the page. */
export type OtherTabs = Readonly<Record<Exclude<Tab['kind'], 'session' | 'comparison'>, readonly string[]>>

/** The only tab of its kind: the table of all captures. */
export const allCapturesTabId = 'all'

const storageKey = 'tabs'

const tabOf = (kind: Tab['kind'], id: string): Tab => ({ key: `${kind}:${id}`, kind, id })

/** The open tabs and which one is in front. Remembers their order over a reload. */
export class TabStore {
  #tabs = $state.raw<readonly Tab[]>([])
  #activeKey = $state<string | null>(null)
  #lastSessionId = $state<string | null>(null)

  get all(): readonly Tab[] {
    return this.#tabs
  }

  get active(): Tab | null {
    return this.#tabs.find((tab) => tab.key === this.#activeKey) ?? null
  }

  /** The session that is in front, or was before a sequence came in front of it; null when there is none. */
  get frontSessionId(): string | null {
    const { active } = this
    if (active?.kind === 'session') return active.id
    return active?.kind === 'sequence' ? this.#lastSessionId : null
  }

  find(kind: Tab['kind'], id: string): Tab | null {
    return this.#tabs.find((tab) => tab.kind === kind && tab.id === id) ?? null
  }

  /** Brings the tab in front, making it at the end when there is none. */
  open(kind: Tab['kind'], id: string): Tab {
    const known = this.find(kind, id)
    const tab = known ?? tabOf(kind, id)
    if (known === null) this.#tabs = [...this.#tabs, tab]
    this.activate(tab.key)
    return tab
  }

  activate(key: string): void {
    if (!this.#tabs.some((tab) => tab.key === key)) return
    this.#bringInFront(key)
    this.#remember()
  }

  /** Takes a tab away; the one to its right, else to its left, comes in front. */
  remove(key: string): void {
    const index = this.#tabs.findIndex((tab) => tab.key === key)
    if (index < 0) return
    const remaining = this.#tabs.filter((tab) => tab.key !== key)
    const wasActive = this.#activeKey === key
    this.#tabs = remaining
    if (wasActive) this.#bringInFront((remaining[index] ?? remaining.at(-1))?.key ?? null)
    this.#remember()
  }

  /** Brings the next (1) or previous (-1) tab in front, around the end. */
  step(by: 1 | -1): void {
    if (this.#tabs.length === 0) return
    const index = this.#tabs.findIndex((tab) => tab.key === this.#activeKey)
    const tab = this.#tabs[(index + by + this.#tabs.length) % this.#tabs.length]
    if (tab !== undefined) this.activate(tab.key)
  }

  /** Puts a tab in the place of another: for dragging and for moving by keyboard. */
  moveTo(key: string, index: number): void {
    const tab = this.#tabs.find((candidate) => candidate.key === key)
    if (tab === undefined) return
    const others = this.#tabs.filter((candidate) => candidate.key !== key)
    const place = Math.max(0, Math.min(others.length, index))
    this.#tabs = [...others.slice(0, place), tab, ...others.slice(place)]
    this.#remember()
  }

  /**
   * Opens tabs for what is alive: in the order before a reload, then the rest; captures, sequences and servers that were
   * open come back when they still exist.
   */
  restore(sessionIds: readonly string[], others: OtherTabs): void {
    const { keys, activeKey } = readRemembered()
    const sessions = sessionIds.map((id) => tabOf('session', id))
    const { capture, captures, sequence, server } = others
    const known = [
      ...sessions,
      ...capture.map((id) => tabOf('capture', id)),
      ...captures.map((id) => tabOf('captures', id)),
      ...sequence.map((id) => tabOf('sequence', id)),
      ...server.map((id) => tabOf('server', id)),
    ]
    const remembered = keys.flatMap((key) => known.filter((tab) => tab.key === key))
    this.#tabs = [...remembered, ...sessions.filter((tab) => !keys.includes(tab.key))]
    const active = this.#tabs.find((tab) => tab.key === activeKey) ?? this.#tabs[0]
    this.#lastSessionId = sessionIds[0] ?? null
    this.#bringInFront(active?.key ?? null)
  }

  #bringInFront(key: string | null): void {
    this.#activeKey = key
    const { active } = this
    if (active?.kind === 'session') this.#lastSessionId = active.id
  }

  #remember(): void {
    reloadStorage.write(storageKey, { keys: this.#tabs.map((tab) => tab.key), activeKey: this.#activeKey })
  }
}

function readRemembered(): { keys: readonly string[]; activeKey: string | null } {
  const stored = reloadStorage.read(storageKey)
  if (typeof stored !== 'object' || stored === null) return { keys: [], activeKey: null }
  const keys: unknown = Reflect.get(stored, 'keys')
  const activeKey: unknown = Reflect.get(stored, 'activeKey')
  return {
    keys: Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [],
    activeKey: typeof activeKey === 'string' ? activeKey : null,
  }
}
