/** Chromium draws no element taller than 33,554,428 px; a little less leaves room for borders and zoom. */
export const maximumScrollHeight = 33_000_000

/** What a window over fixed-height rows is looked at through. All lengths in px. */
export interface ScrollGeometry {
  readonly rowCount: number
  readonly rowHeight: number
  readonly viewportHeight: number
}

/** Length of all rows, as if there were no limit. */
export function contentHeight(geometry: ScrollGeometry): number {
  return geometry.rowCount * geometry.rowHeight
}

/** Greatest offset of the first visible px within the content. */
export function maximumOffset(geometry: ScrollGeometry): number {
  return Math.max(0, contentHeight(geometry) - geometry.viewportHeight)
}

/** Height of the element that gives the scrollbar its length. */
export function scrollHeight(geometry: ScrollGeometry): number {
  return Math.min(contentHeight(geometry), maximumScrollHeight)
}

/** Whether a px of the scrollbar stands for more than a px of content. */
export function isScaled(geometry: ScrollGeometry): boolean {
  return contentHeight(geometry) > maximumScrollHeight
}

/** The content offset that a scroll position stands for; the ends are exact. */
export function offsetOfScroll(geometry: ScrollGeometry, scrollTop: number): number {
  if (!isScaled(geometry)) return clampOffset(geometry, scrollTop)
  const scrollRange = maximumScrollHeight - geometry.viewportHeight
  return clampOffset(geometry, (scrollTop / scrollRange) * maximumOffset(geometry))
}

/** The scroll position that stands for a content offset. */
export function scrollOfOffset(geometry: ScrollGeometry, offset: number): number {
  if (!isScaled(geometry)) return clampOffset(geometry, offset)
  const scrollRange = maximumScrollHeight - geometry.viewportHeight
  return (clampOffset(geometry, offset) / maximumOffset(geometry)) * scrollRange
}

export function clampOffset(geometry: ScrollGeometry, offset: number): number {
  return Math.min(maximumOffset(geometry), Math.max(0, offset))
}

/** The offset that brings a row into view with the least movement. */
export function offsetToReveal(geometry: ScrollGeometry, offset: number, row: number): number {
  const top = row * geometry.rowHeight
  const bottom = top + geometry.rowHeight
  if (top < offset) return clampOffset(geometry, top)
  if (bottom > offset + geometry.viewportHeight) return clampOffset(geometry, bottom - geometry.viewportHeight)
  return offset
}
