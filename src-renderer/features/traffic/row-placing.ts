import type { DrawnRows } from './row-window.ts'
import type { PlacedRow } from './traffic-look.ts'

/** What the placing of rows needs to know of the scrolling. */
interface Scrolled {
  readonly topPx: number
  readonly rowHeightPx: number
  readonly viewportPx: number
}

/** Places rows in the viewport. When those wanted are not there yet, the rows before stay where they were. */
export class RowPlacing {
  #shownTopPx = 0

  place(drawn: DrawnRows | null, totalRows: number, scrolled: Scrolled): readonly PlacedRow[] {
    const { rowHeightPx, viewportPx } = scrolled
    if (drawn === null || viewportPx === 0) return []
    const topPx = this.#coveredTopPx(drawn, totalRows, scrolled)
    const firstRow = Math.max(drawn.firstRow, Math.floor(topPx / rowHeightPx))
    const endRow = Math.min(drawn.firstRow + drawn.rows.length, Math.ceil((topPx + viewportPx) / rowHeightPx))
    const placed: PlacedRow[] = []
    for (let number = firstRow; number < endRow; number++) {
      const row = drawn.rows[number - drawn.firstRow]
      if (row === undefined) continue
      const previousTimeNs = drawn.rows[number - drawn.firstRow - 1]?.timeNs ?? null
      placed.push({ number, row, previousTimeNs, topPx: number * rowHeightPx - topPx })
    }
    return placed
  }

  /** The wanted top when its rows are there, else the last that was shown with the rows drawn. */
  #coveredTopPx(drawn: DrawnRows, totalRows: number, { topPx, rowHeightPx, viewportPx }: Scrolled): number {
    const firstPx = drawn.firstRow * rowHeightPx
    const endPx = (drawn.firstRow + drawn.rows.length) * rowHeightPx
    const covers = topPx >= firstPx && Math.min(totalRows * rowHeightPx, topPx + viewportPx) <= endPx
    if (covers) this.#shownTopPx = topPx
    else this.#shownTopPx = Math.max(firstPx, Math.min(this.#shownTopPx, endPx - viewportPx))
    return this.#shownTopPx
  }
}
