/** What every kept thing in folders has: a profile, a saved message. */
export interface FolderedEntry {
  readonly id: string
  readonly folder: string
}

/** A row of a tree of folders as drawn. */
export type LibraryTreeRow<Entry extends FolderedEntry> =
  | {
      readonly kind: 'folder'
      readonly key: string
      readonly path: string
      readonly name: string
      readonly level: number
      readonly expanded: boolean
      readonly entryCount: number
    }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: Entry; readonly level: number }

export interface LibraryTreeOptions<Entry extends FolderedEntry> {
  /** Only these entries are shown, and all folders on the way are open; null shows everything. */
  readonly matches: ((entry: Entry) => boolean) | null
  readonly collapsedFolders: readonly string[]
}

/** The keys by which a row is found again. */
export const folderKey = (path: string): string => `folder:${path}`
export const entryKey = (id: string): string => `entry:${id}`

/** The folder a folder lies in; '' for the top. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** The last name of a folder path. */
export function folderName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Every word of the filter occurs in the text; `text` is in lower case. */
export function holdsEveryWord(text: string, filter: string): boolean {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Every folder there is, those implied by their children included, each before what is in it. */
export function allFolders(entries: readonly FolderedEntry[], kept: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of [...kept, ...entries.map((entry) => entry.folder)]) {
    for (let folder = path; folder !== ''; folder = parentFolder(folder)) folders.add(folder)
  }
  return [...folders].sort((one, other) => one.localeCompare(other, undefined, { numeric: true }))
}

/** The visible rows from top to bottom: in each folder its folders first, then its entries in their order. */
export function buildLibraryTree<Entry extends FolderedEntry>(
  all: readonly Entry[],
  kept: readonly string[],
  { matches, collapsedFolders }: LibraryTreeOptions<Entry>,
): readonly LibraryTreeRow<Entry>[] {
  const entries = matches === null ? all : all.filter(matches)
  const folders = allFolders(entries, matches === null ? kept : [])
  const rows: LibraryTreeRow<Entry>[] = []

  function addFolder(path: string, level: number): void {
    for (const child of folders.filter((folder) => parentFolder(folder) === path)) {
      const expanded = matches !== null || !collapsedFolders.includes(child)
      const inside = entries.filter(({ folder }) => folder === child || folder.startsWith(`${child}/`))
      rows.push({
        kind: 'folder',
        key: folderKey(child),
        path: child,
        name: folderName(child),
        level,
        expanded,
        entryCount: inside.length,
      })
      if (expanded) addFolder(child, level + 1)
    }
    for (const entry of entries) {
      if (entry.folder === path) rows.push({ kind: 'entry', key: entryKey(entry.id), entry, level })
    }
  }

  addFolder('', 1)
  return rows
}

/**
 * Where an entry goes that moves one place up (-1) or down (1) within its folder: before which other, or last for null.
 * Undefined when it is at the end already.
 */
export function placeOneStepOn(
  entries: readonly FolderedEntry[],
  moved: FolderedEntry,
  step: -1 | 1,
): string | null | undefined {
  const siblings = entries.filter(({ folder }) => folder === moved.folder)
  const target = siblings.findIndex(({ id }) => id === moved.id) + step
  if (target < 0 || target >= siblings.length) return undefined
  return (step < 0 ? siblings[target] : siblings[target + 1])?.id ?? null
}

/** Before which entry of the target's folder something dropped on the target's edge goes; null for last. */
export function placeBeside(
  entries: readonly FolderedEntry[],
  movedId: string,
  target: FolderedEntry,
  side: 'before' | 'after',
): string | null {
  const others = entries.filter(({ folder, id }) => folder === target.folder && id !== movedId)
  const index = others.findIndex(({ id }) => id === target.id)
  return (side === 'before' ? others[index] : others[index + 1])?.id ?? null
}

/** The entry that follows within the folder, null for the last: where to put it back. */
export function nextInFolder(entries: readonly FolderedEntry[], moved: FolderedEntry): string | null {
  const siblings = entries.filter(({ folder }) => folder === moved.folder)
  return siblings[siblings.findIndex(({ id }) => id === moved.id) + 1]?.id ?? null
}

/** The folded folders after one was folded or opened; those that are gone are forgotten. */
export function foldedAfter(
  folded: readonly string[],
  present: readonly string[],
  folder: string,
  expanded: boolean,
): string[] {
  const others = folded.filter((path) => path !== folder && present.includes(path))
  return expanded ? others : [...others, folder]
}
