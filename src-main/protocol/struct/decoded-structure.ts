/** What decoding gives: a tree of plain values with their places. */
import type { CompiledStructure, LeafType } from './compiled-structure.ts'

/** A value without parts. */
export type StructureValue =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** `name` is null when the enum has none for the value. */
  | { readonly kind: 'enum'; readonly value: bigint; readonly name: string | null }
  /** `text` without the NUL bytes at the end; null when the bytes are no text in their encoding. */
  | { readonly kind: 'text'; readonly text: string | null }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

/** Why a structure could not be decoded to its end. */
export interface StructureProblem {
  /**
   * `missing-bytes`: the bytes end before the field does. `bad-count`: a count that cannot be one, such as a negative
   * number. `limit`: there is more than is decoded at once.
   */
  readonly kind: 'missing-bytes' | 'bad-count' | 'limit'
  readonly path: string
  /** Bytes missing to the end of the field; null when unknown or not the reason. */
  readonly missingBytes: number | null
  /** One sentence: what is wrong. */
  readonly message: string
}

export interface StructureNode {
  readonly kind: 'value' | 'array' | 'structure' | 'padding'
  /** Name of the field, `[3]` for elements; empty for padding and fields without a name. */
  readonly name: string
  /** `header.id`, `samples[2]`; what follows is `next`. The key of the value in `encodeStructure`. */
  readonly path: string
  /** The type in words: `u16`, `Point[4]`, `char[8]`, `u32 : 3`. */
  readonly typeWords: string
  readonly notes: string
  /** First byte, from the start of the decoded bytes. */
  readonly offset: number
  /** Bytes; of bit fields: the bytes they touch. Less than the type needs when bytes are missing. */
  readonly size: number
  /** Of bit fields and padding beside them: first bit within the byte at `offset`, in the order bits are handed out. */
  readonly bits: { readonly offset: number; readonly width: number } | null
  /** Null for arrays, structures and padding, and when bytes are missing. */
  readonly value: StructureValue | null
  /** The value as `encodeStructure` takes it; null when there is none. */
  readonly text: string | null
  /** True when all fields begin at the same place. */
  readonly isUnion: boolean
  readonly children: readonly StructureNode[]
  /** Of arrays: elements announced; `children` holds only the first ones. Null otherwise. */
  readonly count: number | null
  /** Type of the value, of the elements for arrays of values. */
  readonly leaf: LeafType | null
  readonly problem: StructureProblem | null
}

export interface DecodedStructure {
  /** The structure itself; when another follows it, the last child is that one, with the name `next`. */
  readonly root: StructureNode
  readonly structure: CompiledStructure
  /** The decoded bytes, not copied. */
  readonly bytes: Uint8Array
  /** Bytes that belong to the structure and what follows it. */
  readonly usedBytes: number
  /** Bytes after it that belong to nothing. */
  readonly leftOverBytes: number
  /** The first problem; the tree is partial then. */
  readonly problem: StructureProblem | null
  /** True when an array holds more elements than are shown in the tree. */
  readonly isCut: boolean
}
