/** Structures, unions and enums of C, and the members in them. */
import {
  maximumStructureDepth,
  maximumStructureFields,
  type InnerStructure,
  type StructureByteOrder,
  type StructureCount,
  type StructureEnum,
  type StructureField,
  type StructureIntegerType,
} from '../../contract/schemas/structure.ts'
import { readAttributes, type CAttributes } from './c-attributes.ts'
import type { CCursor } from './c-cursor.ts'
import type { CEnvironment, DefinitionScope } from './c-environment.ts'
import { readExpression } from './c-expression.ts'
import { cMalformed, type CToken } from './c-tokens.ts'
import { basicType, basicWords, integerType, namedType, plainType, pointerType, type CType } from './c-types.ts'

/** A structure whose name is not known yet. */
export type NamelessStructure = Omit<InnerStructure, 'name'>

/** The type at the start of a declaration. */
export interface Specifier {
  readonly type: CType
  /** A structure that was written out here without a tag. */
  readonly nameless: NamelessStructure | null
  /** An enum that was written out here without a tag. */
  readonly namelessEnum: StructureEnum | null
  /** The tag of a structure that was written out here with one. */
  readonly definedTag: string | null
  /** False for a type that is only usable behind a pointer: `void`, a tag without a definition. */
  readonly isComplete: boolean
}

const qualifiers = new Set(['const', 'volatile', 'restrict', '__restrict', 'register', 'mutable', '__extension__'])

function specifier(type: CType, more: Partial<Specifier> = {}): Specifier {
  return { type, nameless: null, namelessEnum: null, definedTag: null, isComplete: true, ...more }
}

/**
 * Reads the type that a declaration begins with. `scope` is that of the definition around it; null at the top of the
 * text. Throws `c-declaration-malformed`.
 */
export function readSpecifier(
  cursor: CCursor,
  environment: CEnvironment,
  scope: DefinitionScope | null,
  depth: number,
): Specifier {
  const words: string[] = []
  const first = skipQualifiers(cursor, environment)
  if (first.kind !== 'word') throw cMalformed(first, 'A type is expected here.')
  if (cursor.is('struct') || cursor.is('union') || cursor.is('class')) {
    return readStructure(cursor, environment, scope, depth)
  }
  if (cursor.is('enum')) return readEnum(cursor, environment)
  while (cursor.peek().kind === 'word' && (basicWords.has(cursor.peek().text) || qualifiers.has(cursor.peek().text))) {
    const word = cursor.next().text
    if (!qualifiers.has(word)) words.push(word)
  }
  if (words.length > 0) return specifier(basicType(words, environment.model, first))
  const name = cursor.next()
  if (name.text === 'void') return specifier(integerType('u8'), { isComplete: false })
  if (name.text === 'constexpr' || name.text === 'template' || name.text === 'virtual') {
    throw cMalformed(name, 'This is C++, not a declaration of data.')
  }
  const type = environment.typedefs.get(name.text) ?? namedType(name.text, environment.model)
  if (type === null) {
    const tagged = environment.tags.get(name.text)
    if (tagged !== undefined) return specifier(plainType({ kind: 'structure', structure: tagged }))
    throw cMalformed(name, `${name.text} is not a known type. Put its typedef before it, or write struct ${name.text}.`)
  }
  skipQualifiers(cursor, environment)
  return specifier(type)
}

function skipQualifiers(cursor: CCursor, environment: CEnvironment): CToken {
  const ignored: CAttributes = { isPacked: false, byteOrder: null }
  do readAttributes(cursor, environment, ignored)
  while (qualifiers.has(cursor.peek().text) && cursor.next().kind === 'word')
  return cursor.peek()
}

