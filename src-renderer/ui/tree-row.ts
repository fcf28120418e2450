/** What `TreeRows` needs to know of a row. */
export interface TreeRow {
  readonly key: string
  readonly level: number
  /** The row's words, for typing ahead. */
  readonly text: string
  /** Null for a row that holds nothing. */
  readonly expanded: boolean | null
}

/** Where a dragged row would land. */
export type DropPlace = 'before' | 'inside' | 'after'
