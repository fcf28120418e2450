/**
 * Maps a scroll bar onto any number of rows.
 *
 * Browsers cap the height of an element (Chromium at 33,554,428 px), so a long list cannot have its true height.
 * Up to `maximumSpacerPx` the mapping is exact. Beyond, the truth is `topPx`, the distance from the top of all rows:
 * a small movement (wheel, touch, keys) moves it by the same pixels, a large one (the thumb was dragged; one pixel
 * of it stands for thousands) is taken in proportion.
 */
export const maximumSpacerPx = 8_000_000

export class ScrollMap {
  #totalRows = 0
  #rowHeightPx = 1
  #viewportPx = 0
  #topPx = 0
  #lastScrollTop = 0

  /** Distance in pixels from the top of the first row to the top of the viewport. */
  get topPx(): number {
    return this.#topPx
  }

  get maximumTopPx(): number {
    return Math.max(0, this.#contentPx - this.#viewportPx)
  }

  /** Height for the element that gives the scroll bar its length. */
  get spacerPx(): number {
    return Math.min(this.#contentPx, maximumSpacerPx)
  }

  get atEnd(): boolean {
    return this.#topPx >= this.maximumTopPx - 1
  }

  /** Takes new sizes; the top stays where it is unless it would lie beyond the end. */
  resize(totalRows: number, rowHeightPx: number, viewportPx: number): void {
    this.#totalRows = totalRows
    this.#rowHeightPx = rowHeightPx
    this.#viewportPx = viewportPx
    this.moveTo(this.#topPx)
  }

  moveTo(topPx: number): void {
    this.#topPx = Math.min(Math.max(0, topPx), this.maximumTopPx)
    this.#lastScrollTop = this.scrollTop
  }

  /** True when the spacer is shorter than the rows: then wheel movements must be given to `moveBy`. */
  get compressed(): boolean {
    return this.#contentPx > maximumSpacerPx
  }

  moveBy(distancePx: number): void {
    this.moveTo(this.#topPx + distancePx)
  }

  moveToEnd(): void {
    this.moveTo(this.maximumTopPx)
  }

  /** Moves as little as needed for the row to be in view whole. */
  reveal(row: number): void {
    const rowTopPx = row * this.#rowHeightPx
    if (rowTopPx < this.#topPx) this.moveTo(rowTopPx)
    else if (rowTopPx + this.#rowHeightPx > this.#topPx + this.#viewportPx) {
      this.moveTo(rowTopPx + this.#rowHeightPx - this.#viewportPx)
    }
  }

  /** Where the scroll bar belongs for the present top. */
  get scrollTop(): number {
    const range = this.#spacerRangePx
    return this.maximumTopPx === 0 ? 0 : Math.min(range, (this.#topPx / this.maximumTopPx) * range)
  }

  /** The scroll bar was moved by the user. */
  scrolledTo(scrollTop: number): void {
    const movedPx = scrollTop - this.#lastScrollTop
    if (!this.compressed) this.moveTo(scrollTop)
    else if (scrollTop <= 0) this.moveTo(0)
    else if (Math.abs(movedPx) <= this.#viewportPx * 2) this.moveTo(this.#topPx + movedPx)
    else this.moveTo((scrollTop / this.#spacerRangePx) * this.maximumTopPx)
  }

  get #contentPx(): number {
    return this.#totalRows * this.#rowHeightPx
  }

  get #spacerRangePx(): number {
    return Math.max(0, this.spacerPx - this.#viewportPx)
  }
}
