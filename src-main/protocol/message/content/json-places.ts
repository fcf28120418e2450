import type { JsonNode } from '../../json/json-node.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { encodeUtf8 } from '../../text/utf8.ts'
import type { ByteSpan } from '../composition.ts'

/** Keys and values without parts, in the order of the document. The parser has limited the depth. */
function leafPlaces(root: JsonNode): readonly ByteSpan[] {
  const places: ByteSpan[] = []
  const visit = (node: JsonNode): void => {
    if (node.kind === 'array') node.elements.forEach(visit)
    else if (node.kind === 'object') {
      for (const member of node.members) {
        places.push({ start: member.keyStart, end: member.keyEnd })
        visit(member.value)
      }
    } else places.push(node)
  }
  visit(root)
  return places
}

/**
 * Where the keys and values that touch `secrets` of a document stand in `written`, the same document in other words that
 * may go on after it, as spans of its UTF-16 units. Null when the two cannot be held against each other.
 */
export function secretsInRewrittenJson(
  root: JsonNode,
  secrets: readonly ByteSpan[],
  written: string,
): readonly ByteSpan[] | null {
  const before = leafPlaces(root)
  const parsed = parseJsonDocument(written)
  if (!parsed.ok) return null
  const after = leafPlaces(parsed.root)
  const spans: ByteSpan[] = []
  for (const [number, { start, end }] of before.entries()) {
    if (!secrets.some((secret) => secret.start < end && secret.end > start)) continue
    const place = after[number]
    if (place === undefined) return null
    spans.push({ start: place.start, end: place.end })
  }
  return spans
}

/** Spans of UTF-16 units of a text as spans of its UTF-8 bytes. */
export function utf8Spans(text: string, spans: readonly ByteSpan[]): readonly ByteSpan[] {
  const byteAt = (index: number): number => {
    const encoded = encodeUtf8(text.slice(0, index))
    return encoded.ok ? encoded.bytes.length : 0
  }
  return spans.map(({ start, end }) => ({ start: byteAt(start), end: byteAt(end) }))
}
