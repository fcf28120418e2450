import type { DecoderSettings } from '../../contract/schemas/interpretation.ts'
import { jsonSummary } from '../json/format-json.ts'
import type { JsonNode } from '../json/json-node.ts'
import { m2Summary } from '../m2/read-m2-message.ts'
import { messagePackSummary } from '../msgpack/summary.ts'
import { structureSummary } from '../struct/structure-summary.ts'
import { isTextEncoding } from '../text/encodings/text-encodings.ts'
import type { TextSpan } from '../text/utf8.ts'
import type { ChosenDecoder } from './choose-decoder.ts'
import { decodeMessage } from './decode-message.ts'
import type { KnownStructures, MessageContent } from './message-content.ts'

/**
 * What a row says of a message. `line`: one line that sums it up. `text`: spans of its text in an encoding. `utf-8` and
 * `bytes`: the bytes themselves, as text and as hex. `problem` says why it could not be read as asked: its bytes are
 * shown then, never something made up.
 */
export type MessageSummary = {
  readonly readAs: ChosenDecoder['kind']
  readonly problem: string | null
} & (
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'text'; readonly spans: readonly TextSpan[] }
  | { readonly kind: 'utf-8' }
  | { readonly kind: 'bytes' }
)

/**
 * Sums up a message in at most `maximumLength` UTF-16 units. Never throws: what cannot be read is shown as bytes with the
 * reason. Bytes that go on (`isWhole` false) are read as far as they are there, which is no problem by itself.
 */
export function summarizeMessage(
  content: MessageContent,
  decoder: DecoderSettings,
  structures: KnownStructures,
  maximumLength: number,
): MessageSummary {
  const decoded = decodeMessage(content, decoder, structures)
  const { readAs, problem } = decoded
  switch (decoded.kind) {
    case 'text':
      return isTextEncoding(decoded.encoding) && decoded.encoding !== 'utf-8'
        ? { kind: 'text', readAs, problem, spans: decoded.spans }
        : { kind: 'utf-8', readAs, problem }
    case 'json':
      return { kind: 'line', readAs, problem, text: jsonLine(readAs, decoded.root, maximumLength) }
    case 'msgpack':
      return { kind: 'line', readAs, problem, text: messagePackSummary(decoded.node, maximumLength) }
    case 'structure':
      return { kind: 'line', readAs, problem, text: structureSummary(decoded.decoded, maximumLength) }
    case 'bytes':
      return { kind: 'bytes', readAs, problem }
  }
}

function jsonLine(readAs: ChosenDecoder['kind'], root: JsonNode, maximumLength: number): string {
  const asM2 = readAs === 'm2' ? m2Summary(root, maximumLength) : null
  return asM2 ?? jsonSummary(root, maximumLength)
}
