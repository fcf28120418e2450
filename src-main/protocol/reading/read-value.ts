import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ReadValue } from '../../contract/schemas/reading.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { decodeCompiled } from '../struct/decode-structure.ts'
import type { CompiledStructure } from '../struct/compiled-structure.ts'
import { structureSummary } from '../struct/structure-summary.ts'
import { decodeText } from '../text/encodings/decode-text.ts'
import type { TextEncodingName } from '../text/encodings/text-encodings.ts'

export type ReadValueResult =
  { readonly ok: true; readonly value: ReadValue | null } | { readonly ok: false; readonly error: ErrorShape }

/** What the bytes of a read, without their terminator, stand for. */
export type ReadAs =
  | { readonly kind: 'bytes' }
  | { readonly kind: 'text' | 'json'; readonly encoding: TextEncodingName }
  | { readonly kind: 'structure'; readonly structureId: string; readonly structure: CompiledStructure }

const shownInvalidBytes = 8
const shownTextLength = 4096
const summaryLength = 400

/**
 * Reads the content. Errors: `text-malformed` with the `offset` of the first byte that is none and what was `found`
 * there; `json-malformed` with the `text` itself, its first 4096 characters.
 */
export function readValueOf(content: Uint8Array, readAs: ReadAs): ReadValueResult {
  switch (readAs.kind) {
    case 'bytes':
      return { ok: true, value: null }
    case 'text':
    case 'json': {
      const text = strictText(content, readAs.encoding)
      if (!text.ok) return text
      return readAs.kind === 'json' ? jsonValue(text.text) : { ok: true, value: { kind: 'text', text: text.text } }
    }
    case 'structure': {
      const summary = structureSummary(decodeCompiled(readAs.structure, content), summaryLength)
      return { ok: true, value: { kind: 'structure', structureId: readAs.structureId, summary } }
    }
    default:
      return readAs satisfies never
  }
}

type StrictText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: ErrorShape }

/** Nothing is replaced: one byte that is no text is a failure. */
function strictText(bytes: Uint8Array, encoding: TextEncodingName): StrictText {
  const parts: string[] = []
  for (const span of decodeText(bytes, encoding)) {
    if (span.kind === 'invalid') {
      const found = hexOf(bytes.subarray(span.start, Math.min(span.end, span.start + shownInvalidBytes)))
      return { ok: false, error: describeError('text-malformed', { encoding, offset: span.start, found }) }
    }
    parts.push(span.kind === 'text' ? span.text : String.fromCharCode(span.code))
  }
  return { ok: true, text: parts.join('') }
}

function jsonValue(text: string): ReadValueResult {
  const document = parseJsonDocument(text)
  if (document.ok) return { ok: true, value: { kind: 'json', text } }
  const data = { ...document.error.data, text: text.slice(0, shownTextLength) }
  return { ok: false, error: describeError('json-malformed', data) }
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')
