import { firstInvalidUtf8 } from '../../../src-main/protocol/text/utf8.ts'
import type { ContentPiece, RowContent } from './row-content.ts'

/** Characters of one piece of a row's content. */
export interface PieceCharacters {
  /** Number of the piece. */
  readonly piece: number
  readonly start: number
  readonly end: number
}

const encoder = new TextEncoder()

/**
 * The characters that show the bytes `from` to `to` (exclusive) of a row: of text those that were decoded from them, of hex the
 * digits, of a tag all of it. The content must be that of `bytes` read as UTF-8 or as hex.
 */
export function contentCharacters(
  { isText, pieces }: RowContent,
  bytes: Uint8Array,
  from: number,
  to: number,
): readonly PieceCharacters[] {
  const found: PieceCharacters[] = []
  let at = !isText && pieces[0]?.kind === 'reason' ? Math.max(0, firstInvalidUtf8(bytes) - 8) : 0
  for (const [number, piece] of pieces.entries()) {
    const length = Math.min(byteLength(piece), bytes.length - at)
    const first = Math.max(from, at) - at
    const last = Math.min(to, at + length) - at
    if (length > 0 && first < last)
      found.push(charactersIn(piece, number, bytes.subarray(at, at + length), first, last))
    at += length
  }
  return found
}

/** Bytes that a piece shows. What stands for no byte (a reason, an ellipsis) has none. */
function byteLength({ kind, text }: ContentPiece): number {
  if (kind === 'reason' || text === ' …' || text === '… ') return 0
  if (kind === 'text') return encoder.encode(text).length
  if (kind === 'tag') return text.split(' ').reduce((sum, name) => sum + controlLength(name), 0)
  return text.match(/[0-9A-F]{2}/g)?.length ?? 0
}

/** Controls are named, those above 0x7F by number. */
function controlLength(name: string): number {
  return name.startsWith('U+') ? encoder.encode(String.fromCodePoint(parseInt(name.slice(2), 16))).length : 1
}

function charactersIn(
  { kind, text }: ContentPiece,
  piece: number,
  bytes: Uint8Array,
  first: number,
  last: number,
): PieceCharacters {
  if (kind === 'tag') return { piece, start: 0, end: text.length }
  if (kind === 'text') {
    const before = decodedLength(bytes.subarray(0, first))
    return { piece, start: before, end: Math.max(before + 1, decodedLength(bytes.subarray(0, last))) }
  }
  const lead = text.length - text.trimStart().length
  return { piece, start: lead + first * 3, end: lead + last * 3 - 1 }
}

/** Whole characters only: one that is cut off counts with the bytes that end it. */
function decodedLength(bytes: Uint8Array): number {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true }).length
}
