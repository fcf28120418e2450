import type { DropPlace, TreeRow } from './tree-row.ts'

/** The dragging of one row of a tree: which row, and where it would land. */
export class TreeDrag<Row extends TreeRow> {
  #dragged = $state.raw<Row | null>(null)
  #drop = $state.raw<{ readonly key: string; readonly place: DropPlace } | null>(null)

  isDragged(row: Row): boolean {
    return this.#dragged?.key === row.key
  }

  /** Where the dragged row would land at this row; null when it would not. */
  placeAt(row: Row): DropPlace | null {
    return this.#drop?.key === row.key ? this.#drop.place : null
  }

  start(event: DragEvent, row: Row): void {
    this.#dragged = row
    event.dataTransfer?.setData('text/plain', row.text)
  }

  /** The dragged row is over this one; `allowed` says whether it may land there. */
  over(event: DragEvent, row: Row, allowed: (dragged: Row, place: DropPlace) => boolean): void {
    if (this.#dragged === null) return
    const place = placeOf(event, row)
    const lands = allowed(this.#dragged, place)
    this.#drop = lands ? { key: row.key, place } : null
    if (lands) event.preventDefault()
  }

  leave(): void {
    this.#drop = null
  }

  /** The row was let go over another; tells where it landed, if it did. */
  finish(event: DragEvent, landed: (dragged: Row, place: DropPlace) => void): void {
    event.preventDefault()
    if (this.#dragged !== null && this.#drop !== null) landed(this.#dragged, this.#drop.place)
    this.stop()
  }

  stop(): void {
    this.#dragged = null
    this.#drop = null
  }
}

/** A row that holds others takes what is dropped on it; another is dropped before or after. */
function placeOf(event: DragEvent, row: TreeRow): DropPlace {
  if (row.expanded !== null) return 'inside'
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return (event.clientY - box.top) / box.height < 0.5 ? 'before' : 'after'
}
