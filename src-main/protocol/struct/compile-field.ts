/** One field: its type resolved, its size and alignment computed, its counts checked. */
import { prototypeNames } from '../../contract/schemas/common.ts'
import {
  maximumStructureBytes,
  type InnerStructure,
  type StructureByteOrder,
  type StructureCount,
  type StructureEnum,
  type StructureField,
  type StructureFieldType,
} from '../../contract/schemas/structure.ts'
import {
  integerBytes,
  integerRange,
  type CompiledCount,
  type CompiledEnum,
  type CompiledField,
  type CompiledStructure,
  type LeafType,
} from './compiled-structure.ts'
import { findInteger } from './field-references.ts'
import { structureMalformed } from './structure-malformed.ts'

/** What a field can refer to. */
export interface FieldScope {
  readonly body: InnerStructure
  readonly enums: readonly StructureEnum[]
  /** Those compiled already: many fields may share one. */
  readonly compiledEnums: Map<StructureEnum, CompiledEnum>
  /** Finds and compiles another structure, or throws `structure-malformed`. */
  readonly nested: (name: string, field: string) => CompiledStructure
}

/** Compiles a field that stands after `earlier`. Throws `structure-malformed`. */
export function compileField(
  field: StructureField,
  earlier: readonly CompiledField[],
  scope: FieldScope,
): CompiledField {
  const { body } = scope
  const fail = (reason: string): never => {
    throw structureMalformed(body.name, field.name, reason)
  }
  const last = earlier.at(-1)
  if (last !== undefined && !body.isUnion && endsOpen(last)) {
    return fail(`The field ${last.name || 'before it'} takes all bytes that remain, so no other can stand after it.`)
  }
  const { type } = field
  if (prototypeNames.has(field.name))
    fail('Values cannot be kept under this name in files and messages: rename the field.')
  const structure = type.kind === 'structure' ? scope.nested(type.structure, field.name) : null
  const bits = bitsOf(field, body, fail)
  if (field.name === '' && bits === null && structure === null) fail('Give it a name.')
  if (field.name === '' && structure !== null && field.dimensions.length > 0) fail('An array needs a name.')
  if (field.byteOrder !== null && structure !== null) fail('Set the byte order in the nested structure itself.')
  const leaf = leafOf(type, field.byteOrder ?? body.byteOrder, scope, fail)
  const countOf = (count: StructureCount): CompiledCount => compileCount(count, earlier, fail)
  const length = type.kind === 'char' || type.kind === 'bytes' ? countOf(type.length) : null
  const dimensions = field.dimensions.map(countOf)
  checkRest(length, dimensions, structure, fail)
  const elementSize = sizeOfElement(type, length, structure)
  const size = bits === null ? sizeOfField(elementSize, dimensions, fail) : 0
  if (size === null && body.isUnion) fail('Every field of a union needs a fixed size.')
  const elementWords = wordsOf(type, length)
  return {
    name: field.name,
    notes: field.notes,
    elementWords,
    typeWords: elementWords + dimensions.map((count) => `[${countWords(count)}]`).join(''),
    leaf,
    structure,
    length,
    dimensions,
    elementSize,
    size,
    alignment: alignmentIn(body, naturalAlignment(type, structure)),
    bits,
    isReferenced: false,
  }
}

type Fail = (reason: string) => never

function endsOpen(field: CompiledField): boolean {
  return field.length === 'rest' || field.dimensions.includes('rest') || (field.structure?.takesRest ?? false)
}

function alignmentIn(body: InnerStructure, natural: number): number {
  if (body.alignment === 'packed') return 1
  return Math.min(natural, body.maximumAlignment ?? natural)
}

function naturalAlignment(type: StructureFieldType, structure: CompiledStructure | null): number {
  if (structure !== null) return structure.alignment
  if (type.kind === 'integer' || type.kind === 'enum') return integerBytes(type.integer)
  if (type.kind === 'float') return type.float === 'f32' ? 4 : 8
  return 1
}

function sizeOfElement(
  type: StructureFieldType,
  length: CompiledCount | null,
  structure: CompiledStructure | null,
): number | null {
  if (structure !== null) return structure.size
  if (length !== null) return typeof length === 'number' ? length : null
  return naturalAlignment(type, null)
}

function sizeOfField(elementSize: number | null, dimensions: readonly CompiledCount[], fail: Fail): number | null {
  let size = elementSize
  let elements = 1
  for (const count of dimensions) {
    if (typeof count !== 'number') {
      size = null
      continue
    }
    elements *= count
    if (size !== null) size *= count
    if (elements > maximumStructureBytes || (size ?? 0) > maximumStructureBytes) {
      fail(`An array can have at most ${maximumStructureBytes.toLocaleString('en-US')} elements and bytes.`)
    }
  }
  return size
}

