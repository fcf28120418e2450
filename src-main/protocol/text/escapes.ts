/**
 * Text with C-like escapes, as typed in the composer. `\n \r \t \0 \a \b \f \v \e \\ \" \'` stand for one byte each,
 * `\xHH` for the byte HH, `\uHHHH` and `\u{H…}` for a character as UTF-8 (two `\u` halves of a pair are one
 * character). There is no octal: `\0` must not be followed by a digit. Everything else is sent as UTF-8.
 */
import type { LineEndingName } from '../../contract/schemas/line-ending.ts'
import { ByteBuilder } from './byte-builder.ts'
import { malformedAt, nameCharacter, nameCodePoint, type ParsedBytes } from './parsed-bytes.ts'
import { isControl, isSurrogate, utf8CodePoint, utf8SequenceLength } from './utf8.ts'

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['0', 0x00],
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['v', 0x0b],
  ['e', 0x1b],
  ['\\', 0x5c],
  ['"', 0x22],
  ["'", 0x27],
])

const escapeList = '\\n \\r \\t \\0 \\a \\b \\f \\v \\e \\\\ \\" \\\' \\xHH \\uHHHH \\u{H…}'

/** One escape read: where the text goes on, and a byte or a character; or the error. */
type EscapeRead =
  | { readonly kind: 'byte'; readonly next: number; readonly byte: number }
  | { readonly kind: 'character'; readonly next: number; readonly codePoint: number }
  | { readonly kind: 'error'; readonly result: MalformedEscape }

type MalformedEscape = Extract<ParsedBytes, { ok: false }>

/** What a text with escapes is read into, one after another. `index` is where it stands in the text. */
interface EscapeSink {
  character(codePoint: number, index: number): void
  byte(byte: number): void
}

/**
 * The bytes a text with escapes stands for. Errors: `escape-malformed` with the `position` of the backslash (or of a
 * lone surrogate), what was `found` there, and as `reason` what to write instead.
 */
export function parseEscapedText(text: string): ParsedBytes {
  const builder = new ByteBuilder(text.length)
  const fault = readEscapedText(text, {
    character: (codePoint) => builder.pushCodePoint(codePoint),
    byte: (byte) => builder.push(byte),
  })
  return fault ?? { ok: true, bytes: builder.toBytes() }
}

/**
 * A stretch of a text with escapes: characters to be encoded, or bytes given as `\xHH`, which are the same in every
 * encoding. `indexOf` tells where the character at an index of `text` was written.
 */
