import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { nameCharacter } from '../text/parsed-bytes.ts'
import type { MatchBudget } from './match-budget.ts'

export type WhereInMessage = 'anywhere' | 'at-start' | 'whole'

/**
 * Bytes with wildcards, ready to be looked for: a byte of a message fits when it is `value` under `mask`. `literal` is the longest stretch
 * without wildcards, one character a byte, and where it stands.
 */
export interface HexPattern {
  readonly values: Uint8Array
  readonly masks: Uint8Array
  readonly literal: string
  readonly literalAt: number
}

export type ParsedHexPattern =
  { readonly ok: true; readonly pattern: HexPattern } | { readonly ok: false; readonly error: ErrorShape }

/**
 * Reads a pattern: two characters a byte, each a hex digit or `?`; white space, commas, colons, dashes and semicolons may stand between
 * bytes. Errors: `rule-pattern-malformed` with the `position` of the character, from 1, and the `reason`.
 */
export function parseHexPattern(text: string): ParsedHexPattern {
  const values: number[] = []
  const masks: number[] = []
  for (let index = 0; index < text.length; index++) {
    if (/[\s,:;-]/.test(text[index] ?? '')) continue
    const high = nibble(text[index])
    if (high === null) return malformed(index, `It is ${nameCharacter(text, index)}: write hex digits, ? or ??.`)
    const low = nibble(text[index + 1])
    if (low === null) return malformed(index + 1, 'A byte has two digits; ?? stands for any byte.')
    values.push((high.value << 4) | low.value)
    masks.push((high.mask << 4) | low.mask)
    index++
  }
  if (values.length === 0) return malformed(0, 'There are no bytes to look for.')
  const { start, end } = longestLiteral(masks)
  return {
    ok: true,
    pattern: {
      values: Uint8Array.from(values),
      masks: Uint8Array.from(masks),
      literal: values
        .slice(start, end)
        .map((value) => String.fromCharCode(value))
        .join(''),
      literalAt: start,
    },
  }
}

function nibble(character: string | undefined): { readonly value: number; readonly mask: number } | null {
  if (character === '?') return { value: 0, mask: 0 }
  if (character === undefined || !/[0-9a-f]/i.test(character)) return null
  return { value: Number.parseInt(character, 16), mask: 0xf }
}

function longestLiteral(masks: readonly number[]): { readonly start: number; readonly end: number } {
  let best = { start: 0, end: 0 }
  let start = 0
  for (let index = 0; index <= masks.length; index++) {
    if (masks[index] === 0xff) continue
    if (index - start > best.end - best.start) best = { start, end: index }
    start = index + 1
  }
  return best
}

function malformed(index: number, reason: string): ParsedHexPattern {
  return { ok: false, error: describeError('rule-pattern-malformed', { position: index + 1, reason }) }
}

/** Whether the bytes hold the pattern, null when the budget does not let it be found out. `latin1`: the same bytes as text. */
export function holdsPattern(
  { values, masks, literal, literalAt }: HexPattern,
  where: WhereInMessage,
  bytes: Uint8Array,
  latin1: () => string,
  budget: MatchBudget,
): boolean | null {
  const { length } = values
  const fitsAt = (start: number): boolean => {
    for (let index = 0; index < length; index++) {
      if (((bytes[start + index] ?? 0) & (masks[index] ?? 0)) !== values[index]) return false
    }
    return true
  }
  if (length > bytes.length || (where === 'whole' && length !== bytes.length)) return false
  if (where !== 'anywhere') return budget.spend(length) ? fitsAt(0) : null
  if (!budget.spend(bytes.length)) return null
  const last = bytes.length - length
  const text = literal === '' ? '' : latin1()
  for (let start = 0; start <= last; start++) {
    if (literal !== '') {
      const found = text.indexOf(literal, start + literalAt)
      if (found === -1) return false
      start = found - literalAt
      if (start > last) return false
    }
    if (!budget.spend(length)) return null
    if (fitsAt(start)) return true
  }
  return false
}
