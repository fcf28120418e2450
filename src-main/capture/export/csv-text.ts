import { decodeUtf8 } from '../../protocol/text/utf8.ts'
import { putHexPair } from './export-text.ts'

/** Bytes of a message that are shown as text. */
const previewTextBytes = 256

/** What a spreadsheet may take for the beginning of a formula, or skip before one. */
const formulaBeginning = /^[\s]*[=+\-@]|^[\t\r]/

/** A text as a field in quotes; never a formula. */
export function csvText(text: string): string {
  const safe = formulaBeginning.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/** The first bytes of a message of so many as text in one line: controls and what is no UTF-8 as `\xNN`. */
export function previewText(first: Uint8Array, byteCount: number): string {
  const shown = first.subarray(0, previewTextBytes)
  const text = decodeUtf8(shown)
    .map((span) =>
      span.kind === 'text' ? span.text.replaceAll('\\', '\\\\') : escaped(shown.subarray(span.start, span.end)),
    )
    .join('')
  return byteCount > shown.length ? `${text}…` : text
}

function escaped(bytes: Uint8Array): string {
  const pair = new Uint8Array(2)
  return Array.from(bytes, (byte) => {
    if (byte === 0x0a) return '\\n'
    if (byte === 0x0d) return '\\r'
    if (byte === 0x09) return '\\t'
    putHexPair(pair, 0, byte)
    return `\\x${String.fromCharCode(...pair)}`
  }).join('')
}
