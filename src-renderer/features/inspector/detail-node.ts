/** What a value is, for its colour; never the only sign. */
export type DetailTone = 'container' | 'text' | 'number' | 'word' | 'bytes' | 'problem'

/**
 * A part of a decoded message as a tree shows it, whatever decoded it. Children are made when they are asked for, so that
 * a large message costs only what is looked at.
 */
export interface DetailNode {
  /** Its place among its siblings from the root on (`0/3/1`): the same place of another message has the same key. */
  readonly key: string
  /** The key, the name of the field, `[3]`; empty for the root. */
  readonly name: string
  /** The value in one line, shortened. */
  readonly value: string
  readonly tone: DetailTone
  /** The type in words where the format has one: `u16`, `float32`; empty otherwise. */
  readonly type: string
  /** Something to know beside the value, such as the date that a map stands for; empty for nothing. */
  readonly note: string
  /** The bytes it stands for, within the content; `end` is exclusive. */
  readonly start: number
  readonly end: number
  readonly childCount: number
  children(): readonly DetailNode[]
  /** The value in full, to be copied and searched in. */
  fullText(): string
  /** How it is addressed from the root: `$.a[3]`, `header.id`. */
  path(): string
}

/** A value shown in one line is never longer. */
export const shownValueLength = 160

/** Makes children once, when they are first asked for. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => (made ??= { value: make() }).value
}
