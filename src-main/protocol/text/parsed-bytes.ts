import { describeError, type ErrorCode, type ErrorShape } from '../../contract/errors.ts'

/** What reading a notation of bytes gives: the bytes, or an error that points at the character. */
export type ParsedBytes =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: ErrorShape }

/**
 * An error at a place of a text. `index` counts UTF-16 units from 0; the error's `position` counts from 1, as people do.
 */
export function malformedAt(
  code: ErrorCode,
  index: number,
  found: string,
  reason: string,
): Extract<ParsedBytes, { ok: false }> {
  return { ok: false, error: describeError(code, { position: index + 1, found, reason }) }
}

/** Names the character at an index so that it can be read in a sentence, also when it has no glyph. */
export function nameCharacter(text: string, index: number): string {
  const codePoint = text.codePointAt(index)
  if (codePoint === undefined) return 'the end'
  const character = String.fromCodePoint(codePoint)
  return /[\p{C}\p{Z}]/u.test(character) ? nameCodePoint(codePoint) : `"${character}"`
}

/** `U+` and at least four hex digits. */
export function nameCodePoint(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}
