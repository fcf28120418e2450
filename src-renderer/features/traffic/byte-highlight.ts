/**
 * Names of the highlights, for `::highlight(...)` in style sheets: bytes that are selected, bytes of what is under the
 * pointer, bytes that belong to the framing, and bytes that a search found, with those it has gone to.
 */
export type ByteHighlightName =
  'selected-bytes' | 'pointed-bytes' | 'framing-bytes' | 'found-bytes' | 'found-current-bytes'

/** Where highlights lie over one another, the greater one is seen. */
const priorities: Partial<Readonly<Record<ByteHighlightName, number>>> = { 'found-bytes': 1, 'found-current-bytes': 2 }

export interface CharacterSpan {
  readonly node: Text
  readonly start: number
  readonly end: number
}

/**
 * Marks stretches of text without an element around each: the highlight is shared by all views of the page, each owns
 * its ranges. `replace` puts new ones in place of the old; `clear` takes them away.
 */
export class ByteHighlight {
  readonly #name: ByteHighlightName
  #ranges: readonly Range[] = []

  constructor(name: ByteHighlightName = 'selected-bytes') {
    this.#name = name
  }

  replace(spans: readonly CharacterSpan[]): void {
    this.clear()
    if (spans.length === 0) return
    const highlight = CSS.highlights.get(this.#name) ?? new Highlight()
    highlight.priority = priorities[this.#name] ?? 0
    CSS.highlights.set(this.#name, highlight)
    this.#ranges = spans.map(({ node, start, end }) => {
      const range = new Range()
      range.setStart(node, Math.min(start, node.length))
      range.setEnd(node, Math.min(end, node.length))
      highlight.add(range)
      return range
    })
  }

  /** As `replace`, with the next frame, when rows that change just now are in the page. Returns what calls it off. */
  replaceWhenDrawn(spans: () => readonly CharacterSpan[]): () => void {
    const frame = requestAnimationFrame(() => this.replace(spans()))
    return () => cancelAnimationFrame(frame)
  }

  clear(): void {
    const highlight = CSS.highlights.get(this.#name)
    for (const range of this.#ranges) highlight?.delete(range)
    this.#ranges = []
  }
}

/** The text node of a column, null when it is empty. */
export function columnText(row: Element, column: 'hex' | 'ascii'): Text | null {
  const node = row.querySelector(`[data-column="${column}"]`)?.firstChild
  return node instanceof Text ? node : null
}

/** Index of the monospaced character of a text that is at a horizontal place of the window. */
export function characterAt(text: Text, clientX: number): number {
  const range = new Range()
  range.selectNodeContents(text)
  const { left, width } = range.getBoundingClientRect()
  return Math.floor(((clientX - left) / width) * text.length)
}
