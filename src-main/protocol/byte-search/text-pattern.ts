import type { ErrorShape } from '../../contract/errors.ts'
import { encodeText } from '../text/encodings/encode-text.ts'
import type { ByteChoice } from './fixed-pattern.ts'

export type EncodedPattern =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly choices: readonly ByteChoice[] }
  | { readonly ok: false; readonly error: ErrorShape }

/**
 * A text as it is encoded, without a byte order mark. Ignoring case, a letter also stands for its other forms, as far as these have
 * as many bytes; an encoding that switches between sets of characters (ISO-2022-JP) is looked for as written. Errors:
 * `encoding-unknown`, `text-not-encodable`.
 */
export function encodeTextPattern(text: string, encoding: string, ignoresCase: boolean): EncodedPattern {
  const plainEncoding = encoding.replace(/-bom$/, '')
  const whole = encodeText(text, plainEncoding)
  if (!whole.ok) return whole
  const { bytes } = whole
  if (!ignoresCase) return { ok: true, bytes, choices: [] }
  const choices: ByteChoice[] = []
  let at = 0
  for (const character of text) {
    const own = encodeText(character, plainEncoding)
    if (!own.ok || !standsAt(bytes, own.bytes, at)) return { ok: true, bytes, choices: [] }
    const others = otherCases(character).flatMap((other) => {
      const encoded = encodeText(other, plainEncoding)
      return encoded.ok && encoded.bytes.length === own.bytes.length ? [encoded.bytes] : []
    })
    if (others.length > 0) choices.push({ at, forms: [own.bytes, ...others] })
    at += own.bytes.length
  }
  return { ok: true, bytes, choices: at === bytes.length ? choices : [] }
}

/** The other forms of a letter that are one character, such as the title case of a Croatian digraph. */
function otherCases(character: string): readonly string[] {
  const forms = new Set<string>()
  for (const form of [character.toLowerCase(), character.toUpperCase()]) {
    forms.add(form).add(form.toLowerCase()).add(form.toUpperCase())
  }
  forms.delete(character)
  return [...forms].filter((form) => form.length === ((form.codePointAt(0) ?? 0) > 0xffff ? 2 : 1))
}

function standsAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte)
}
