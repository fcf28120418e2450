import { ScrollMap } from './scroll-map.ts'

/** The scrolling of any number of rows of one height. Every getter is reactive. */
export class RowScroller {
  readonly #map = new ScrollMap()
  #totalRows = 0
  #rowHeightPx = 20
  #viewportPx = 0
  #revision = $state(0)

  /** Distance from the top of the first row to the top of the viewport. */
  get topPx(): number {
    return this.#read(this.#map.topPx)
  }

  get spacerPx(): number {
    return this.#read(this.#map.spacerPx)
  }

  get scrollTop(): number {
    return this.#read(this.#map.scrollTop)
  }

  get atEnd(): boolean {
    return this.#read(this.#map.atEnd)
  }

  get compressed(): boolean {
    return this.#read(this.#map.compressed)
  }

  get rowHeightPx(): number {
    return this.#read(this.#rowHeightPx)
  }

  get viewportPx(): number {
    return this.#read(this.#viewportPx)
  }

  /** Number of the first row that is in view, if only in part. */
  get firstVisibleRow(): number {
    return Math.floor(this.topPx / this.rowHeightPx)
  }

  /** Rows that the viewport can show, those in view only in part included. */
  get visibleRowCount(): number {
    return this.viewportPx === 0 ? 0 : Math.ceil(this.viewportPx / this.rowHeightPx) + 1
  }

  /** Rows that a page key moves by. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.viewportPx / this.rowHeightPx) - 1)
  }

  resize(totalRows: number, rowHeightPx: number, viewportPx: number): void {
    if (totalRows === this.#totalRows && rowHeightPx === this.#rowHeightPx && viewportPx === this.#viewportPx) return
    this.#totalRows = totalRows
    this.#rowHeightPx = rowHeightPx
    this.#viewportPx = viewportPx
    this.#map.resize(totalRows, rowHeightPx, viewportPx)
    this.#revision += 1
  }

  scrolledTo(scrollTop: number): void {
    this.#change(() => this.#map.scrolledTo(scrollTop))
  }

  moveBy(distancePx: number): void {
    this.#change(() => this.#map.moveBy(distancePx))
  }

  moveToRow(row: number): void {
    this.#change(() => this.#map.moveTo(row * this.#rowHeightPx))
  }

  moveToEnd(): void {
    this.#change(() => this.#map.moveToEnd())
  }

  /** Moves as little as needed for the row to be in view whole. */
  reveal(row: number): void {
    this.#change(() => this.#map.reveal(row))
  }

  #change(change: () => void): void {
    const before = this.#map.topPx
    change()
    if (this.#map.topPx !== before) this.#revision += 1
  }

  /** Ties a value of the map to the revision, which is what readers wait for. */
  #read<Value>(value: Value): Value {
    return this.#revision < 0 ? value : value
  }
}
