import { maximumStructureBytes, type StructureCount } from '../../../src-main/contract/schemas/structure.ts'
import { countErrors as words } from '../../strings/structures.ts'

/** What was typed, understood; or a sentence that says what to do. */
export type ParsedText<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string }

const fieldCount = /^([A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*)\s*(?:([+-])\s*(\d{1,9}))?$/
const maximumDimensions = 8

/** How many: a number, the name of an earlier field (with a constant added: `length - 2`), or `rest`. */
export function parseCount(text: string): ParsedText<StructureCount> {
  const trimmed = text.trim()
  if (trimmed === 'rest') return { ok: true, value: 'rest' }
  if (/^(\d{1,9}|0x[\da-f]{1,8})$/i.test(trimmed)) {
    const count = Number(trimmed)
    return count <= maximumStructureBytes ? { ok: true, value: count } : { ok: false, message: words.tooMany }
  }
  const [, field, sign, constant] = fieldCount.exec(trimmed) ?? []
  if (field === undefined) return { ok: false, message: trimmed === '' ? words.empty : words.malformed }
  const add = constant === undefined ? 0 : Number(constant)
  if (add > maximumStructureBytes) return { ok: false, message: words.tooMany }
  return { ok: true, value: { field, add: sign === '-' ? -add : add } }
}

export function formatCount(count: StructureCount): string {
  if (typeof count !== 'object') return String(count)
  if (count.add === 0) return count.field
  return `${count.field} ${count.add < 0 ? '-' : '+'} ${Math.abs(count.add)}`
}

/** Counts from the outermost to the innermost: empty for a single value, `4`, `4, 3` or `[4][3]`. */
export function parseDimensions(text: string): ParsedText<StructureCount[]> {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: true, value: [] }
  const parts = trimmed.startsWith('[') ? bracketed(trimmed) : trimmed.split(',')
  if (parts === null) return { ok: false, message: words.brackets }
  if (parts.length > maximumDimensions) return { ok: false, message: words.tooManyDimensions }
  const dimensions: StructureCount[] = []
  for (const part of parts) {
    const count = parseCount(part)
    if (!count.ok) return count
    dimensions.push(count.value)
  }
  return { ok: true, value: dimensions }
}

export function formatDimensions(dimensions: readonly StructureCount[]): string {
  return dimensions.map(formatCount).join(', ')
}

function bracketed(text: string): string[] | null {
  if (!/^(\[[^[\]]*\]\s*)+$/.test(text)) return null
  return text.split(']').flatMap((part) => (part.includes('[') ? [part.slice(part.indexOf('[') + 1)] : []))
}

/** A whole number of any size: decimal or `0x` hex, as decimal digits. */
export function parseWhole(text: string): ParsedText<string> {
  const [, sign = '', digits] = /^(-?)(\d{1,20}|0x[\da-f]{1,16})$/i.exec(text.trim()) ?? []
  if (digits === undefined) return { ok: false, message: words.whole }
  const magnitude = BigInt(digits)
  const value = sign === '' ? magnitude : -magnitude
  const fits = value >= -(1n << 63n) && value < 1n << 64n
  return fits ? { ok: true, value: String(value) } : { ok: false, message: words.whole }
}
