import type { JsonMember, JsonNode, JsonObjectNode } from '../../json/json-node.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { joinedSpans } from '../byte-spans.ts'
import type { ByteSpan } from '../composition.ts'

/**
 * Where the keys and values that touch `secrets` of a document stand in `written`, the same document in other words that
 * may go on after it, as spans of its UTF-16 units. `secrets` are in order. Null when the two cannot be held against each
 * other.
 */
export function secretsInRewrittenJson(
  root: JsonNode,
  secrets: readonly ByteSpan[],
  written: string,
): readonly ByteSpan[] | null {
  const parsed = parseJsonDocument(written)
  if (!parsed.ok) return null
  const spans: ByteSpan[] = []
  return followSecrets(root, parsed.root, secrets, spans) ? spans : null
}

/** Adds where the secrets of `before` are in `after`; false when an array is another one. The parser has limited the depth. */
function followSecrets(before: JsonNode, after: JsonNode, secrets: readonly ByteSpan[], spans: ByteSpan[]): boolean {
  if (!touchesAny(secrets, before)) return true
  if (before.kind === 'object') {
    // What is something else now was replaced, and with it everything that stood in it.
    if (after.kind !== 'object') return true
    return pairedMembers(before, after).every(({ from, to, isKept }) => {
      if (touchesAny(secrets, { start: from.keyStart, end: from.keyEnd })) {
        spans.push({ start: to.keyStart, end: to.keyEnd })
      }
      return !isKept || followSecrets(from.value, to.value, secrets, spans)
    })
  }
  if (before.kind === 'array') {
    if (after.kind !== 'array') return true
    if (after.elements.length !== before.elements.length) return false
    return before.elements.every((element, index) => {
      const other = after.elements[index]
      return other !== undefined && followSecrets(element, other, secrets, spans)
    })
  }
  spans.push({ start: after.start, end: after.end })
  return true
}

interface PairedMember {
  readonly from: JsonMember
  readonly to: JsonMember
  /** False for a value that a later one of the same key has replaced. */
  readonly isKept: boolean
}

/** One by one where all keys are still there; else of each key the last value, as Python keeps it. */
function pairedMembers(before: JsonObjectNode, after: JsonObjectNode): readonly PairedMember[] {
  if (before.members.every(({ key }, index) => after.members[index]?.key === key)) {
    return before.members.flatMap((from, index) => pairOf(from, after.members[index], true))
  }
  const last = new Map(before.members.map((member) => [member.key, member]))
  const present = new Map(after.members.map((member) => [member.key, member]))
  return before.members.flatMap((from) => pairOf(from, present.get(from.key), last.get(from.key) === from))
}

function pairOf(from: JsonMember, to: JsonMember | undefined, isKept: boolean): readonly PairedMember[] {
  return to === undefined ? [] : [{ from, to, isKept }]
}

/** True when one of the spans, which are in order, has something of the place. */
function touchesAny(spans: readonly ByteSpan[], { start, end }: ByteSpan): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((spans[middle]?.end ?? 0) <= start) low = middle + 1
    else high = middle
  }
  return (spans[low]?.start ?? end) < end
}

/** Spans of UTF-16 units of a text as spans of its UTF-8 bytes, in order. */
export function utf8Spans(text: string, spans: readonly ByteSpan[]): readonly ByteSpan[] {
  let unit = 0
  let byte = 0
  const byteAt = (index: number): number => {
    for (; unit < index; unit++) byte += utf8BytesOf(text.charCodeAt(unit))
    return byte
  }
  return joinedSpans(spans).map(({ start, end }) => ({ start: byteAt(start), end: byteAt(end) }))
}

/** Each half of a pair counts for two of its four bytes. */
function utf8BytesOf(unit: number): number {
  if (unit < 0x80) return 1
  return unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3
}
