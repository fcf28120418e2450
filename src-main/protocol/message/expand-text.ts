import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { maximumSendBytes } from '../../contract/commands.ts'
import { ComposeStop } from './compose-stop.ts'
import type { ComposeScope } from './compose-scope.ts'
import type { ComposePlace } from './composition.ts'
import { findPlaceholders } from './placeholders.ts'

/**
 * A stretch of a text after its placeholders were filled in. `literal` was written so, `escape` is a pair of braces
 * that was written with a backslash, `value` came from a placeholder.
 */
export interface TextSegment {
  readonly kind: 'literal' | 'escape' | 'value'
  readonly text: string
  readonly secret: boolean
  /** Where it stands in the source. */
  readonly sourceStart: number
  readonly sourceEnd: number
}

/** How values are written between the literal text that stands around them. */
export interface ValueNotation {
  /** The text went on with this. */
  pass(literal: string): void
  /** A value as it is written here. */
  write(value: string): string
}

/** A text with its placeholders filled in, which knows where everything came from. */
export class ExpandedText {
  readonly segments: readonly TextSegment[]
  readonly text: string
  readonly #source: string
  readonly #place: ComposePlace

  constructor(source: string, segments: readonly TextSegment[], place: ComposePlace) {
    this.#source = source
    this.segments = segments
    this.#place = place
    this.text = segments.map(({ text }) => text).join('')
  }

  get hasSecrets(): boolean {
    return this.segments.some(({ secret }) => secret)
  }

  /** Stretches of `text` that come from secrets. */
  secretSpans(): { readonly start: number; readonly end: number }[] {
    const spans: { start: number; end: number }[] = []
    let at = 0
    for (const { text, secret } of this.segments) {
      if (secret && text !== '') spans.push({ start: at, end: at + text.length })
      at += text.length
    }
    return spans
  }

  /** Where what stands at an index of `text` was written: the character, or the whole placeholder. */
  placeOf(index: number): ComposePlace {
    const { segment, within } = this.#segmentAt(index)
    if (segment === null) return { ...this.#place, index: 0 }
    const { sourceStart, sourceEnd } = segment
    if (segment.kind === 'literal') return { ...this.#place, index: Math.min(sourceEnd, sourceStart + within) }
    return { ...this.#place, index: sourceStart, length: sourceEnd - sourceStart }
  }

  /** Stops composing with an error at an index of `text`; null for the text as a whole. */
  fail(error: ErrorShape, index: number | null): never {
    if (index === null) throw new ComposeStop(this.#told(error, null, 0), this.#place)
    const place = this.placeOf(index)
    throw new ComposeStop(this.#told(error, this.#segmentAt(index).segment, place.index ?? 0), place)
  }

  #segmentAt(index: number): { readonly segment: TextSegment | null; readonly within: number } {
    let at = 0
    let segment: TextSegment | null = null
    let within = 0
    for (const candidate of this.segments) {
      segment = candidate
      within = index - at
      if (within < candidate.text.length) break
      at += candidate.text.length
    }
    return { segment, within }
  }

  /** The sentence names a character of the source, and nothing of a secret. */
  #told(error: ErrorShape, at: TextSegment | null, sourceIndex: number): ErrorShape {
    const data = { ...error.data }
    if ('position' in data) data.position = sourceIndex + 1
    if ('line' in data && 'column' in data) {
      const before = this.#source.slice(0, sourceIndex).split('\n')
      data.line = before.length
      data.column = (before.at(-1)?.length ?? 0) + 1
    }
    if (this.hasSecrets) {
      for (const key of ['found', 'value']) {
        if (key in data)
          data[key] = at?.secret === false && at.kind === 'literal' ? 'something else' : 'the value of a secret'
      }
    }
    return describeError(error.code, data)
  }
}

const asItIs: ValueNotation = { pass: () => undefined, write: (value) => value }

/**
 * Fills in the placeholders of a text. `notation` says how values are written; as they are when left out. Stops
 * composing at a placeholder that is malformed or has no value, and when the text would be longer than a message may be.
 */
export function expandText(
  source: string,
  scope: ComposeScope,
  place: ComposePlace,
  notation: ValueNotation = asItIs,
): ExpandedText {
  const segments: TextSegment[] = []
  let from = 0
  let total = 0
  const add = (segment: TextSegment): void => {
    total += segment.text.length
    if (total > maximumSendBytes) {
      throw ComposeStop.of('message-too-large', { bytes: total, limit: maximumSendBytes }, place)
    }
    if (segment.kind !== 'value') notation.pass(segment.text)
    if (segment.text !== '') segments.push(segment)
  }
  const literalUpTo = (end: number): void => {
    add({ kind: 'literal', text: source.slice(from, end), secret: false, sourceStart: from, sourceEnd: end })
  }
  for (const span of findPlaceholders(source)) {
    literalUpTo(span.start)
    from = span.end
    const where = { ...place, index: span.start, length: span.end - span.start }
    if (span.kind === 'malformed') throw new ComposeStop(span.error, where)
    const sources = { sourceStart: span.start, sourceEnd: span.end }
    if (span.kind === 'escape') {
      add({ kind: 'escape', text: '{{', secret: false, ...sources })
      continue
    }
    const value = scope.textOf(span.meaning)
    if ('error' in value) throw new ComposeStop(value.error, where)
    add({ kind: 'value', text: notation.write(value.text), secret: value.secret, ...sources })
  }
  literalUpTo(source.length)
  return new ExpandedText(source, segments, place)
}
