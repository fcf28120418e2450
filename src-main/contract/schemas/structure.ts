/**
 * Binary structures, as C and ctypes know them: fields one after another, each at an offset that follows from the types.
 * Offsets and padding are never stored: `protocol/struct` computes them. Every count and length has a limit here, so that
 * a file from anywhere can be read; what depends on several structures (recursion, total size) is checked by the layout.
 */
import * as v from 'valibot'
import { errorShape, identifier } from './common.ts'
import { folderPath, profileName } from './profile.ts'

/** Most fields of one structure. */
export const maximumStructureFields = 1000
/** Most bytes of the fixed part of a structure, and of one array of fixed size. */
export const maximumStructureBytes = 1_048_576
/** Structures inside of structures. */
export const maximumStructureDepth = 16

/** A C identifier: letters, digits and underscores, not beginning with a digit. */
export const structureIdentifier = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,119}$/, 'Use letters, digits and underscores, beginning with a letter.'),
)

/** Where an earlier field stands: names joined by dots, seen from the structure that holds the reference. */
export const structureFieldPath = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/, 'Name a field; write a dot between nested names.'),
)

/** A whole number of any size up to 64 bits, as decimal digits. */
const wideInteger = v.pipe(v.string(), v.regex(/^-?[0-9]{1,20}$/, 'Use a whole decimal number.'))

export const structureByteOrder = v.picklist(['little', 'big'])
export type StructureByteOrder = v.InferOutput<typeof structureByteOrder>

export const structureIntegerType = v.picklist(['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'])
export type StructureIntegerType = v.InferOutput<typeof structureIntegerType>

/**
 * How many: a number; the value of an earlier integer field of the same structure (or of a structure nested in it), with
 * a constant added; or as many as the remaining bytes hold (`rest`, only in the last field).
 */
export const structureCount = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maximumStructureBytes)),
  v.object({
    field: structureFieldPath,
    add: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(-maximumStructureBytes), v.maxValue(maximumStructureBytes)),
      0,
    ),
  }),
  v.literal('rest'),
])
export type StructureCount = v.InferOutput<typeof structureCount>

/**
 * Bits of a bit field, null for an ordinary field. The rules are those of GCC and Clang for the System V ABI:
 *
 * - Bits are handed out in order, from the least significant bit of the first byte on little-endian targets, from the
 *   most significant one on big-endian targets; an ordinary field begins at the next byte its alignment allows.
 * - With natural alignment, a bit field that would cross a boundary of its declared type (an `u32` one: of 4 bytes, as
 *   seen from the start of the structure) begins at that boundary instead. With `packed` or a maximum alignment, it
 *   begins at the next bit and may cross any boundary.
 * - A named bit field aligns the structure like its declared type, one without a name does not.
 * - Width 0 is only allowed without a name: the next field begins at a boundary of the declared type, of its size, also
 *   when the structure is packed.
 *
 * Bit fields have the byte order of their structure.
 */
const bitWidth = v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64))), null)

/** The type of a field, of one element when the field is an array. */
export const structureFieldType = v.variant('kind', [
  v.object({ kind: v.literal('integer'), integer: structureIntegerType, bitWidth }),
  /** IEEE 754: `f32` is C's float, `f64` its double. */
  v.object({ kind: v.literal('float'), float: v.picklist(['f32', 'f64']) }),
  /** One byte (bits with `bitWidth`): 0 is false, everything else true. */
  v.object({ kind: v.literal('bool'), bitWidth }),
  /** Text of so many bytes, padded with NUL bytes at its end. */
  v.object({
    kind: v.literal('char'),
    length: v.optional(structureCount, 1),
    encoding: v.optional(v.picklist(['latin-1', 'utf-8']), 'utf-8'),
  }),
  /** Bytes without further meaning, shown as hex. */
  v.object({ kind: v.literal('bytes'), length: structureCount }),
  /** Another structure by its name: first one of `inner`, else one of the library. */
  v.object({ kind: v.literal('structure'), structure: structureIdentifier }),
  /** Names for the values of an integer: one of `enums`, of this structure or the one that holds it as `inner`. */
  v.object({ kind: v.literal('enum'), enum: structureIdentifier, integer: structureIntegerType, bitWidth }),
])
export type StructureFieldType = v.InferOutput<typeof structureFieldType>

