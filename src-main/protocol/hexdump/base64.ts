/** Base64 of RFC 4648, written in the standard alphabet with padding, read tolerantly. */
import { ByteBuilder } from '../text/byte-builder.ts'
import { malformedAt, nameCharacter, type ParsedBytes } from '../text/parsed-bytes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values: ReadonlyMap<string, number> = new Map([
  ...Array.from(alphabet, (letter, value): [string, number] => [letter, value]),
  ['-', 62],
  ['_', 63],
])

/** Bytes as base64 with padding, in one line. */
export function asBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let index = 0; index < bytes.length; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 0x3f] ?? '').join('')
    const present = Math.min(3, bytes.length - index) + 1
    parts.push(letters.slice(0, present).padEnd(4, '='))
  }
  return parts.join('')
}

/** Bytes as base64 for addresses and file names, `-` and `_` for `+` and `/`, without padding (RFC 4648 section 5). */
export function asBase64Url(bytes: Uint8Array): string {
  return asBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * Reads base64 in the standard or the URL alphabet, with or without padding, white space anywhere. Errors:
 * `base64-malformed` with the `position` (from 1), what was `found`, and the `reason`: a foreign character, something
 * after the padding, wrong padding, a single left-over letter, or left-over bits that are not zero.
 */
export function parseBase64(text: string): ParsedBytes {
  const builder = new ByteBuilder((text.length * 3) >> 2)
  let bits = 0
  let letters = 0
  let padding = 0
  let lastLetterIndex = 0
  for (let index = 0; index < text.length; index++) {
    const letter = text[index] ?? ''
    if (/\s/.test(letter)) continue
    if (letter === '=') {
      padding++
      if (letters % 4 < 2 || (letters + padding) % 4 === 1) {
        return malformedAt(
          'base64-malformed',
          index,
          '"=" out of place',
          'Padding stands only at the end, to fill the last four letters.',
        )
      }
      continue
    }
    const value = values.get(letter)
    if (value === undefined) {
      return malformedAt(
        'base64-malformed',
        index,
        nameCharacter(text, index),
        'Use letters, digits, + and / (or - and _), and = at the end.',
      )
    }
    if (padding > 0) {
      return malformedAt(
        'base64-malformed',
        index,
        `${nameCharacter(text, index)} after the padding`,
        'Nothing may follow the = at the end.',
      )
    }
    bits = ((bits << 6) | value) & 0xffffff
    letters++
    lastLetterIndex = index
    if (letters % 4 === 0) pushGroup(builder, bits, 3)
  }
  return finish(builder, bits, letters, padding, lastLetterIndex, text)
}

function finish(
  builder: ByteBuilder,
  bits: number,
  letters: number,
  padding: number,
  last: number,
  text: string,
): ParsedBytes {
  const rest = letters % 4
  if (rest === 0) return { ok: true, bytes: builder.toBytes() }
  if (rest === 1) {
    return malformedAt(
      'base64-malformed',
      last,
      `${nameCharacter(text, last)} alone`,
      'One letter is no whole byte: something is missing at the end.',
    )
  }
  if (padding > 0 && rest + padding !== 4) {
    return malformedAt(
      'base64-malformed',
      text.lastIndexOf('='),
      'incomplete padding',
      'Write two = after two letters, or none at all.',
    )
  }
  const group = bits << (6 * (4 - rest))
  if ((group & (rest === 2 ? 0xffff : 0xff)) !== 0) {
    return malformedAt(
      'base64-malformed',
      last,
      `${nameCharacter(text, last)} with left-over bits`,
      'The text is cut off or altered at its end.',
    )
  }
  pushGroup(builder, group, rest - 1)
  return { ok: true, bytes: builder.toBytes() }
}

function pushGroup(builder: ByteBuilder, group: number, byteCount: number): void {
  for (let shift = 16; shift > 16 - byteCount * 8; shift -= 8) builder.push((group >> shift) & 0xff)
}
