import type {
  InnerStructure,
  StructureByteOrder,
  StructureContent,
  StructureDefinition,
  StructureEnum,
  StructureField,
  StructureIntegerType,
} from '../../../src-main/contract/schemas/structure.ts'
import { formatCount, formatDimensions } from './count-text.ts'

/** A field as typed: everything stays as it was written, also what is wrong. */
export interface FieldDraft {
  readonly key: number
  name: string
  /** `u16`, `f32`, `bool`, `char`, `bytes`, `enum:Name`, `structure:Name`. */
  type: string
  /** The integer behind an enum. */
  integer: StructureIntegerType
  encoding: 'utf-8' | 'latin-1'
  /** Of text and bytes. */
  length: string
  dimensions: string
  bits: string
  byteOrder: StructureByteOrder | ''
  notes: string
}

export interface EnumValueDraft {
  readonly key: number
  name: string
  /** Empty: one more than the value before. */
  value: string
}

export interface EnumDraft {
  readonly key: number
  name: string
  values: EnumValueDraft[]
}

export interface CaseDraft {
  readonly key: number
  equals: string
  structure: string
}

export interface BodyDraft {
  readonly key: number
  name: string
  byteOrder: StructureByteOrder
  alignment: 'natural' | 'packed'
  maximumAlignment: InnerStructure['maximumAlignment']
  isUnion: boolean
  fields: FieldDraft[]
  enums: EnumDraft[]
  /** Something may follow, chosen by a field. */
  hasNext: boolean
  nextField: string
  cases: CaseDraft[]
  /** Empty: nothing. */
  otherwise: string
}

/** A structure of the library while it is edited. The first body is the structure itself, the others are its inner ones. */
export interface StructureDraft {
  /** Name in the list; empty: as the structure. */
  title: string
  folder: string
  notes: string
  tags: string
  bodies: [BodyDraft, ...BodyDraft[]]
}

let lastKey = 0

/** A key that no other part of a draft has. */
export function freshKey(): number {
  return (lastKey += 1)
}

export function newField(name: string): FieldDraft {
  return {
    key: freshKey(),
    name,
    type: 'u32',
    integer: 'u8',
    encoding: 'utf-8',
    length: '',
    dimensions: '',
    bits: '',
    byteOrder: '',
    notes: '',
  }
}

export function newBody(name: string): BodyDraft {
  return {
    key: freshKey(),
    name,
    byteOrder: 'little',
    alignment: 'natural',
    maximumAlignment: null,
    isUnion: false,
    fields: [],
    enums: [],
    hasNext: false,
    nextField: '',
    cases: [],
    otherwise: '',
  }
}

/** A new structure in a folder. */
export function emptyDraft(folder: string): StructureDraft {
  return { title: '', folder, notes: '', tags: '', bodies: [newBody('')] }
}

export function draftOf(content: StructureContent): StructureDraft {
  const { name, folder, notes, tags, definition } = content
  return {
    title: name === definition.name ? '' : name,
    folder,
    notes,
    tags: tags.join(', '),
    bodies: [bodyDraft(definition), ...definition.inner.map(bodyDraft)],
  }
}

function bodyDraft(body: InnerStructure | StructureDefinition): BodyDraft {
  const { name, byteOrder, alignment, maximumAlignment, isUnion, fields, enums, next } = body
  return {
    key: freshKey(),
    name,
    byteOrder,
    alignment,
    maximumAlignment,
    isUnion,
    fields: fields.map(fieldDraft),
    enums: enums.map(enumDraft),
    hasNext: next !== null,
    nextField: next?.field ?? '',
    cases: (next?.cases ?? []).map(({ equals, structure }) => ({ key: freshKey(), equals, structure })),
    otherwise: next?.otherwise ?? '',
  }
}

function fieldDraft({ name, notes, type, dimensions, byteOrder }: StructureField): FieldDraft {
  return {
    ...newField(name),
    notes,
    type: typeChoiceOf(type),
    integer: type.kind === 'enum' ? type.integer : 'u8',
    encoding: type.kind === 'char' ? type.encoding : 'utf-8',
    length: type.kind === 'char' || type.kind === 'bytes' ? formatCount(type.length) : '',
    bits: 'bitWidth' in type && type.bitWidth !== null ? String(type.bitWidth) : '',
    dimensions: formatDimensions(dimensions),
    byteOrder: byteOrder ?? '',
  }
}

function typeChoiceOf(type: StructureField['type']): string {
  switch (type.kind) {
    case 'integer':
      return type.integer
    case 'float':
      return type.float
    case 'enum':
      return `enum:${type.enum}`
    case 'structure':
      return `structure:${type.structure}`
    default:
      return type.kind
  }
}

function enumDraft({ name, values }: StructureEnum): EnumDraft {
  return {
    key: freshKey(),
    name,
    values: values.map(({ name: valueName, value }) => ({ key: freshKey(), name: valueName, value })),
  }
}

/** Takes a field's own length, bits or base type away where its type has none: what is not shown must not count. */
export function hasLength({ type }: FieldDraft): boolean {
  return type === 'char' || type === 'bytes'
}

export function hasBits({ type }: FieldDraft): boolean {
  return /^[iu]\d/.test(type) || type === 'bool' || type.startsWith('enum:')
}

/** Structures have their own byte order, text and bytes none. */
export function hasByteOrder({ type }: FieldDraft): boolean {
  return !type.startsWith('structure:') && type !== 'char' && type !== 'bytes' && !type.endsWith('8') && type !== 'bool'
}

/** A name that no other has: `field3`, `field4`. */
export function freeName(base: string, taken: readonly string[]): string {
  const stem = base.replace(/_?\d+$/, '') || 'field'
  for (let number = 2; ; number++) {
    const candidate = `${stem}${number}`
    if (!taken.includes(candidate)) return candidate
  }
}
