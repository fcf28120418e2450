import type { LineEndingName } from '../../../src-main/contract/schemas/line-ending.ts'
import type { MessageContent, MessageMode } from '../../../src-main/contract/schemas/message.ts'
import { asBase64 } from '../../../src-main/protocol/hexdump/base64.ts'
import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { decodeText } from '../../../src-main/protocol/text/encodings/decode-text.ts'
import { isTextEncoding } from '../../../src-main/protocol/text/encodings/text-encodings.ts'
import { applyLineEnding, escapeBytes } from '../../../src-main/protocol/text/escapes.ts'
import { utf8Text } from '../../../src-main/protocol/text/utf8.ts'
import type { ContentOf } from './message-contents.ts'

/** The modes that are notations of the same bytes. */
export type NotationMode = 'text' | 'hex' | 'base64'
type Notation = ContentOf<NotationMode>

/** More bytes than this are not written out in another notation: no editor is a place for them. */
export const maximumNotationBytes = 1024 * 1024

const emptyBytes = new Uint8Array(0)

export function isNotation(mode: MessageMode): mode is NotationMode {
  return mode === 'text' || mode === 'hex' || mode === 'base64'
}

/**
 * Bytes in the notation of `like`, with its encoding and line ending where the bytes allow it. `standsFor` tells whether
 * a content stands for exactly these bytes. Null when there are too many.
 */
export function notationOfBytes(
  like: Notation,
  bytes: Uint8Array,
  standsFor: (content: MessageContent) => boolean,
): Notation | null {
  if (bytes.length > maximumNotationBytes) return null
  if (like.mode !== 'text') return fromBytes(like, bytes)
  if (like.encoding !== 'utf-8') {
    const decoded = textInEncoding(like, bytes)
    if (decoded !== null && standsFor(decoded)) return decoded
  }
  return fromBytes({ ...like, encoding: 'utf-8' }, bytes)
}

/** Bytes in a given notation; without one as text when they are readable as such, else as hex. */
export function fromBytes(like: Notation | null, bytes: Uint8Array): Notation {
  if (like?.mode === 'base64') return { mode: 'base64', base64: asBase64(bytes) }
  const unreadable = like === null && (utf8Text(bytes) === null || hasUnusualControls(bytes))
  if (like?.mode === 'hex' || unreadable) return { mode: 'hex', hex: formatHex(bytes, { uppercase: true }) }
  if (bytes.length === 0 && like !== null) return { ...like, text: '' }
  const candidates: readonly LineEndingName[] = like === null ? ['crlf', 'lf', 'cr'] : [like.lineEnding]
  const { content, lineEnding } = splitLineEnding(bytes, candidates)
  return { mode: 'text', text: withEscapedBraces(escapeBytes(content)), encoding: 'utf-8', lineEnding }
}

function textInEncoding(like: ContentOf<'text'>, bytes: Uint8Array): ContentOf<'text'> | null {
  if (!isTextEncoding(like.encoding)) return null
  const spans = decodeText(bytes, like.encoding)
  const text = spans
    .map((span) => {
      if (span.kind === 'text') return span.text.replaceAll('\\', '\\\\')
      if (span.kind === 'control') return controlEscape(span.code)
      return escapeBytes(bytes.subarray(span.start, span.end))
    })
    .join('')
  const ending = like.lineEnding === 'none' ? '' : { lf: '\\n', crlf: '\\r\\n', cr: '\\r' }[like.lineEnding]
  const ends = ending !== '' && text.length > ending.length && text.endsWith(ending)
  const content = ends ? text.slice(0, -ending.length) : text
  return { ...like, text: withEscapedBraces(content), lineEnding: ends ? like.lineEnding : 'none' }
}

function controlEscape(code: number): string {
  return code < 0x80 ? escapeBytes(Uint8Array.of(code)) : `\\u${code.toString(16).padStart(4, '0')}`
}

/** Two braces of the content must not be read as the beginning of a placeholder. */
function withEscapedBraces(text: string): string {
  return text.replaceAll('{{', '\\{{')
}

/** Tells the line ending from the content, trying the given ones in order; without content or any of them it is `none`. */
function splitLineEnding(
  bytes: Uint8Array,
  candidates: readonly LineEndingName[],
): { readonly content: Uint8Array; readonly lineEnding: LineEndingName } {
  for (const lineEnding of candidates) {
    const ending = applyLineEnding(emptyBytes, lineEnding)
    const contentLength = bytes.length - ending.length
    if (ending.length > 0 && contentLength > 0 && endsWith(bytes, ending)) {
      return { content: bytes.subarray(0, contentLength), lineEnding }
    }
  }
  return { content: bytes, lineEnding: 'none' }
}

function endsWith(bytes: Uint8Array, ending: Uint8Array): boolean {
  return ending.every((byte, index) => byte === bytes[bytes.length - ending.length + index])
}

/** Controls that do not occur in text: such bytes are clearer as hex. */
function hasUnusualControls(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b)
}
