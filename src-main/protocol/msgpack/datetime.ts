/** Dates as tcpy sends them: a map with `__datetime__`: true and `as_str` (seed-systems 1.1). */
import type { MessagePackNode } from './message-pack-node.ts'

/** The date that a map of tcpy stands for, or why it stands for none although it claims to. */
export type DescribedDatetime =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** The keys of the map. */
export const datetimeKey = '__datetime__'
export const datetimeTextKey = 'as_str'

/**
 * What tcpy makes of a map with the key `__datetime__`: the date of its `as_str`, as `YYYY-MM-DDTHH:MM:SS.ffffff` without
 * a zone. Null for every other value.
 */
export function describeDatetime(node: MessagePackNode): DescribedDatetime | null {
  if (node.kind !== 'map' || lastValue(node.entries, datetimeKey) === undefined) return null
  const written = lastValue(node.entries, datetimeTextKey)
  if (written?.kind !== 'string') {
    return { ok: false, reason: 'The map says that it is a date and has no text as_str. The receiver fails on it.' }
  }
  const text = normalizeDatetime(written.text, 1)
  if (text !== null) return { ok: true, text }
  return { ok: false, reason: 'The text as_str is no date like 2014-05-06T07:08:09.000010. The receiver fails on it.' }
}

/**
 * A date with exactly six decimals. The text may have `leastDecimals` to six; null when it has not, or when there is no
 * such day or time.
 */
export function normalizeDatetime(text: string, leastDecimals: 0 | 1): string | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text)
  const wholeSeconds = parts?.[1]
  const decimals = parts?.[2] ?? ''
  if (wholeSeconds === undefined || decimals.length < leastDecimals || wholeSeconds.startsWith('0000')) return null
  const date = new Date(`${wholeSeconds}.000Z`)
  // A day that the month does not have is carried over instead of refused.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, -5) !== wholeSeconds) return null
  return `${wholeSeconds}.${decimals.padEnd(6, '0')}`
}

function lastValue(
  entries: readonly { readonly key: MessagePackNode; readonly value: MessagePackNode }[],
  name: string,
): MessagePackNode | undefined {
  return entries.findLast(({ key }) => key.kind === 'string' && key.text === name)?.value
}