function readStructure(
  cursor: CCursor,
  environment: CEnvironment,
  scope: DefinitionScope | null,
  depth: number,
): Specifier {
  const keyword = cursor.next()
  if (depth >= maximumStructureDepth)
    throw cMalformed(keyword, `Structures are nested deeper than ${maximumStructureDepth}.`)
  const attributes: CAttributes = { isPacked: false, byteOrder: null }
  readAttributes(cursor, environment, attributes)
  const tag = cursor.peek().kind === 'word' ? cursor.next() : null
  if (cursor.is(':'))
    throw cMalformed(cursor.peek(), 'Structures that inherit are not supported: write the fields of both.')
  if (!cursor.is('{')) {
    if (tag === null) throw cMalformed(cursor.peek(), 'A name or "{" is expected here.')
    const known = environment.tags.get(tag.text)
    return specifier(plainType({ kind: 'structure', structure: known ?? tag.text }), {
      isComplete: known !== undefined,
    })
  }
  cursor.next()
  const own: DefinitionScope = tag === null && scope !== null ? scope : { inner: [], enums: new Map() }
  const fields = readMembers(cursor, environment, own, depth + 1)
  readAttributes(cursor, environment, attributes)
  const isTight = attributes.isPacked || environment.maximumAlignment === 1
  const body: NamelessStructure = {
    byteOrder: attributes.byteOrder ?? environment.byteOrder,
    alignment: isTight ? 'packed' : 'natural',
    maximumAlignment: isTight ? null : environment.maximumAlignment,
    isUnion: keyword.text === 'union',
    fields,
    enums: own === scope ? [] : [...own.enums.values()],
    next: null,
  }
  if (tag === null) {
    const inner = own === scope ? [] : own.inner
    return specifier(plainType({ kind: 'structure', structure: '' }), { nameless: Object.assign(body, { inner }) })
  }
  environment.define({ ...body, name: tag.text, inner: own.inner }, tag)
  environment.tags.set(tag.text, tag.text)
  return specifier(plainType({ kind: 'structure', structure: tag.text }), { definedTag: tag.text })
}

function readMembers(
  cursor: CCursor,
  environment: CEnvironment,
  scope: DefinitionScope,
  depth: number,
): StructureField[] {
  const fields: StructureField[] = []
  while (!cursor.take('}')) {
    const token = cursor.peek()
    if (token.kind === 'end') throw cMalformed(token, '"}" is missing.')
    if (token.kind === 'directive') environment.directive(cursor.next())
    else if (!cursor.take(';')) {
      if (cursor.take('static_assert') || cursor.take('_Static_assert')) {
        cursor.expect('(')
        cursor.skipTo('(', ')')
        cursor.expect(';')
        continue
      }
      readMember(cursor, environment, scope, depth, fields)
    }
    if (fields.length > maximumStructureFields) throw cMalformed(token, 'The structure has more than 1,000 fields.')
  }
  return fields
}

function readMember(
  cursor: CCursor,
  environment: CEnvironment,
  scope: DefinitionScope,
  depth: number,
  fields: StructureField[],
): void {
  const start = cursor.peek()
  const read = readSpecifier(cursor, environment, scope, depth)
  const { type } = read.type
  let base = read.type
  if (cursor.is(';')) {
    if (read.nameless !== null) {
      const name = environment.namelessName(read.nameless.isUnion ? 'union' : 'struct')
      scope.inner.push({ ...read.nameless, name })
      fields.push(fieldOf('', plainType({ kind: 'structure', structure: name }), []))
    } else if (type.kind !== 'structure' && type.kind !== 'enum') {
      throw cMalformed(cursor.peek(), 'The name of the field is missing.')
    } else {
      environment.warn(start, 'This declares a type, but no field.')
    }
    cursor.next()
    return
  }
  do {
    const declarator = readDeclarator(cursor, environment, read, fields)
    if (read.nameless !== null && base === read.type) {
      const kind = read.nameless.isUnion ? 'union' : 'struct'
      const wished = `${declarator.name}_${kind}`
      const name = scope.inner.some((inner) => inner.name === wished) ? environment.namelessName(kind) : wished
      scope.inner.push({ ...read.nameless, name })
      base = plainType({ kind: 'structure', structure: name })
    }
    const chosen = declarator.isPointer ? pointerType(environment.model) : base
    if (chosen.type.kind === 'enum') {
      const used = environment.enums.get(chosen.type.enum)
      if (used !== undefined) scope.enums.set(used.name, used)
    }
    fields.push(memberOf(declarator, chosen))
  } while (cursor.take(','))
  cursor.expect(';', 'A ";" is missing after the field.')
}

