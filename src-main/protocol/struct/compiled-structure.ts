/** What a definition becomes once every name in it is resolved: what layout, decoding and encoding walk over. */
import type { StructureByteOrder, StructureDefinition, StructureIntegerType } from '../../contract/schemas/structure.ts'

/** Finds a structure of the library by the `name` of its definition. */
export type StructureLibrary = (name: string) => StructureDefinition | null

/** The names of an enum, both ways round. The first name of a value wins. */
export interface CompiledEnum {
  readonly name: string
  readonly nameOfValue: ReadonlyMap<bigint, string>
  readonly valueOfName: ReadonlyMap<string, bigint>
}

/** The type of a value that has no parts. */
export type LeafType =
  | { readonly kind: 'integer'; readonly integer: StructureIntegerType; readonly byteOrder: StructureByteOrder }
  | { readonly kind: 'float'; readonly float: 'f32' | 'f64'; readonly byteOrder: StructureByteOrder }
  | { readonly kind: 'bool'; readonly byteOrder: StructureByteOrder }
  | { readonly kind: 'text'; readonly encoding: 'latin-1' | 'utf-8' }
  | { readonly kind: 'bytes' }
  | {
      readonly kind: 'enum'
      readonly values: CompiledEnum
      readonly integer: StructureIntegerType
      readonly byteOrder: StructureByteOrder
    }

/** A count: a number, the value of an earlier field of the same structure plus a constant, or all that remains. */
export type CompiledCount = number | { readonly path: string; readonly add: number } | 'rest'

export interface CompiledField {
  readonly name: string
  readonly notes: string
  /** The type of one element in words, as `u16`, `char[8]`, `Point`, `u32 : 3`. */
  readonly elementWords: string
  /** The type of the whole field, with its dimensions. */
  readonly typeWords: string
  readonly leaf: LeafType | null
  readonly structure: CompiledStructure | null
  /** Of text and bytes: how many bytes; null for every other type. */
  readonly length: CompiledCount | null
  readonly dimensions: readonly CompiledCount[]
  /** Bytes of one element, null when it depends on the data. */
  readonly elementSize: number | null
  /** Bytes of the whole field, null when it depends on the data; 0 for bit fields. */
  readonly size: number | null
  /** In bytes. */
  readonly alignment: number
  readonly bits: {
    readonly width: number
    /** Bits of the declared type: the boundary that a width of zero aligns to. */
    readonly unitBits: number
    /** False when the field may cross boundaries of its declared type. */
    readonly keepsToUnit: boolean
  } | null
  /** True when a count or the selection of what follows needs the value. */
  isReferenced: boolean
}

export interface CompiledSelection {
  readonly path: string
  readonly cases: readonly { readonly low: bigint; readonly high: bigint; readonly structure: CompiledStructure }[]
  readonly otherwise: CompiledStructure | null
}

export interface CompiledStructure {
  readonly name: string
  readonly byteOrder: StructureByteOrder
  readonly isUnion: boolean
  readonly fields: readonly CompiledField[]
  /** In bytes. */
  readonly alignment: number
  /** In bytes, padding at the end included; null when it depends on the data. */
  readonly size: number | null
  /** True when the last field takes all bytes that remain. */
  readonly takesRest: boolean
  /** Structures inside of each other, 1 for one without. */
  readonly height: number
  /** Lines of the layout: every field once, those of nested structures included. */
  readonly expandedFields: number
  /** Filled once the chosen structures are compiled as well; not followed for nested structures. */
  next: CompiledSelection | null
}

/** The range of an integer type with so many bits. */
export function integerRange(isSigned: boolean, bits: number): { readonly minimum: bigint; readonly maximum: bigint } {
  if (bits === 0) return { minimum: 0n, maximum: 0n }
  const half = 1n << BigInt(bits - 1)
  return isSigned ? { minimum: -half, maximum: half - 1n } : { minimum: 0n, maximum: half * 2n - 1n }
}

/** Bytes of an integer type. */
export function integerBytes(integer: StructureIntegerType): number {
  return Number(integer.slice(1)) / 8
}

/** True for i8 to i64. */
export function isSignedInteger(integer: StructureIntegerType): boolean {
  return integer.startsWith('i')
}
