import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { decodeUtf8, firstInvalidUtf8, type TextSpan } from '../../../src-main/protocol/text/utf8.ts'

/**
 * A piece of a row's content. `tag` names controls, one or several (`LF`, `CR LF`, `NUL`); `reason` says why hex follows;
 * `hex` is bytes that are no text.
 */
export interface ContentPiece {
  readonly kind: 'text' | 'tag' | 'reason' | 'hex' | 'hex-marked'
  readonly text: string
}

export interface RowContent {
  /** False when bytes are no UTF-8 and are therefore shown as hex. */
  readonly isText: boolean
  readonly pieces: readonly ContentPiece[]
}

/** More changes between text and controls than this in one row make it slow to draw: the rest is shown as hex. */
export const maximumPieces = 64

/** After so many stretches that are no UTF-8 a row is not text with a few bad bytes but binary: the rest is shown as hex. */
export const maximumHexPieces = 5

const hexPreviewBytes = 64

/**
 * So few controls without a NUL keep their names, however short the chunk: devices shake hands with single controls (ACK)
 * and put text between them (STX … ETX).
 */
const maximumHandshakeControls = 3

/**
 * What the row of a raw chunk shows of its content: plain hex when most of it is no text, else as `textContent` says.
 */
export function chunkContent(preview: Uint8Array, length: number): RowContent {
  return isMostlyBinary(preview) ? { isText: false, pieces: hexContent(preview, length) } : textContent(preview, length)
}

/**
 * What a row shows of bytes that are read as UTF-8: text with tags for controls, or, when they are none, the place and
 * the bytes around as hex. Nothing is replaced. A character cut off by the end of the preview or of the content does
 * not make the rest hex: only its bytes are.
 */
export function textContent(preview: Uint8Array, length: number): RowContent {
  const invalidAt = firstInvalidUtf8(preview)
  const cutAt = cutOffCharacter(preview)
  const goesOn = preview.length < length
  if (invalidAt === -1) return { isText: true, pieces: [...textPieces(preview), ...ellipsis(goesOn)] }
  if (invalidAt === cutAt) {
    const rest = goesOn ? ellipsis(true) : [hexPiece(preview.subarray(cutAt))]
    return { isText: true, pieces: [...textPieces(preview.subarray(0, cutAt)), ...rest] }
  }
  return { isText: false, pieces: invalidPieces(preview, invalidAt, length) }
}

/** A line of the text view: text with tags for controls; bytes that are no UTF-8 as hex where they stand. */
export function lineContent(bytes: Uint8Array): readonly ContentPiece[] {
  return textPieces(bytes)
}

/** Spans of a text in any encoding, with tags for controls and hex where bytes are no text. */
export function spanContent(spans: readonly TextSpan[], bytes: Uint8Array, length: number): readonly ContentPiece[] {
  return [...piecesOfSpans(spans, bytes), ...ellipsis(bytes.length < length)]
}

/** The first bytes of a content as hex, without any being marked. */
export function hexContent(bytes: Uint8Array, length: number): readonly ContentPiece[] {
  const shown = bytes.subarray(0, hexPreviewBytes)
  if (shown.length === 0) return []
  return [{ kind: 'hex', text: formatHex(shown, { uppercase: true }) }, ...ellipsis(shown.length < length)]
}

/** The content as one string, for labels that are read aloud. */
export function contentText(content: readonly ContentPiece[]): string {
  return content.map(({ kind, text }) => (kind === 'tag' ? ` ${text} ` : text)).join('')
}

const controlNames =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  )

/**
 * Characters that are not seen and change what is: directions of writing, soft hyphens, spaces without width, line
 * separators. Joiners stay, emoji are made with them.
 */
const unseen = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u

