import type { LineEndingName } from '../../../contract/schemas/line-ending.ts'
import { encodeText } from '../../text/encodings/encode-text.ts'
import { splitEscapedText } from '../../text/escapes.ts'
import { encodeUtf8 } from '../../text/utf8.ts'
import { concatenateBytes } from '../byte-spans.ts'
import { ComposeStop } from '../compose-stop.ts'
import type { ComposeScope } from '../compose-scope.ts'
import type { ByteSpan, ComposePlace } from '../composition.ts'
import { expandText, type TextSegment } from '../expand-text.ts'
import type { ContentBytes } from './content-bytes.ts'

/** Characters that are encoded together, or bytes that stand for themselves. */
type Run =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'text'; readonly parts: TextPart[] }

interface TextPart {
  readonly text: string
  readonly secret: boolean
  /** Where the character at an index of `text` was written. */
  readonly placeOf: (unit: number) => ComposePlace
}

export const lineEndingText: Readonly<Record<LineEndingName, string>> = { none: '', lf: '\n', crlf: '\r\n', cr: '\r' }

/**
 * Text with escapes in an encoding. Escapes are read in what was written, never in values; a line break that was typed
 * stands for the line ending (LF with `none`); the line ending after the text is encoded like the text, and left
 * out where the framing puts one.
 */
export function textContent(
  content: { readonly text: string; readonly encoding: string; readonly lineEnding: LineEndingName },
  scope: ComposeScope,
  endedByFraming: boolean,
): ContentBytes {
  const place = { part: 'text' } as const
  const ending = lineEndingText[content.lineEnding]
  const expanded = expandText(content.text, scope, place)
  const runs: Run[] = []
  for (const segment of expanded.segments) addSegment(runs, segment, ending === '' ? '\n' : ending)
  if (ending !== '' && !endedByFraming) addText(runs, { text: ending, secret: false, placeOf: () => place })
  return encodeRuns(runs, content.encoding)
}

function addSegment(runs: Run[], segment: TextSegment, lineBreak: string): void {
  const { sourceStart, sourceEnd, secret, text } = segment
  if (segment.kind !== 'literal') {
    const place = { part: 'text', index: sourceStart, length: sourceEnd - sourceStart } as const
    addText(runs, { text, secret, placeOf: () => place })
    return
  }
  const split = splitEscapedText(text, lineBreak)
  if (!split.ok) {
    const index = sourceStart + Number(split.error.data.position) - 1
    const { code, data } = split.error
    throw ComposeStop.of(code, { ...data, position: index + 1 }, { part: 'text', index })
  }
  for (const piece of split.pieces) {
    if (piece.kind === 'bytes') runs.push(piece)
    else {
      const placeOf = (unit: number): ComposePlace => ({ part: 'text', index: sourceStart + piece.indexOf(unit) })
      addText(runs, { text: piece.text, secret: false, placeOf })
    }
  }
}

function addText(runs: Run[], part: TextPart): void {
  const last = runs.at(-1)
  if (last?.kind === 'text') last.parts.push(part)
  else runs.push({ kind: 'text', parts: [part] })
}

function encodeRuns(runs: readonly Run[], encoding: string): ContentBytes {
  const encoded: Uint8Array[] = []
  const masked: ByteSpan[] = []
  let at = 0
  let begun = false
  for (const run of runs) {
    // The mark stands once, at the beginning of the message; before bytes that come first it would not be the text's.
    const name = begun ? encoding.replace(/-bom$/, '') : encoding
    begun = true
    const { bytes, secrets } = run.kind === 'bytes' ? { bytes: run.bytes, secrets: [] } : encodeParts(run.parts, name)
    encoded.push(bytes)
    masked.push(...secrets.map(({ start, end }) => ({ start: at + start, end: at + end })))
    at += bytes.length
  }
  return { bytes: concatenateBytes(encoded), masked }
}

function encodeParts(
  parts: readonly TextPart[],
  encoding: string,
): { bytes: Uint8Array; secrets: readonly ByteSpan[] } {
  const bytes = encodePart(parts.map(({ text }) => text).join(''), encoding, parts)
  if (!parts.some(({ secret }) => secret)) return { bytes, secrets: [] }
  // Encodings that change their state, and pairs that stand in two parts, have other bytes in pieces than as a whole.
  if (encoding.startsWith('iso-2022') || parts.some(({ text }) => /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(text))) {
    return { bytes, secrets: [{ start: 0, end: bytes.length }] }
  }
  const secrets: ByteSpan[] = []
  // Only the byte order mark stands before all parts.
  let at = encodePart('', encoding, parts).length
  for (const { text, secret } of parts) {
    const start = at
    at += encodePart(text, encoding.replace(/-bom$/, ''), parts).length
    if (secret) secrets.push({ start, end: at })
  }
  return { bytes, secrets }
}

function encodePart(text: string, encoding: string, parts: readonly TextPart[]): Uint8Array {
  if (encoding === 'utf-8') {
    const quick = encodeUtf8(text)
    if (quick.ok) return quick.bytes
  }
  const result = encodeText(text, encoding)
  if (result.ok) return result.bytes
  const { code, data } = result.error
  if (typeof data.position !== 'number') throw ComposeStop.of(code, data, { part: 'text' })
  let unit = data.position - 1
  for (const part of parts) {
    if (unit >= part.text.length) {
      unit -= part.text.length
      continue
    }
    const place = part.placeOf(unit)
    const found = part.secret ? { found: 'a character of a secret' } : {}
    throw ComposeStop.of(code, { ...data, ...found, position: (place.index ?? 0) + 1 }, place)
  }
  throw ComposeStop.of(code, data, { part: 'text' })
}
