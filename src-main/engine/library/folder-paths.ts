/** Names compare as a person sorts them: case aside, `Rack 2` before `Rack 10`. One locale, so that all machines agree. */
const collator = new Intl.Collator('en', { numeric: true })

function compareNames(one: string, other: string): number {
  return collator.compare(one, other) || (one < other ? -1 : one > other ? 1 : 0)
}

/** Order of folders: the top first, each folder before what is in it. */
export function compareFolders(one: string, other: string): number {
  if (one === other) return 0
  const oneNames = one === '' ? [] : one.split('/')
  const otherNames = other === '' ? [] : other.split('/')
  for (let depth = 0; depth < Math.min(oneNames.length, otherNames.length); depth++) {
    const order = compareNames(oneNames[depth] ?? '', otherNames[depth] ?? '')
    if (order !== 0) return order
  }
  return oneNames.length - otherNames.length
}

/** True for the folder itself and for everything below it. */
export function isWithin(folder: string, outer: string): boolean {
  return folder === outer || folder.startsWith(`${outer}/`)
}

/** The path after `from` was renamed to `to`; unchanged when it is not within `from`. */
export function renamedPath(folder: string, from: string, to: string): string {
  return isWithin(folder, from) ? to + folder.slice(from.length) : folder
}

/** All folders there are, in order: those named, and every folder above them. The top is not among them. */
export function allFolders(named: Iterable<string>): string[] {
  const folders = new Set<string>()
  for (const folder of named) {
    for (let path = folder; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('/'), 0))) folders.add(path)
  }
  return [...folders].sort(compareFolders)
}
