import type { BytePattern } from '../../../contract/schemas/capture-filter.ts'
import { encodeText } from '../../text/encodings/encode-text.ts'

/** Where a match begins in the bytes of a whole stream, and how long it is. */
export interface ReferenceMatch {
  readonly offset: number
  readonly length: number
}

/** All matches of a pattern in the bytes of one whole stream, found the plain way. Texts are taken as Latin-1 or UTF-8. */
export function referenceSearch(pattern: BytePattern, bytes: Uint8Array): ReferenceMatch[] {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const source =
    pattern.kind === 'expression'
      ? pattern.source
      : pattern.kind === 'hex'
        ? hexSource(pattern.hex)
        : textSource(pattern.text, pattern.encoding, pattern.ignoresCase)
  const flags =
    pattern.kind === 'expression' && pattern.ignoresCase ? 'gim' : pattern.kind === 'expression' ? 'gm' : 'gs'
  const expression = new RegExp(source, flags)
  const found: ReferenceMatch[] = []
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    if (match[0].length > 0) found.push({ offset: match.index, length: match[0].length })
    else expression.lastIndex++
  }
  return found
}

/** Spaces between bytes alone. */
function hexSource(hex: string): string {
  return hex
    .split(' ')
    .map((pair) => {
      const fitting = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).filter((digits) =>
        [0, 1].every((index) => pair[index] === '?' || pair[index]?.toLowerCase() === digits[index]),
      )
      return fitting.length === 256 ? '[^]' : `[${fitting.map((digits) => `\\x${digits}`).join('')}]`
    })
    .join('')
}

function textSource(text: string, encoding: string, ignoresCase: boolean): string {
  return Array.from(text)
    .map((character) => {
      const forms = ignoresCase ? [character, character.toLowerCase(), character.toUpperCase()] : [character]
      return `(?:${[...new Set(forms)].map((form) => escaped(form, encoding)).join('|')})`
    })
    .join('')
}

function escaped(character: string, encoding: string): string {
  const encoded = encodeText(character, encoding)
  if (!encoded.ok) throw new Error(encoded.error.message)
  return Array.from(encoded.bytes)
    .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('')
}
