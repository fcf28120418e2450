import type { ByteSpan } from './composition.ts'

/** Spans in order, those that touch or overlap made one. Empty ones are left out. */
export function joinedSpans(spans: readonly ByteSpan[]): readonly ByteSpan[] {
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of spans.filter((span) => span.end > span.start).sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  return joined
}

/** Spans after `length` bytes were put in at `offset`; one around the place grows. */
export function spansAfterInsertion(spans: readonly ByteSpan[], offset: number, length: number): readonly ByteSpan[] {
  return spans.map(({ start, end }) => ({
    start: start >= offset ? start + length : start,
    end: end > offset ? end + length : end,
  }))
}

/** Whether any span has a byte from `start` up to `end`. */
export function spansTouch(spans: readonly ByteSpan[], start: number, end: number): boolean {
  return spans.some((span) => span.start < end && span.end > start)
}

/** Parts one after another. */
export function concatenateBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