export type EscapedPiece =
  | { readonly kind: 'text'; readonly text: string; readonly indexOf: (unit: number) => number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

/**
 * A text with escapes for another encoding than UTF-8. Every line break (LF) that is typed stands for `lineBreak`. Errors
 * as `parseEscapedText`.
 */
export function splitEscapedText(
  text: string,
  lineBreak = '\n',
): { readonly ok: true; readonly pieces: readonly EscapedPiece[] } | MalformedEscape {
  const pieces: EscapedPiece[] = []
  let run = new TextRun()
  let bytes: ByteBuilder | null = null
  const endText = (): void => {
    if (run.length > 0) pieces.push(run.toPiece())
    run = new TextRun()
  }
  const endBytes = (): void => {
    if (bytes !== null) pieces.push({ kind: 'bytes', bytes: bytes.toBytes() })
    bytes = null
  }
  const fault = readEscapedText(text, {
    character(codePoint, index) {
      endBytes()
      run.add(codePoint === 0x0a && text[index] === '\n' ? lineBreak : String.fromCodePoint(codePoint), index)
    },
    byte(byte) {
      endText()
      bytes ??= new ByteBuilder()
      bytes.push(byte)
    },
  })
  if (fault !== null) return fault
  endText()
  endBytes()
  return { ok: true, pieces }
}

/** Characters collected with the places where what was written and what is meant go apart. */
class TextRun {
  readonly #parts: string[] = []
  readonly #marks: { readonly unit: number; readonly index: number }[] = []
  #expectedIndex = -1
  length = 0

  add(characters: string, index: number): void {
    if (index !== this.#expectedIndex) this.#marks.push({ unit: this.length, index })
    this.#parts.push(characters)
    this.length += characters.length
    this.#expectedIndex = index + characters.length
  }

  toPiece(): EscapedPiece {
    const marks = this.#marks
    const indexOf = (unit: number): number => {
      const mark = marks.findLast((candidate) => candidate.unit <= unit) ?? { unit: 0, index: 0 }
      return mark.index + unit - mark.unit
    }
    return { kind: 'text', text: this.#parts.join(''), indexOf }
  }
}

function readEscapedText(text: string, sink: EscapeSink): MalformedEscape | null {
  let index = 0
  while (index < text.length) {
    if (text.charCodeAt(index) !== 0x5c) {
      const codePoint = text.codePointAt(index) ?? 0
      if (isSurrogate(codePoint)) return loneSurrogate(index, codePoint)
      sink.character(codePoint, index)
      index += codePoint > 0xffff ? 2 : 1
      continue
    }
    const read = readEscape(text, index)
    if (read.kind === 'error') return read.result
    if (read.kind === 'byte') sink.byte(read.byte)
    else sink.character(read.codePoint, index)
    index = read.next
  }
  return null
}

function readEscape(text: string, index: number): EscapeRead {
  const letter = text[index + 1]
  if (letter === undefined) {
    return malformed(index, 'a backslash at the end', 'Write \\\\ for a backslash.')
  }
  if (letter === 'x') return readByteEscape(text, index)
  if (letter === 'u') return readCharacterEscape(text, index)
  const following = text[index + 2] ?? ''
  if (letter >= '0' && letter <= '9' && (letter !== '0' || /[0-9]/.test(following))) {
    return malformed(
      index,
      `"\\${letter}${/[0-9]/.test(following) ? following : ''}"`,
      'There are no octal escapes: write \\xHH with two hex digits, for example \\x00.',
    )
  }
  const byte = simpleEscapes.get(letter)
  if (byte !== undefined) return { kind: 'character', next: index + 2, codePoint: byte }
  return malformed(
    index,
    `a backslash and ${nameCharacter(text, index + 1)}`,
    `Write \\\\ for a backslash. The escapes are ${escapeList}.`,
  )
}

function readByteEscape(text: string, index: number): EscapeRead {
  const digits = text.slice(index + 2, index + 4)
  if (!/^[0-9a-f]{2}$/i.test(digits)) {
    return malformed(index, `"\\x" without two hex digits`, 'Write two hex digits after \\x, for example \\x0a.')
  }
  return { kind: 'byte', next: index + 4, byte: Number.parseInt(digits, 16) }
}

function readCharacterEscape(text: string, index: number): EscapeRead {
  const braced = /^\\u\{([0-9a-f]{1,6})\}/i.exec(text.slice(index, index + 10))
  const digits = braced?.[1] ?? /^\\u([0-9a-f]{4})/i.exec(text.slice(index, index + 6))?.[1]
  if (digits === undefined) {
    return malformed(
      index,
      `"\\u" without a character number`,
      'Write four hex digits after \\u, for example \\u00e9, or up to six in braces, for example \\u{1f600}.',
    )
  }
  const codePoint = Number.parseInt(digits, 16)
  const next = index + 2 + digits.length + (braced === null ? 0 : 2)
  if (codePoint > 0x10ffff) {
    return malformed(index, nameCodePoint(codePoint), 'The highest character is \\u{10ffff}.')
  }
  if (!isSurrogate(codePoint)) return { kind: 'character', next, codePoint }
  const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(text.slice(next, next + 6))?.[1]
  if (codePoint < 0xdc00 && low !== undefined && braced === null) {
    const pair = 0x10000 + ((codePoint - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00)
    return { kind: 'character', next: next + 6, codePoint: pair }
  }
  return { kind: 'error', result: loneSurrogate(index, codePoint) }
}

function malformed(index: number, found: string, reason: string): EscapeRead {
  return { kind: 'error', result: malformedAt('escape-malformed', index, found, reason) }
}

function loneSurrogate(index: number, codePoint: number): MalformedEscape {
  return malformedAt(
    'escape-malformed',
    index,
    `half a character (${nameCodePoint(codePoint)})`,
    'It has no UTF-8 form: delete it, or write the bytes you mean as \\xHH.',
  )
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0b, '\\v'],
  [0x1b, '\\e'],
  [0x5c, '\\\\'],
])

/** Characters without a glyph of their own: controls, formats, unassigned, and every space but the ordinary one. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

/** Bytes as text for the composer: what is printable stands as it is, the rest as escapes. `parseEscapedText` reads it back exactly. */
export function escapeBytes(bytes: Uint8Array): string {
  const parts: string[] = []
  let index = 0
  while (index < bytes.length) {
    const length = utf8SequenceLength(bytes, index)
    const codePoint = length === 0 ? (bytes[index] ?? 0) : utf8CodePoint(bytes, index, length)
    if (length === 0) parts.push(byteEscape(codePoint))
    else if (codePoint === 0) parts.push(isDigit(bytes[index + 1]) ? '\\x00' : '\\0')
    else parts.push(shortEscapes.get(codePoint) ?? characterText(codePoint))
    index += Math.max(1, length)
  }
  return parts.join('')
}

function characterText(codePoint: number): string {
  if (codePoint < 0x80) return isControl(codePoint) ? byteEscape(codePoint) : String.fromCharCode(codePoint)
  const character = String.fromCodePoint(codePoint)
  if (!unprintable.test(character)) return character
  return codePoint > 0xffff ? `\\u{${codePoint.toString(16)}}` : `\\u${codePoint.toString(16).padStart(4, '0')}`
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

/** Absent bytes are no digits: `\0` at the end needs no other form. */
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

const lineEndingBytes: Readonly<Record<LineEndingName, readonly number[]>> = {
  none: [],
  lf: [0x0a],
  crlf: [0x0d, 0x0a],
  cr: [0x0d],
}

/** The bytes with the line ending after them. With `none` the same array, else a new one. */
export function applyLineEnding(bytes: Uint8Array, lineEnding: LineEndingName): Uint8Array {
  const ending = lineEndingBytes[lineEnding]
  if (ending.length === 0) return bytes
  const whole = new Uint8Array(bytes.length + ending.length)
  whole.set(bytes)
  whole.set(ending, bytes.length)
  return whole
}
