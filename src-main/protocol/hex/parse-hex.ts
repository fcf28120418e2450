/**
 * Hex as people write and paste it. Rules: a byte is two hex digits standing together; `0x` or `\x` may stand before a
 * byte; white space, commas, colons, dashes and semicolons may stand between bytes, never inside one. Anything else is
 * an error that points at the character: a guess would send bytes nobody asked for.
 */
import { ByteBuilder } from '../text/byte-builder.ts'
import { malformedAt, nameCharacter, type ParsedBytes } from '../text/parsed-bytes.ts'

/**
 * The bytes a hex text stands for. Errors: `hex-malformed` with the `position` of the character (from 1, in UTF-16
 * units), what was `found` there, and as `reason` what to do.
 */
export function parseHex(text: string): ParsedBytes {
  const builder = new ByteBuilder(text.length >> 1)
  let index = 0
  while (index < text.length) {
    if (isSeparator(text, index)) {
      index++
      continue
    }
    const prefixed = isPrefix(text, index)
    const digitIndex = prefixed ? index + 2 : index
    const high = hexDigit(text.charCodeAt(digitIndex))
    if (high < 0) return prefixed ? emptyPrefix(text, index) : unexpected(text, index)
    const low = hexDigit(text.charCodeAt(digitIndex + 1))
    if (low < 0) return halfByte(text, digitIndex)
    builder.push((high << 4) | low)
    index = digitIndex + 2
  }
  return { ok: true, bytes: builder.toBytes() }
}

function isSeparator(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (code === 0x20 || code === 0x2c || code === 0x3a || code === 0x2d || code === 0x3b) return true
  return (code < 0x20 || code > 0x7f) && /\s/.test(text[index] ?? '')
}

function isPrefix(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return (code === 0x30 || code === 0x5c) && (text.charCodeAt(index + 1) | 0x20) === 0x78
}

/** Value of a hex digit, -1 for anything else (`NaN`, the code past the end, included). */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** A digit without its second: what stands in its place is wrong, or the digit itself when nothing does. */
function halfByte(text: string, index: number): ParsedBytes {
  const next = index + 1
  if (next < text.length && !isSeparator(text, next) && !isPrefix(text, next)) {
    return malformedAt(
      'hex-malformed',
      next,
      nameCharacter(text, next),
      'It is not a hex digit: use 0 to 9 and a to f.',
    )
  }
  const digit = text[index] ?? ''
  return malformedAt(
    'hex-malformed',
    index,
    `the single digit "${digit}"`,
    `A byte needs two hex digits: write 0${digit}, or add the missing digit.`,
  )
}

function emptyPrefix(text: string, index: number): ParsedBytes {
  const prefix = text.slice(index, index + 2)
  return malformedAt('hex-malformed', index, `"${prefix}" without digits`, `Write two hex digits after ${prefix}.`)
}

function unexpected(text: string, index: number): ParsedBytes {
  return malformedAt(
    'hex-malformed',
    index,
    nameCharacter(text, index),
    'Use the digits 0 to 9 and a to f; between bytes also spaces, commas, colons, dashes or line breaks.',
  )
}

export interface HexFormat {
  /** Between groups; default one space. */
  readonly separator?: string
  readonly uppercase?: boolean
  /** Bytes in a group, default 1; 0 for no groups. */
  readonly groupSize?: number
  /** Bytes in a line, default 0: all in one line. */
  readonly bytesPerLine?: number
}

const lowerPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const upperPairs = lowerPairs.map((pair) => pair.toUpperCase())

/** Two hex digits of a byte, lower case. */
export function hexPair(byte: number): string {
  return lowerPairs[byte & 0xff] ?? ''
}

/** Bytes as hex: `01 02 0a` unless told otherwise. Lines are separated by LF. */
export function formatHex(bytes: Uint8Array, format: HexFormat = {}): string {
  const { separator = ' ', uppercase = false, groupSize = 1, bytesPerLine = 0 } = format
  const pairs = uppercase ? upperPairs : lowerPairs
  const parts: string[] = []
  for (let index = 0; index < bytes.length; index++) {
    const column = bytesPerLine > 0 ? index % bytesPerLine : index
    if (column === 0 && index > 0) parts.push('\n')
    else if (column > 0 && groupSize > 0 && column % groupSize === 0) parts.push(separator)
    parts.push(pairs[bytes[index] ?? 0] ?? '')
  }
  return parts.join('')
}