/** What stands behind the type: `*name[2][3] : 4`. */
export interface Declarator {
  readonly name: string
  readonly token: CToken
  readonly isPointer: boolean
  readonly dimensions: readonly StructureCount[]
  readonly bitWidth: number | null
}

/** Reads one declarator; array sizes may name an earlier field of `fields`. */
export function readDeclarator(
  cursor: CCursor,
  environment: CEnvironment,
  read: Specifier,
  fields: readonly StructureField[] | null,
): Declarator {
  let isPointer = false
  skipQualifiers(cursor, environment)
  while (cursor.is('*') || cursor.is('&') || cursor.is('^')) {
    const star = cursor.next()
    if (star.text !== '*') throw cMalformed(star, 'References are not supported.')
    isPointer = true
    skipQualifiers(cursor, environment)
  }
  const token = cursor.peek()
  if (cursor.is('('))
    throw cMalformed(token, 'Pointers to functions and to arrays are not supported: write uintptr_t instead.')
  if (isPointer && fields !== null) {
    environment.warn(token, `${token.text} is a pointer: only its address is in the message, as an integer.`)
  }
  const isUnnamedBits = token.kind !== 'word' && cursor.is(':')
  const name = isUnnamedBits ? '' : cursor.expectName('A name is expected here.').text
  if (cursor.is('(')) throw cMalformed(cursor.peek(), `${name} is a function; structures hold only data.`)
  const dimensions: StructureCount[] = []
  while (cursor.is('[')) {
    if (dimensions.length >= 8) throw cMalformed(cursor.peek(), 'An array has at most 8 dimensions.')
    cursor.next()
    dimensions.push(readCount(cursor, environment, fields ?? []))
    cursor.expect(']')
  }
  const bitWidth = cursor.take(':') ? readBitWidth(cursor, environment) : null
  readAttributes(cursor, environment, { isPacked: false, byteOrder: null })
  if (cursor.is('=')) throw cMalformed(cursor.peek(), 'Values are not supported: only declarations are read.')
  if (!isPointer && !read.isComplete && read.type.type.kind !== 'structure')
    throw cMalformed(token, 'void has no size.')
  if (!isPointer && !read.isComplete && fields !== null) {
    environment.warn(token, `The type of ${name} is not in this text: the library must have it.`)
  }
  return { name, token, isPointer, dimensions, bitWidth }
}

function readBitWidth(cursor: CCursor, environment: CEnvironment): number {
  const token = cursor.peek()
  const width = readExpression(cursor, environment.constants)
  if (width < 0n || width > 64n) throw cMalformed(token, 'A bit field has 0 to 64 bits.')
  return Number(width)
}

function readCount(cursor: CCursor, environment: CEnvironment, fields: readonly StructureField[]): StructureCount {
  if (cursor.is(']')) return 'rest'
  const token = cursor.peek()
  const isField = token.kind === 'word' && !environment.constants.has(token.text)
  if (isField && fields.some((field) => field.name === token.text)) {
    let path = cursor.next().text
    while (cursor.take('.')) path += `.${cursor.expectName('The name of a field is expected here.').text}`
    const isLess = cursor.is('-')
    if (!isLess && !cursor.is('+')) return { field: path, add: 0 }
    cursor.next()
    const add = sized(readExpression(cursor, environment.constants), token)
    return { field: path, add: isLess ? -add : add }
  }
  return sized(readExpression(cursor, environment.constants), token)
}

function sized(count: bigint, token: CToken): number {
  if (count < 0n || count > 1_048_576n) throw cMalformed(token, 'An array has 0 to 1,048,576 elements.')
  return Number(count)
}

function fieldOf(name: string, { type, byteOrder }: CType, dimensions: readonly StructureCount[]): StructureField {
  return { name, notes: '', type, dimensions: [...dimensions], byteOrder }
}

