/**
 * Regular expressions over bytes. Every byte is one character (Latin-1), so that `\xNN` is the byte NN, offsets are exact
 * and nothing that a peer sends is malformed; a character of the pattern beyond ASCII stands for its UTF-8 bytes
 * (`é` is `\xc3\xa9`, as one unit), which a set in brackets cannot hold. The dialect is that of ECMAScript.
 */
import { describeError } from '../../contract/errors.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import { encodeUtf8, utf8Text } from '../text/utf8.ts'

export type ParsedExpression =
  { readonly ok: true; readonly expression: RegExp } | { readonly ok: false; readonly error: ErrorShape }

/** Reads a pattern. Errors: `pattern-malformed` with the reason. It only describes: it is not run here. */
export function parseByteExpression(pattern: string, ignoreCase: boolean): ParsedExpression {
  const parts: string[] = []
  let inSet = false
  let escaped = false
  for (const character of pattern) {
    if (character > '\x7f') {
      if (inSet) return malformed(`A set in brackets cannot hold "${character}", which is several bytes. Write (a|b).`)
      const encoded = encodeUtf8(character)
      if (!encoded.ok) return malformed('It holds half a character.')
      if (escaped) parts.pop()
      parts.push(`(?:${Array.from(encoded.bytes, (byte) => `\\x${byte.toString(16)}`).join('')})`)
      escaped = false
      continue
    }
    parts.push(character)
    if (escaped) escaped = false
    else if (character === '\\') escaped = true
    else if (character === '[') inSet = true
    else if (character === ']') inSet = false
  }
  try {
    return { ok: true, expression: new RegExp(parts.join(''), ignoreCase ? 'i' : '') }
  } catch (thrown) {
    return malformed(`${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
}

function malformed(reason: string): ParsedExpression {
  return { ok: false, error: describeError('pattern-malformed', { reason }) }
}

/** Bytes as text with one character a byte. */
export function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 4096) parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)))
  return parts.join('')
}

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)
}

/** Bytes as people read them: as UTF-8 when they are that, else one character a byte. */
export function readableText(bytes: Uint8Array): string {
  return utf8Text(bytes) ?? latin1Text(bytes)
}