function compileCount(count: StructureCount, earlier: readonly CompiledField[], fail: Fail): CompiledCount {
  if (typeof count !== 'object') return count
  const target = findInteger(count.field, earlier)
  if (typeof target === 'string') return fail(target)
  target.isReferenced = true
  return { path: count.field, add: count.add }
}

function checkRest(
  length: CompiledCount | null,
  dimensions: readonly CompiledCount[],
  structure: CompiledStructure | null,
  fail: Fail,
): void {
  if (dimensions.slice(1).includes('rest')) fail('Only the first dimension can take all bytes that remain.')
  if (dimensions.length > 0 && (length === 'rest' || structure?.takesRest === true)) {
    fail('An element of an array cannot take all bytes that remain.')
  }
}

function bitsOf(field: StructureField, body: InnerStructure, fail: Fail): CompiledField['bits'] {
  const { type } = field
  if (!('bitWidth' in type) || type.bitWidth === null) return null
  const width = type.bitWidth
  const unitBits = type.kind === 'bool' ? 8 : integerBytes(type.integer) * 8
  const most = type.kind === 'bool' ? 1 : unitBits
  if (width > most) fail(`Its type has only ${most} ${most === 1 ? 'bit' : 'bits'}.`)
  if (width === 0 && field.name !== '') fail('A bit field of width 0 cannot have a name.')
  if (field.dimensions.length > 0) fail('A bit field cannot be an array.')
  if (field.byteOrder !== null && field.byteOrder !== body.byteOrder) {
    fail('A bit field has the byte order of its structure.')
  }
  return { width, unitBits, keepsToUnit: body.alignment === 'natural' && body.maximumAlignment === null }
}

function leafOf(
  type: StructureFieldType,
  byteOrder: StructureByteOrder,
  scope: FieldScope,
  fail: Fail,
): LeafType | null {
  switch (type.kind) {
    case 'structure':
      return null
    case 'integer':
      return { kind: 'integer', integer: type.integer, byteOrder }
    case 'float':
      return { kind: 'float', float: type.float, byteOrder }
    case 'bool':
      return { kind: 'bool', byteOrder }
    case 'char':
      return { kind: 'text', encoding: type.encoding }
    case 'bytes':
      return { kind: 'bytes' }
    case 'enum': {
      const found = scope.enums.find((candidate) => candidate.name === type.enum)
      if (found === undefined) return fail(`There is no enum named ${type.enum}.`)
      const values = scope.compiledEnums.get(found) ?? compileEnum(found, fail)
      scope.compiledEnums.set(found, values)
      return { kind: 'enum', values, integer: type.integer, byteOrder }
    }
  }
}

function compileEnum(source: StructureEnum, fail: Fail): CompiledEnum {
  const nameOfValue = new Map<bigint, string>()
  const valueOfName = new Map<string, bigint>()
  const lowest = integerRange(true, 64).minimum
  const highest = integerRange(false, 64).maximum
  for (const { name, value } of source.values) {
    const number = BigInt(value)
    if (number < lowest || number > highest) fail(`The value ${name} of the enum ${source.name} exceeds 64 bits.`)
    if (valueOfName.has(name)) fail(`The enum ${source.name} has the name ${name} twice.`)
    valueOfName.set(name, number)
    if (!nameOfValue.has(number)) nameOfValue.set(number, name)
  }
  return { name: source.name, nameOfValue, valueOfName }
}

function wordsOf(type: StructureFieldType, length: CompiledCount | null): string {
  switch (type.kind) {
    case 'structure':
      return type.structure
    case 'char':
    case 'bytes':
      return `${type.kind}[${length === null ? '' : countWords(length)}]`
    case 'float':
      return type.float
    case 'bool':
      return withBits('bool', type.bitWidth)
    case 'integer':
      return withBits(type.integer, type.bitWidth)
    case 'enum':
      return withBits(`${type.enum} (${type.integer})`, type.bitWidth)
  }
}

function withBits(words: string, width: number | null): string {
  return width === null ? words : `${words} : ${width}`
}

function countWords(count: CompiledCount): string {
  if (typeof count !== 'object') return String(count)
  if (count.add === 0) return count.path
  return `${count.path} ${count.add < 0 ? '-' : '+'} ${Math.abs(count.add)}`
}
