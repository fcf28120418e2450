/** The layout as a table: where every field of a structure stands, and where nothing does. */
import type { ErrorShape } from '../../contract/errors.ts'
import type { StructureDefinition } from '../../contract/schemas/structure.ts'
import { compileStructure } from './compile-structure.ts'
import type { CompiledField, CompiledStructure, StructureLibrary } from './compiled-structure.ts'
import { endOfStructure, placeField } from './placement.ts'

/** One line of a layout: a field, or the padding between two. */
export interface LayoutEntry {
  readonly kind: 'field' | 'padding'
  /** `header.id`; `points[].x` for the fields of the first element; empty for padding and bit fields without a name. */
  readonly path: string
  readonly name: string
  /** The type in words, as `u16`, `Point[4]`, `u32 : 3`; `padding`. */
  readonly typeWords: string
  readonly notes: string
  /** Structures around it: 0 at the top. */
  readonly depth: number
  /** Bytes from the start of the structure; null when earlier fields depend on the data. */
  readonly offset: number | null
  /** Bytes; null when it depends on the data. Bit fields and padding beside them: the bytes they touch. */
  readonly size: number | null
  /** Bytes; 1 for padding. */
  readonly alignment: number
  /** Of bit fields and padding beside them: first bit within the byte at `offset`, in the order bits are handed out. */
  readonly bits: { readonly offset: number | null; readonly width: number } | null
}

export interface StructureLayout {
  readonly name: string
  readonly isUnion: boolean
  /** In order, fields of nested structures after the field that holds them. */
  readonly entries: readonly LayoutEntry[]
  /** Bytes, padding at the end included; null when the size depends on the data. */
  readonly size: number | null
  /** Bytes up to the first part whose size depends on the data; the size when there is none. */
  readonly fixedSize: number
  readonly alignment: number
  /** True when the last field takes all bytes that remain. */
  readonly takesRest: boolean
  /** Names of the structures that can follow, in order, each once. */
  readonly followers: readonly string[]
}

export type LayoutResult =
  { readonly ok: true; readonly layout: StructureLayout } | { readonly ok: false; readonly error: ErrorShape }

/** Computes the layout of a definition. Errors: `structure-malformed`, as `compileStructure`. */
export function layoutStructure(definition: StructureDefinition, library: StructureLibrary): LayoutResult {
  const compiled = compileStructure(definition, library)
  if (!compiled.ok) return compiled
  const { structure } = compiled
  const entries: LayoutEntry[] = []
  const fixedSize = listFields(structure, { startByte: 0, prefix: '', depth: 0, entries })
  const followers = structure.next === null ? [] : structure.next.cases.map((entry) => entry.structure.name)
  const otherwise = structure.next?.otherwise?.name
  return {
    ok: true,
    layout: {
      name: structure.name,
      isUnion: structure.isUnion,
      entries,
      size: structure.size,
      fixedSize: structure.size ?? fixedSize,
      alignment: structure.alignment,
      takesRest: structure.takesRest,
      followers: [...new Set(otherwise === undefined ? followers : [...followers, otherwise])],
    },
  }
}

interface Place {
  readonly startByte: number | null
  readonly prefix: string
  readonly depth: number
  readonly entries: LayoutEntry[]
}

/** Adds the lines of a structure; returns the bytes up to its first part of unknown size. */
function listFields(structure: CompiledStructure, place: Place): number {
  let cursorBits: number | null = place.startByte === null ? null : 0
  let knownBits = 0
  for (const field of structure.fields) {
    const from: number | null = structure.isUnion && cursorBits !== null ? 0 : cursorBits
    const startBits = from === null ? null : placeField(from, field)
    if (!structure.isUnion) listPadding(from, startBits, place)
    const nestedBytes = listField(field, startBits, place)
    if (field.bits?.width === 0) {
      cursorBits = structure.isUnion ? cursorBits : startBits
      continue
    }
    const endBits = endOf(field, startBits)
    if (startBits !== null) knownBits = Math.max(knownBits, endBits ?? startBits + nestedBytes * 8)
    cursorBits = structure.isUnion && endBits !== null ? Math.max(cursorBits ?? 0, endBits) : endBits
  }
  if (cursorBits !== null) listPadding(cursorBits, endOfStructure(cursorBits, structure), place)
  return Math.ceil(knownBits / 8)
}

function endOf(field: CompiledField, startBits: number | null): number | null {
  if (startBits === null) return null
  if (field.bits !== null) return startBits + field.bits.width
  return field.size === null ? null : startBits + field.size * 8
}

/** Adds the line of a field and those nested in it; returns the known bytes of a single nested structure. */
function listField(field: CompiledField, startBits: number | null, place: Place): number {
  const offset = absolute(startBits, place)
  const path = field.name === '' ? '' : place.prefix + field.name
  const bitOffset = startBits === null ? null : startBits % 8
  place.entries.push({
    kind: 'field',
    path,
    name: field.name,
    typeWords: field.typeWords,
    notes: field.notes,
    depth: place.depth,
    offset,
    size: field.bits === null ? field.size : Math.ceil(((bitOffset ?? 0) + field.bits.width) / 8),
    alignment: field.alignment,
    bits: field.bits === null ? null : { offset: bitOffset, width: field.bits.width },
  })
  if (field.structure === null) return 0
  const prefix = field.name === '' ? place.prefix : `${path}${'[]'.repeat(field.dimensions.length)}.`
  const nested = { startByte: offset, prefix, depth: place.depth + 1, entries: place.entries }
  const knownBytes = listFields(field.structure, nested)
  return field.dimensions.length > 0 ? 0 : knownBytes
}

function listPadding(fromBits: number | null, toBits: number | null, place: Place): void {
  if (fromBits === null || toBits === null || toBits <= fromBits) return
  const whole = fromBits % 8 === 0 && toBits % 8 === 0
  place.entries.push({
    kind: 'padding',
    path: '',
    name: '',
    typeWords: 'padding',
    notes: '',
    depth: place.depth,
    offset: absolute(fromBits, place),
    size: Math.ceil(toBits / 8) - Math.floor(fromBits / 8),
    alignment: 1,
    bits: whole ? null : { offset: fromBits % 8, width: toBits - fromBits },
  })
}

function absolute(bits: number | null, place: Place): number | null {
  return bits === null || place.startByte === null ? null : place.startByte + Math.floor(bits / 8)
}
