/** A stretch of time since the capture began; the end is not included. */
export interface TimeRange {
  readonly fromNs: number
  readonly toNs: number
}

/** What a chart shows: the last seconds, moving along; the whole capture; or a part of it. */
export type ChartSpan =
  | { readonly kind: 'latest'; readonly lengthNs: number }
  | { readonly kind: 'whole' }
  | ({ readonly kind: 'part' } & TimeRange)

export const shortSpanNs = 10e9
export const longSpanNs = 60e9
/** The whole of a capture is drawn at least so wide. */
const leastWholeNs = 1e6

/** The times that a chart covers from edge to edge, of a capture known up to `lastTimeNs`. */
export function rangeOfSpan(span: ChartSpan, lastTimeNs: number): TimeRange {
  if (span.kind === 'part') return { fromNs: span.fromNs, toNs: span.toNs }
  if (span.kind === 'whole') return { fromNs: 0, toNs: Math.max(leastWholeNs, lastTimeNs + 1) }
  // A capture that is younger than the span begins at the left edge and grows to the right.
  const toNs = Math.max(span.lengthNs, lastTimeNs + 1)
  return { fromNs: toNs - span.lengthNs, toNs }
}

/** The stretch between two places of a drag, within `bounds`, of whole intervals; null when it is none. */
export function draggedRange(oneNs: number, otherNs: number, stepNs: number, bounds: TimeRange): TimeRange | null {
  const from = Math.max(bounds.fromNs, Math.floor(Math.min(oneNs, otherNs) / stepNs) * stepNs)
  const to = Math.min(bounds.toNs, Math.ceil(Math.max(oneNs, otherNs) / stepNs) * stepNs)
  return to > from ? { fromNs: from, toNs: to } : null
}

/** Moves one end of a range by some steps, at least one step away from the other end and within `bounds`. */
export function moveEnd(
  range: TimeRange,
  end: 'start' | 'end',
  byNs: number,
  stepNs: number,
  bounds: TimeRange,
): TimeRange {
  const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
  if (end === 'start') {
    return {
      fromNs: within(range.fromNs + byNs, bounds.fromNs, Math.max(bounds.fromNs, range.toNs - stepNs)),
      toNs: range.toNs,
    }
  }
  return {
    fromNs: range.fromNs,
    toNs: within(range.toNs + byNs, Math.min(bounds.toNs, range.fromNs + stepNs), bounds.toNs),
  }
}

/** Steps that a key moves by: an arrow one, with Shift or Page ten; null for other keys. Home and End go to the bounds. */
export function stepsOfKey(key: string, shift: boolean): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: shift ? 10 : 1,
    ArrowUp: shift ? 10 : 1,
    ArrowLeft: shift ? -10 : -1,
    ArrowDown: shift ? -10 : -1,
    PageUp: 10,
    PageDown: -10,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  }
  return steps[key] ?? null
}