/** The name of a control: `LF`, `ESC`, `DEL`; those above 0x7F by number, `U+0085`. */
export function controlName(code: number): string {
  if (code === 0x7f) return 'DEL'
  return controlNames[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Controls that stand together share one tag. */
function textPieces(bytes: Uint8Array): readonly ContentPiece[] {
  return piecesOfSpans(decodeUtf8(bytes), bytes)
}

function ellipsis(goesOn: boolean): readonly ContentPiece[] {
  return goesOn ? [{ kind: 'text', text: ' …' }] : []
}

function piecesOfSpans(spans: readonly TextSpan[], bytes: Uint8Array): readonly ContentPiece[] {
  const pieces: ContentPiece[] = []
  let hexPieces = 0
  for (const span of spans) {
    const last = pieces.at(-1)
    if (span.kind === 'control' && last?.kind === 'tag') {
      pieces[pieces.length - 1] = { kind: 'tag', text: `${last.text} ${controlName(span.code)}` }
      continue
    }
    const added = piecesOf(span, bytes)
    if (span.kind === 'invalid') hexPieces += 1
    if (pieces.length + added.length > maximumPieces || hexPieces > maximumHexPieces) {
      return [...pieces, hexPiece(bytes.subarray(span.start))]
    }
    pieces.push(...added)
  }
  return pieces
}

function piecesOf(span: TextSpan, bytes: Uint8Array): readonly ContentPiece[] {
  switch (span.kind) {
    case 'text':
      return unseen.test(span.text) ? splitAtUnseen(span.text) : [{ kind: 'text', text: span.text }]
    case 'control':
      return [{ kind: 'tag', text: controlName(span.code) }]
    case 'invalid':
      return [hexPiece(bytes.subarray(span.start, span.end))]
  }
}

function splitAtUnseen(text: string): readonly ContentPiece[] {
  return text
    .split(new RegExp(`(${unseen.source})`, 'u'))
    .filter((part) => part !== '')
    .map((part) =>
      unseen.test(part) ? { kind: 'tag', text: controlName(part.codePointAt(0) ?? 0) } : { kind: 'text', text: part },
    )
}

function invalidPieces(preview: Uint8Array, invalidAt: number, length: number): readonly ContentPiece[] {
  const first = Math.max(0, invalidAt - 8)
  const end = Math.min(preview.length, first + hexPreviewBytes)
  const hex = (from: number, to: number): string => formatHex(preview.subarray(from, to), { uppercase: true })
  const pieces: ContentPiece[] = [{ kind: 'reason', text: `Not UTF-8 at byte ${invalidAt}: ` }]
  if (first > 0) pieces.push({ kind: 'hex', text: '… ' })
  if (first < invalidAt) pieces.push({ kind: 'hex', text: `${hex(first, invalidAt)} ` })
  pieces.push({ kind: 'hex-marked', text: hex(invalidAt, invalidAt + 1) })
  if (invalidAt + 1 < end) pieces.push({ kind: 'hex', text: ` ${hex(invalidAt + 1, end)}` })
  if (end < length) pieces.push({ kind: 'hex', text: ' …' })
  return pieces
}

/**
 * True when more than a third of the bytes are controls that text does not have, or when they are no UTF-8 and less than
 * half of them are printable ASCII. TAB, LF, CR and ESC belong to text.
 */
function isMostlyBinary(preview: Uint8Array): boolean {
  let controls = 0
  let printable = 0
  let hasNul = false
  for (const byte of preview) {
    if (byte === 0) hasNul = true
    if (byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x1b) printable += 1
    else if (byte < 0x20 || byte === 0x7f) controls += 1
    else if (byte < 0x7f) printable += 1
  }
  if (controls * 3 > preview.length && (hasNul || controls > maximumHandshakeControls)) return true
  const invalidAt = firstInvalidUtf8(preview)
  return invalidAt !== -1 && invalidAt !== cutOffCharacter(preview) && printable * 2 < preview.length
}

function hexPiece(bytes: Uint8Array): ContentPiece {
  return { kind: 'hex-marked', text: formatHex(bytes, { uppercase: true }) }
}

/** Where a character begins that goes on after the end of the bytes; -1 when none does. */
function cutOffCharacter(bytes: Uint8Array): number {
  for (let index = bytes.length - 1; index >= Math.max(0, bytes.length - 3); index--) {
    const byte = bytes[index] ?? 0
    if (byte < 0x80) return -1
    if (byte < 0xc0) continue
    const characterLength = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return byte < 0xf5 && index + characterLength > bytes.length ? index : -1
  }
  return -1
}
