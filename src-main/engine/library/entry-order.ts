import { compareFolders } from './folder-paths.ts'
import type { LibraryFile } from './library-format.ts'

type Placed = Pick<LibraryFile, 'id' | 'folder' | 'position'>

/** Display order: folder, then position, then identifier. */
export function compareEntries(one: Placed, other: Placed): number {
  return (
    compareFolders(one.folder, other.folder) ||
    one.position - other.position ||
    (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
  )
}

/**
 * A position strictly between two others, null standing for the ends: a whole number where one fits, else the middle.
 * Null when there is no number between.
 */
export function positionBetween(before: number | null, after: number | null): number | null {
  if (before === null && after === null) return 1
  if (before === null) return strictly(null, Math.ceil(after ?? 0) - 1, after)
  if (after === null) return strictly(before, Math.floor(before) + 1, null)
  const middle = before / 2 + after / 2
  return strictly(before, Math.round(middle), after) ?? strictly(before, middle, after)
}

function strictly(before: number | null, position: number, after: number | null): number | null {
  const fits = (before === null || before < position) && (after === null || position < after)
  return fits && Number.isFinite(position) ? position : null
}

export interface Placement {
  /** Position of the entry that is put in. */
  readonly position: number
  /** Others of the folder that had to make room: everyone gets a whole number from 1 again. */
  readonly rebalanced: readonly { readonly id: string; readonly position: number }[]
}

/**
 * Where to put an entry among the ordered others of its folder, before the one at `index` (the number of them for the
 * end). Others move only when no number is left between the two neighbours.
 */
export function placeAmong(others: readonly Placed[], index: number): Placement {
  const position = positionBetween(others[index - 1]?.position ?? null, others[index]?.position ?? null)
  if (position !== null) return { position, rebalanced: [] }
  const rebalanced = others
    .map((other, at) => ({ other, id: other.id, position: at < index ? at + 1 : at + 2 }))
    .filter(({ other, position: wanted }) => other.position !== wanted)
    .map(({ id, position: wanted }) => ({ id, position: wanted }))
  return { position: index + 1, rebalanced }
}
