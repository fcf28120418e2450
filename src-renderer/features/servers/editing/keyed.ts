/** Something in a list that is edited. The key stays while everything else changes; it is never saved. */
export interface Keyed {
  readonly key: number
}

let lastKey = 0

/** A key that nothing else has. */
export function newKey(): number {
  lastKey += 1
  return lastKey
}

/** The list with one of its things changed. */
export function withChanged<Item extends Keyed>(items: readonly Item[], changed: Item): readonly Item[] {
  return items.map((item) => (item.key === changed.key ? changed : item))
}

/** The list with one thing at another place; `index` counts without it. */
export function withMoved<Item extends Keyed>(items: readonly Item[], key: number, index: number): readonly Item[] {
  const moved = items.find((item) => item.key === key)
  if (moved === undefined) return items
  const others = items.filter((item) => item.key !== key)
  return others.toSpliced(Math.max(0, Math.min(others.length, index)), 0, moved)
}
