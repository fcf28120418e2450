import type { CaptureSummary } from '../../../src-main/contract/schemas/capture.ts'
import { allCapturesWords as words } from '../../strings/all-captures.ts'

export type CaptureColumn = keyof typeof words.columns
export interface CaptureOrder {
  readonly by: CaptureColumn
  readonly descending: boolean
}

/** What was found in a capture, in one word; the worst of it. */
export function stateOf({ problem, live, recovery }: CaptureSummary): keyof typeof words.states {
  if (problem !== null) return 'problem'
  if (live) return 'live'
  if (recovery.damagedBytes > 0 || recovery.tailBytesIgnored > 0) return 'damaged'
  return recovery.unclean ? 'unclean' : 'complete'
}

/** The order after the head of a column is pressed: texts begin with the first, numbers and times with the greatest. */
export function nextCaptureOrder(order: CaptureOrder, by: CaptureColumn): CaptureOrder {
  const isText = by === 'name' || by === 'tags' || by === 'state' || by === 'origin'
  return order.by === by ? { by, descending: !order.descending } : { by, descending: !isText }
}

/** Whether a capture has the text in name, notes, tags or path, and the tag when one is chosen. */
export function isWanted({ name, notes, tags, origin }: CaptureSummary, text: string, tag: string | null): boolean {
  if (tag !== null && !tags.includes(tag)) return false
  const wanted = text.trim().toLowerCase()
  const place = origin.kind === 'file' ? origin.path : origin.kind === 'imported' ? origin.fileName : ''
  return [name, notes, place, ...tags].some((part) => part.toLowerCase().includes(wanted))
}

/** The captures in the order wanted; equal ones with the newest first. */
export function sortCaptures(captures: readonly CaptureSummary[], { by, descending }: CaptureOrder): CaptureSummary[] {
  const sign = descending ? -1 : 1
  return [...captures].sort(
    (one, other) => sign * compare(one, other, by) || other.startedAtUnixUs - one.startedAtUnixUs,
  )
}

/** Every tag in use, in order. */
export function tagsOf(captures: readonly CaptureSummary[]): readonly string[] {
  return [...new Set(captures.flatMap(({ tags }) => tags))].sort(compareTexts)
}

/** The tags that a person wrote with commas between them, each once; null when there are too many, or one is too long. */
export function parseTags(text: string): string[] | null {
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
  return tags.length > 32 || tags.some((tag) => tag.length > 40) ? null : tags
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const compareTexts = (one: string, other: string): number => collator.compare(one, other)

function compare(one: CaptureSummary, other: CaptureSummary, by: CaptureColumn): number {
  switch (by) {
    case 'name':
      return compareTexts(one.name, other.name)
    case 'tags':
      return compareTexts(one.tags.join(), other.tags.join())
    case 'started':
      return one.startedAtUnixUs - other.startedAtUnixUs
    case 'duration':
      return one.totals.lastTimeNs - other.totals.lastTimeNs
    case 'sent':
      return one.totals.sentBytes - other.totals.sentBytes
    case 'received':
      return one.totals.receivedBytes - other.totals.receivedBytes
    case 'size':
      return one.totals.fileBytes - other.totals.fileBytes
    case 'state':
      return compareTexts(words.states[stateOf(one)], words.states[stateOf(other)])
    case 'origin':
      return compareTexts(words.origins[one.origin.kind], words.origins[other.origin.kind])
  }
}