export const structureField = v.object({
  /**
   * Empty for bit fields without a name, and for a nested structure whose fields are reached as if they stood here
   * (C11 anonymous structures and unions).
   */
  name: v.union([v.literal(''), structureIdentifier]),
  notes: v.optional(v.pipe(v.string(), v.maxLength(2000)), ''),
  type: structureFieldType,
  /** Counts from the outermost to the innermost, empty for a single value. Only the first may be `rest`. */
  dimensions: v.optional(v.pipe(v.array(structureCount), v.maxLength(8)), []),
  /** Null: as the structure. Not for bit fields and nested structures. */
  byteOrder: v.optional(v.nullable(structureByteOrder), null),
})
export type StructureField = v.InferOutput<typeof structureField>

/** Names for numbers. Values are decimal texts: 64 bits survive every file format. */
export const structureEnum = v.object({
  name: structureIdentifier,
  values: v.pipe(v.array(v.object({ name: structureIdentifier, value: wideInteger })), v.maxLength(4096)),
})
export type StructureEnum = v.InferOutput<typeof structureEnum>

/**
 * What follows the structure, chosen by an integer or enum field of it: the first case that matches. `equals` is a
 * decimal number, the name of an enum value, or an inclusive range as `10..20`. `otherwise` null: nothing follows.
 */
export const structureSelection = v.object({
  field: structureFieldPath,
  cases: v.pipe(
    v.array(
      v.object({
        equals: v.pipe(
          v.string(),
          v.regex(
            /^(-?[0-9]{1,20}(\.\.-?[0-9]{1,20})?|[A-Za-z_][A-Za-z0-9_]{0,119})$/,
            'Use a decimal number, the name of an enum value, or a range such as 10..20.',
          ),
        ),
        structure: structureIdentifier,
      }),
    ),
    v.maxLength(1000),
  ),
  otherwise: v.optional(v.nullable(structureIdentifier), null),
})
export type StructureSelection = v.InferOutput<typeof structureSelection>

const structureBodyEntries = {
  name: structureIdentifier,
  byteOrder: v.optional(structureByteOrder, 'little'),
  /** `natural`: every field at a multiple of its own size, as C compilers do it. `packed`: no padding anywhere. */
  alignment: v.optional(v.picklist(['natural', 'packed']), 'natural'),
  /** `#pragma pack(n)`: no field is aligned to more than so many bytes. Null: no maximum. */
  maximumAlignment: v.optional(v.nullable(v.picklist([1, 2, 4, 8, 16])), null),
  /** All fields begin at offset 0. */
  isUnion: v.optional(v.boolean(), false),
  fields: v.pipe(v.array(structureField), v.maxLength(maximumStructureFields)),
  enums: v.optional(v.pipe(v.array(structureEnum), v.maxLength(100)), []),
  next: v.optional(v.nullable(structureSelection), null),
}

/** A structure that is known only inside of the definition that holds it. Never recursive. */
export const innerStructure = v.object(structureBodyEntries)
export type InnerStructure = v.InferOutput<typeof innerStructure>

/** A whole structure. `inner` structures are known to it and to each other, before those of the library. */
export const structureDefinition = v.object({
  ...structureBodyEntries,
  inner: v.optional(v.pipe(v.array(innerStructure), v.maxLength(100)), []),
})
export type StructureDefinition = v.InferOutput<typeof structureDefinition>
/** The same with everything that has a default left out where wanted. */
export type StructureDefinitionInput = v.InferInput<typeof structureDefinition>

/** What a person decides about a structure of the library. Other structures refer to it by `definition.name`. */
export const structureContent = v.object({
  name: profileName,
  folder: v.optional(folderPath, ''),
  notes: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ''),
  tags: v.optional(v.pipe(v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60))), v.maxLength(50)), []),
  definition: structureDefinition,
})
export type StructureContent = v.InferOutput<typeof structureContent>
export type StructureContentInput = v.InferInput<typeof structureContent>

export const structureSchemaVersion = 1

/** The content of one file of the structure library. */
export const structureFile = v.object({
  schemaVersion: v.literal(structureSchemaVersion),
  id: identifier,
  /** Sort key within the folder: reordering rewrites one file only. */
  position: v.pipe(v.number(), v.finite()),
  ...structureContent.entries,
})
export type StructureFile = v.InferOutput<typeof structureFile>

/** A structure of the library as the engine hands it out. */
export const structureEntry = v.object({
  ...structureFile.entries,
  /** Changes whenever the file's content changes; an update must name the revision it was made from. */
  revision: v.string(),
})
export type StructureEntry = v.InferOutput<typeof structureEntry>

/** All structures in display order, empty folders included, and the files that could not be read or share a name. */
export const structureLibrary = v.object({
  entries: v.array(structureEntry),
  folders: v.array(v.string()),
  problems: v.array(v.object({ file: v.string(), error: errorShape })),
})
export type StructureLibrary = v.InferOutput<typeof structureLibrary>
