/**
 * UTF-8 by hand: the layer has no `TextDecoder`, and the views must know of every byte whether it is text. Rules of
 * Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
import { ByteBuilder } from './byte-builder.ts'

/**
 * A stretch of bytes, `end` exclusive. `text`: valid UTF-8 without controls. `control`: one C0, DEL or C1 control.
 * `invalid`: bytes that are no UTF-8, as many as stand together.
 */
export type TextSpan =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'control'; readonly code: number; readonly start: number; readonly end: number }
  | { readonly kind: 'invalid'; readonly start: number; readonly end: number }

/**
 * Length of the character at `index`: 1 to 4, or 0 when the bytes there are no UTF-8 (also when they end too early).
 */
export function utf8SequenceLength(bytes: Uint8Array, index: number): number {
  const lead = bytes[index]
  if (lead === undefined) return 0
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return 0
  const second = bytes[index + 1]
  if (second === undefined || (second & 0xc0) !== 0x80) return 0
  if (lead < 0xe0) return 2
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0
  const third = bytes[index + 2]
  if (third === undefined || (third & 0xc0) !== 0x80) return 0
  if (lead < 0xf0) return 3
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0
  const fourth = bytes[index + 3]
  return fourth === undefined || (fourth & 0xc0) !== 0x80 ? 0 : 4
}

/** The code point of a valid sequence of the given length. */
export function utf8CodePoint(bytes: Uint8Array, index: number, length: number): number {
  const at = (offset: number): number => (bytes[index + offset] ?? 0) & 0x3f
  const lead = bytes[index] ?? 0
  if (length === 1) return lead
  if (length === 2) return ((lead & 0x1f) << 6) | at(1)
  if (length === 3) return ((lead & 0x0f) << 12) | (at(1) << 6) | at(2)
  return ((lead & 0x07) << 18) | (at(1) << 12) | (at(2) << 6) | at(3)
}

/** True for C0 controls, DEL and C1 controls. */
export function isControl(codePoint: number): boolean {
  return codePoint < 0x20 || (codePoint >= 0x7f && codePoint <= 0x9f)
}

/** Index of the first byte that is no UTF-8, or -1. A sequence cut off at the end counts as invalid. */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  let index = 0
  while (index < bytes.length) {
    if ((bytes[index] ?? 0) < 0x80) {
      index++
      continue
    }
    const length = utf8SequenceLength(bytes, index)
    if (length === 0) return index
    index += length
  }
  return -1
}

/** Splits bytes into text, controls and what is no UTF-8. Every byte is in exactly one span, in order. */
export function decodeUtf8(bytes: Uint8Array): readonly TextSpan[] {
  const spans: TextSpan[] = []
  let index = 0
  while (index < bytes.length) {
    const start = index
    index = endOfText(bytes, start)
    if (index > start) {
      spans.push({ kind: 'text', text: textBetween(bytes, start, index), start, end: index })
      continue
    }
    const length = utf8SequenceLength(bytes, start)
    if (length > 0) {
      index = start + length
      spans.push({ kind: 'control', code: utf8CodePoint(bytes, start, length), start, end: index })
      continue
    }
    do index++
    while (index < bytes.length && utf8SequenceLength(bytes, index) === 0)
    spans.push({ kind: 'invalid', start, end: index })
  }
  return spans
}

/** All bytes as text, controls included, or null when any byte is no UTF-8: nothing is replaced. */
export function utf8Text(bytes: Uint8Array): string | null {
  return firstInvalidUtf8(bytes) === -1 ? textBetween(bytes, 0, bytes.length) : null
}

/** Text as UTF-8, or the index of the first lone surrogate, which has no UTF-8 form. */
export function encodeUtf8(
  text: string,
): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly index: number } {
  const builder = new ByteBuilder(text.length)
  for (let index = 0; index < text.length; index++) {
    const codePoint = text.codePointAt(index) ?? 0
    if (isSurrogate(codePoint)) return { ok: false, index }
    builder.pushCodePoint(codePoint)
    if (codePoint > 0xffff) index++
  }
  return { ok: true, bytes: builder.toBytes() }
}

/** True for the halves of UTF-16 pairs, which stand for nothing alone. */
export function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff
}

/** First index at or after `start` that is a control or no UTF-8. */
function endOfText(bytes: Uint8Array, start: number): number {
  let index = start
  while (index < bytes.length) {
    const byte = bytes[index] ?? 0
    if (byte < 0x80) {
      if (byte < 0x20 || byte === 0x7f) return index
      index++
      continue
    }
    const length = utf8SequenceLength(bytes, index)
    if (length === 0) return index
    if (length === 2 && isControl(utf8CodePoint(bytes, index, 2))) return index
    index += length
  }
  return index
}

/** `String.fromCodePoint` takes its arguments on the stack: this many are safe everywhere. */
const codePointsPerCall = 4096

/** The text of valid UTF-8. */
function textBetween(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let codePoints: number[] = []
  let index = start
  while (index < end) {
    const length = utf8SequenceLength(bytes, index)
    codePoints.push(utf8CodePoint(bytes, index, length))
    index += length
    if (codePoints.length === codePointsPerCall) {
      text += String.fromCodePoint(...codePoints)
      codePoints = []
    }
  }
  return text + String.fromCodePoint(...codePoints)
}
