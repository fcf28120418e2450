/** Bytes of one row of a dump, and where it was understood up to. */
export interface HexLine {
  /** Digits of the offset in front; null when there is none. */
  readonly offset: string | null
  readonly bytes: Uint8Array
  /** Where reading stopped: the end of the line, or the text beside the bytes. */
  readonly end: number
}

const space = 0x20
const tab = 0x09
const colon = 0x3a
const longestOffset = 16
/** Rows of two groups have a wider gap behind so many bytes. */
const bytesBeforeGap = 8

/** Value of a hex digit, or -1. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

export const isSpace = (code: number | undefined): boolean => code === space || code === tab

/**
 * Reads a row: an offset of at least three digits, or any with a colon, then pairs of hex digits alone or in groups, until
 * something else or a wide gap. Null for a line that has no offset.
 */
export function readOffsetLine(line: Uint8Array): HexLine | null {
  const start = skipSpaces(line, 0)
  let at = start
  while (at < line.length && hexDigit(line[at] ?? 0) >= 0) at++
  const digits = at - start
  const hasColon = line[at] === colon
  const isOffset = digits > 0 && digits <= longestOffset && (hasColon || digits >= 3)
  if (!isOffset || !(hasColon || at === line.length || isSpace(line[at]))) return null
  const offset = String.fromCharCode(...line.subarray(start, at))
  if (hasColon) at++
  return { offset, ...readPairs(line, skipSpaces(line, at)) }
}

/** Reads a line of hex digits and spaces; `end` is before the end of the line where something else stands. */
export function readPlainLine(line: Uint8Array): HexLine {
  const bytes = new Uint8Array(line.length >> 1)
  let count = 0
  let at = skipSpaces(line, 0)
  while (at < line.length) {
    const high = hexDigit(line[at] ?? 0)
    const low = hexDigit(line[at + 1] ?? 0)
    if (high < 0 || low < 0) break
    bytes[count++] = high * 16 + low
    at = skipSpaces(line, at + 2)
  }
  return { offset: null, bytes: bytes.subarray(0, count), end: at }
}

function readPairs(line: Uint8Array, start: number): { readonly bytes: Uint8Array; readonly end: number } {
  const bytes = new Uint8Array((line.length - start + 1) >> 1)
  let count = 0
  let at = start
  for (;;) {
    const groupEnd = endOfGroup(line, at)
    if (groupEnd === at) break
    for (; at < groupEnd; at += 2) bytes[count++] = hexDigit(line[at] ?? 0) * 16 + hexDigit(line[at + 1] ?? 0)
    const next = skipSpaces(line, at)
    if (next === line.length) {
      at = next
      break
    }
    const isMiddle = next - at === 2 && count === bytesBeforeGap
    if (next - at > 1 && !isMiddle) break
    at = next
  }
  return { bytes: bytes.subarray(0, count), end: at }
}

/** The end of an even number of hex digits up to a space or the end of the line; `start` when there is no such group. */
function endOfGroup(line: Uint8Array, start: number): number {
  let at = start
  while (at < line.length && hexDigit(line[at] ?? 0) >= 0) at++
  const isGroup = (at - start) % 2 === 0 && (at === line.length || isSpace(line[at]))
  return isGroup ? at : start
}

function skipSpaces(line: Uint8Array, start: number): number {
  let at = start
  while (isSpace(line[at])) at++
  return at
}
