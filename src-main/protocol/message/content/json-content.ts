import type { MessageContent } from '../../../contract/schemas/message.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonNode, JsonRemark } from '../../json/json-node.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { encodeText } from '../../text/encodings/encode-text.ts'
import type { ComposeScope } from '../compose-scope.ts'
import type { ComposePlace } from '../composition.ts'
import { expandText, type ExpandedText } from '../expand-text.ts'
import { type ContentBytes, maskedAsAWhole } from './content-bytes.ts'
import { JsonNotation } from './json-notation.ts'
import { secretsInRewrittenJson, utf8Spans } from './json-places.ts'
import { lineEndingText } from './text-content.ts'

const remarkTexts: Readonly<Record<JsonRemark['code'], (text: string) => string>> = {
  'special-number': (text) => `${text} is no JSON by RFC 8259; Python reads it, most others do not.`,
  'duplicate-key': (text) => `The key "${text}" stands twice in the same object: readers take one of them.`,
  'lone-surrogate': () => 'A string holds half a character, which has no UTF-8 form.',
  'byte-order-mark': () => 'A byte order mark stands before the document; many readers refuse it.',
}

/** A JSON document whose placeholders are filled in. Stops composing where it is none. */
export function expandJson(
  text: string,
  scope: ComposeScope,
  place: ComposePlace,
): { readonly expanded: ExpandedText; readonly root: JsonNode } {
  const expanded = expandText(text, scope, place, new JsonNotation())
  const parsed = parseJsonDocument(expanded.text)
  if (!parsed.ok) return expanded.fail(parsed.error, parsed.index)
  for (const { code, start, text: found } of parsed.remarks) {
    const message = remarkTexts[code](expanded.hasSecrets ? '…' : found)
    scope.remarks.push({ place: expanded.placeOf(start), message })
  }
  return { expanded, root: parsed.root }
}

/**
 * JSON as UTF-8 in the style asked for: as it was written once it was found to be JSON, or written anew with every number
 * to the digit (seed-systems 3.3). The line ending is left out where the framing puts one.
 */
export function jsonContent(
  content: Extract<MessageContent, { mode: 'json' }>,
  scope: ComposeScope,
  endedByFraming: boolean,
): ContentBytes {
  const { expanded, root } = expandJson(content.text, scope, { part: 'text' })
  const written = content.style === 'as-written' ? expanded.text : formatJson(root, content.style)
  const text = endedByFraming ? written : written + lineEndingText[content.lineEnding]
  const encoded = encodeText(text, 'utf-8')
  if (!encoded.ok) return expanded.fail(encoded.error, Number(encoded.error.data.position) - 1)
  if (!expanded.hasSecrets) return { bytes: encoded.bytes, masked: [] }
  const secrets = expanded.secretSpans()
  const spans = content.style === 'as-written' ? secrets : secretsInRewrittenJson(root, secrets, written)
  return spans === null ? maskedAsAWhole(encoded.bytes, true) : { bytes: encoded.bytes, masked: utf8Spans(text, spans) }
}
