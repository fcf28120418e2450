import type { DetailNode } from './detail-node.ts'

/** A row of the tree: a node and where it stands. */
export interface DetailRow {
  readonly node: DetailNode
  readonly level: number
  /** From 1, among its siblings. */
  readonly position: number
  readonly siblingCount: number
  /** Null for a node without children. */
  readonly expanded: boolean | null
}

/** Most rows that expanding everything may show; beyond, deeper levels stay folded. */
const mostRows = 200_000
/** Most nodes that a search looks at, and most that it finds. */
const mostSearched = 1_000_000
const mostFound = 10_000

/**
 * Which parts of a decoded message are shown and which one is selected. Folding and selection go by place, so that they
 * stay when a message of the same shape is looked at. Every getter is reactive.
 */
export class DetailTreeState {
  #root = $state.raw<DetailNode | null>(null)
  /** The root is always open. */
  #open = $state.raw<ReadonlySet<string>>(new Set(['0']))
  #selectedKey = $state<string | null>(null)
  #needle = $state('')
  readonly #rows = $derived.by(() => rowsOf(this.#root, this.#open))
  readonly #found = $derived.by(() => search(this.#root, this.#needle))

  get rows(): readonly DetailRow[] {
    return this.#rows
  }

  get selectedKey(): string | null {
    return this.#selectedKey
  }

  /** Index of the selected row; -1 when none is, or it is folded away. */
  get selectedIndex(): number {
    return this.#rows.findIndex(({ node }) => node.key === this.#selectedKey)
  }

  /** Index of the row of a node, or of the innermost row it is folded into; -1 without either. */
  shownIndexOf(key: string | null): number {
    for (let shown = key; shown !== null; shown = parentKey(shown)) {
      const index = this.#rows.findIndex(({ node }) => node.key === shown)
      if (index >= 0) return index
    }
    return -1
  }

  get selected(): DetailNode | null {
    return this.#rows[this.selectedIndex]?.node ?? null
  }

  /** What is searched for; empty for nothing. */
  get needle(): string {
    return this.#needle
  }

  /** Keys of the nodes found, in the order of the document. */
  get found(): readonly string[] {
    return this.#found
  }

  /** Place of the selected node among those found, from 1; 0 when it is none of them. */
  get foundPosition(): number {
    return this.#selectedKey === null ? 0 : this.#found.indexOf(this.#selectedKey) + 1
  }

  show(root: DetailNode | null): void {
    this.#root = root
  }

  select(key: string | null): void {
    this.#selectedKey = key
  }

  toggle(key: string, expanded: boolean): void {
    const open = new Set(this.#open)
    if (expanded) open.add(key)
    else open.delete(key)
    this.#open = open
  }

  /** Opens every part, breadth first, as far as there is room. */
  expandAll(): void {
    if (this.#root === null) return
    const open = new Set<string>()
    let rowCount = 1
    let level: readonly DetailNode[] = [this.#root]
    while (level.length > 0) {
      const next: DetailNode[] = []
      for (const node of level) {
        rowCount += node.childCount
        if (rowCount > mostRows) {
          this.#open = open
          return
        }
        open.add(node.key)
        for (const child of node.children()) if (child.childCount > 0) next.push(child)
      }
      level = next
    }
    this.#open = open
  }

  collapseAll(): void {
    this.#open = new Set(['0'])
  }

  searchFor(needle: string): void {
    this.#needle = needle
    if (needle !== '' && this.foundPosition === 0) this.step(1)
  }

  /** Goes to the next (1) or previous (-1) place found, around the ends. */
  step(by: 1 | -1): void {
    const found = this.#found
    if (found.length === 0) return
    const from = this.foundPosition - 1
    const index = from < 0 ? (by > 0 ? 0 : found.length - 1) : (from + by + found.length) % found.length
    this.reveal(found[index] ?? null)
  }

  /** Selects a node and opens what it is in. */
  reveal(key: string | null): void {
    if (key === null) return
    const open = new Set(this.#open)
    for (let end = key.indexOf('/'); end >= 0; end = key.indexOf('/', end + 1)) open.add(key.slice(0, end))
    this.#open = open
    this.#selectedKey = key
  }

  /** The innermost node that holds a byte; null when none does. */
  nodeAt(offset: number): DetailNode | null {
    let node = this.#root
    if (node === null || offset < node.start || offset >= node.end) return null
    for (;;) {
      const inner: DetailNode | undefined = node.children().find(({ start, end }) => offset >= start && offset < end)
      if (inner === undefined) return node
      node = inner
    }
  }
}

function parentKey(key: string): string | null {
  const end = key.lastIndexOf('/')
  return end < 0 ? null : key.slice(0, end)
}

function rowsOf(root: DetailNode | null, open: ReadonlySet<string>): readonly DetailRow[] {
  const rows: DetailRow[] = []
  const waiting: DetailRow[] = root === null ? [] : [rowOf(root, 1, 1, 1, open)]
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    rows.push(row)
    if (row.expanded !== true) continue
    const { node, level } = row
    const children = node.children()
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index]
      if (child !== undefined) waiting.push(rowOf(child, level + 1, index + 1, children.length, open))
    }
  }
  return rows
}

function rowOf(
  node: DetailNode,
  level: number,
  position: number,
  siblingCount: number,
  open: ReadonlySet<string>,
): DetailRow {
  return { node, level, position, siblingCount, expanded: node.childCount === 0 ? null : open.has(node.key) }
}

/** Names and values without children that hold the text, upper and lower case alike. */
function search(root: DetailNode | null, needle: string): readonly string[] {
  const wanted = needle.toLowerCase()
  const found: string[] = []
  if (root === null || wanted === '') return found
  const waiting = [root]
  let looked = 0
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    looked += 1
    if (looked > mostSearched || found.length >= mostFound) break
    const holds =
      node.name.toLowerCase().includes(wanted) ||
      (node.childCount === 0 && node.fullText().toLowerCase().includes(wanted))
    if (holds) found.push(node.key)
    const children = node.children()
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index]
      if (child !== undefined) waiting.push(child)
    }
  }
  return found
}