function memberOf({ name, dimensions, bitWidth, token, isPointer }: Declarator, base: CType): StructureField {
  const all = isPointer ? dimensions : [...dimensions, ...base.dimensions]
  if (all.length > 8) throw cMalformed(token, 'An array has at most 8 dimensions.')
  if (bitWidth !== null) {
    // A plain char is signed, as with GCC and Clang on x86.
    const { type, byteOrder } = base.asArray === 'text' ? integerType('i8') : base
    if (!('bitWidth' in type)) throw cMalformed(token, 'Only integers, bool and enums can be bit fields.')
    return fieldOf(name, { ...base, type: { ...type, bitWidth }, byteOrder }, all)
  }
  const length = all.at(-1)
  if (base.asArray === null || length === undefined) return fieldOf(name, base, all)
  const outer = all.slice(0, -1)
  if (base.asArray === 'bytes') return fieldOf(name, { ...base, type: { kind: 'bytes', length } }, outer)
  return fieldOf(name, { ...base, type: { kind: 'char', length, encoding: 'utf-8' } }, outer)
}

function readEnum(cursor: CCursor, environment: CEnvironment): Specifier {
  cursor.next()
  if (!cursor.take('class')) cursor.take('struct')
  readAttributes(cursor, environment, { isPacked: false, byteOrder: null })
  const tag = cursor.peek().kind === 'word' ? cursor.next() : null
  let integer: StructureIntegerType | null = null
  if (cursor.take(':')) {
    const token = cursor.peek()
    const underlying = readSpecifier(cursor, environment, null, 0).type.type
    if (underlying.kind !== 'integer') throw cMalformed(token, 'An enum needs an integer type.')
    integer = underlying.integer
  }
  if (!cursor.is('{')) {
    if (tag === null) throw cMalformed(cursor.peek(), 'A name or "{" is expected here.')
    const known = environment.typedefs.get(`enum ${tag.text}`)
    if (known !== undefined) return specifier(known)
    throw cMalformed(tag, `The enum ${tag.text} is not known here. Put its declaration before it.`)
  }
  const open = cursor.next()
  const values = readEnumValues(cursor, environment)
  readAttributes(cursor, environment, { isPacked: false, byteOrder: null })
  const name = tag?.text ?? environment.namelessName('enum')
  if (environment.enums.has(name)) throw cMalformed(tag ?? open, `There are two enums named ${name}.`)
  const made: StructureEnum = {
    name,
    values: values.map((entry) => ({ name: entry.name, value: String(entry.value) })),
  }
  environment.enums.set(name, made)
  const type = plainType({ kind: 'enum', enum: name, integer: integer ?? enumInteger(values), bitWidth: null })
  environment.typedefs.set(`enum ${name}`, type)
  if (tag !== null && !environment.typedefs.has(name)) environment.typedefs.set(name, type)
  return specifier(type, { namelessEnum: tag === null ? made : null })
}

function readEnumValues(cursor: CCursor, environment: CEnvironment): { name: string; value: bigint }[] {
  const values: { name: string; value: bigint }[] = []
  let following = 0n
  while (!cursor.take('}')) {
    if (cursor.peek().kind === 'directive') {
      environment.directive(cursor.next())
      continue
    }
    const name = cursor.expectName('The name of a value or "}" is expected here.')
    readAttributes(cursor, environment, { isPacked: false, byteOrder: null })
    const value = cursor.take('=') ? readExpression(cursor, environment.constants) : following
    if (value < -(1n << 63n) || value >= 1n << 64n) throw cMalformed(name, 'The value exceeds 64 bits.')
    if (values.length >= 4096) throw cMalformed(name, 'An enum has at most 4,096 values.')
    values.push({ name: name.text, value })
    environment.constants.set(name.text, value)
    following = value + 1n
    if (!cursor.take(',') && !cursor.is('}')) throw cMalformed(cursor.peek(), 'A "," or "}" is expected here.')
  }
  return values
}

/** As GCC and Clang choose it: unsigned when no value is negative, 4 bytes unless they do not suffice. */
function enumInteger(values: readonly { readonly value: bigint }[]): StructureIntegerType {
  const isSigned = values.some(({ value }) => value < 0n)
  const limit = isSigned ? 1n << 31n : 1n << 32n
  const isWide = values.some(({ value }) => value >= limit || value < -limit)
  return `${isSigned ? 'i' : 'u'}${isWide ? 64 : 32}`
}

/** The order for definitions that say nothing else. */
export const usualByteOrder: StructureByteOrder = 'little'
