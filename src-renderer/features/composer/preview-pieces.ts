import type { ByteSpan } from '../../../src-main/protocol/message/composition.ts'
import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'

/** Bytes of the beginning and of the end that a preview shows at most; a message up to both is shown whole. */
export const shownBytes = 1024

/** What stands somewhere in a composed message. */
export type PieceKind = 'content' | 'framing' | 'computed' | 'secret' | 'left-out'

export interface PreviewPiece {
  readonly kind: PieceKind
  readonly text: string
  /** First byte, and the one after the last. */
  readonly start: number
  readonly end: number
}

export interface PreviewedMessage {
  readonly bytes: Uint8Array
  readonly contentStart: number
  readonly contentEnd: number
  readonly masked: readonly ByteSpan[]
  /** What computed fields filled. */
  readonly computed: readonly ByteSpan[]
}

/** A message as hex, in stretches of one kind. Secrets become dots, the middle is left out. */
export function previewPieces(message: PreviewedMessage): readonly PreviewPiece[] {
  const { bytes } = message
  if (bytes.length <= 2 * shownBytes) return stretch(message, 0, bytes.length)
  const tail = bytes.length - shownBytes
  const gap: PreviewPiece = { kind: 'left-out', text: '', start: shownBytes, end: tail }
  return [...stretch(message, 0, shownBytes), gap, ...stretch(message, tail, bytes.length)]
}

function stretch(message: PreviewedMessage, from: number, to: number): PreviewPiece[] {
  const pieces: PreviewPiece[] = []
  const ends = [message.contentStart, message.contentEnd, to]
  for (const span of [...message.masked, ...message.computed]) ends.push(span.start, span.end)
  const cuts = [...new Set(ends.filter((cut) => cut > from && cut <= to))].sort((one, other) => one - other)
  let start = from
  for (const end of cuts) {
    const kind = kindAt(message, start)
    pieces.push({ kind, start, end, text: pieceText(message.bytes.subarray(start, end), kind) })
    start = end
  }
  return pieces
}

function kindAt({ contentStart, contentEnd, masked, computed }: PreviewedMessage, at: number): PieceKind {
  const inside = ({ start, end }: ByteSpan): boolean => start <= at && at < end
  if (masked.some(inside)) return 'secret'
  if (at < contentStart || at >= contentEnd) return 'framing'
  return computed.some(inside) ? 'computed' : 'content'
}

function pieceText(bytes: Uint8Array, kind: PieceKind): string {
  return kind === 'secret' ? Array.from(bytes, () => '••').join(' ') : formatHex(bytes, { uppercase: true })
}
