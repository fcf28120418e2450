/**
 * Where fields go: the one rule that layout, decoding and encoding share. All positions are in bits from the start of the
 * structure. The rules of bit fields stand at `bitWidth` in the schema.
 */
import type { CompiledField, CompiledStructure } from './compiled-structure.ts'

/** The next multiple of `unit` at or after `value`. */
export function alignUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit
}

/** First bit of a field when everything before it ends at `cursorBits`. */
export function placeField(cursorBits: number, field: CompiledField): number {
  if (field.bits === null) return alignUp(alignUp(cursorBits, 8), field.alignment * 8)
  const { width, unitBits, keepsToUnit } = field.bits
  if (width === 0) return alignUp(cursorBits, unitBits)
  if (!keepsToUnit) return cursorBits
  const crosses = Math.floor(cursorBits / unitBits) !== Math.floor((cursorBits + width - 1) / unitBits)
  return crosses ? alignUp(cursorBits, unitBits) : cursorBits
}

/**
 * Bits of the whole structure when its last field ends at `cursorBits`. Structures of fixed size are padded to their
 * alignment, those that depend on the data end with their last field, as C's flexible array members.
 */
export function endOfStructure(cursorBits: number, structure: Pick<CompiledStructure, 'size'>): number {
  return structure.size === null ? alignUp(cursorBits, 8) : structure.size * 8
}
