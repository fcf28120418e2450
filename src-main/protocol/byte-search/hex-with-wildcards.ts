/**
 * Hex as people write it (see `parse-hex.ts`), in which `?` stands for any half of a byte: `??` for any byte, `4?` and `?f` for those
 * with one half known.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { nameCharacter } from '../text/parsed-bytes.ts'

export type ParsedWildcards =
  | { readonly ok: true; readonly values: Uint8Array; readonly masks: Uint8Array }
  | { readonly ok: false; readonly error: ErrorShape }

/**
 * Reads a pattern: a byte fits at a place when it is `values` under `masks`. Errors: `pattern-malformed` with the `position` of the
 * character, from 1, and the `reason`.
 */
export function parseHexWithWildcards(text: string): ParsedWildcards {
  const values: number[] = []
  const masks: number[] = []
  for (let index = 0; index < text.length;) {
    if (/[\s,:;-]/.test(text[index] ?? '')) {
      index++
      continue
    }
    const digitsAt = /^(?:0|\\)x/i.test(text.slice(index, index + 2)) ? index + 2 : index
    const high = halfOf(text[digitsAt])
    if (high === null) return malformed(text, digitsAt, 'write hex digits, or ? for any half of a byte.')
    const low = halfOf(text[digitsAt + 1])
    if (low === null) return malformed(text, digitsAt + 1, 'a byte has two digits, and ?? stands for any byte.')
    values.push((high.value << 4) | low.value)
    masks.push((high.mask << 4) | low.mask)
    index = digitsAt + 2
  }
  if (values.length === 0) return malformed(text, 0, 'write at least one byte.')
  if (masks.every((mask) => mask === 0)) {
    return { ok: false, error: describeError('pattern-malformed', { position: 1, reason: 'It fits everything.' }) }
  }
  return { ok: true, values: Uint8Array.from(values), masks: Uint8Array.from(masks) }
}

function halfOf(character: string | undefined): { readonly value: number; readonly mask: number } | null {
  if (character === '?') return { value: 0, mask: 0 }
  if (character === undefined || !/^[0-9a-f]$/i.test(character)) return null
  return { value: Number.parseInt(character, 16), mask: 0xf }
}

function malformed(text: string, index: number, advice: string): ParsedWildcards {
  const position = index + 1
  const found = index < text.length ? nameCharacter(text, index) : 'the end'
  const reason = `At character ${position} stands ${found}: ${advice}`
  return { ok: false, error: describeError('pattern-malformed', { position, found, reason }) }
}
