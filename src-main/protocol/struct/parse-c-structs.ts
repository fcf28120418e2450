/** C declarations, as pasted from a header, to definitions of structures. */
import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { StructureByteOrder, StructureDefinition } from '../../contract/schemas/structure.ts'
import { CCursor } from './c-cursor.ts'
import { CEnvironment } from './c-environment.ts'
import { readDeclarator, readSpecifier, usualByteOrder, type Declarator, type Specifier } from './c-members.ts'
import { cMalformed, tokenizeC, type CToken } from './c-tokens.ts'
import { plainType, pointerType, type CDataModel, type CType } from './c-types.ts'

export interface CParseOptions {
  /** Sizes of long, pointers and wchar_t; default `lp64`. */
  readonly dataModel?: CDataModel
  /** Of structures that do not name one; default little-endian. */
  readonly byteOrder?: StructureByteOrder
}

export type CParseResult =
  | {
      readonly ok: true
      /** In the order of the text: each refers only to those before it, or to the library. */
      readonly definitions: readonly StructureDefinition[]
      /** Sentences that begin with their line. */
      readonly warnings: readonly string[]
    }
  | { readonly ok: false; readonly error: ErrorShape }

/**
 * Reads structures, unions, enums, typedefs, `#define` of numbers and `#pragma pack`. Beyond C, an array size may name an
 * earlier field (`char text[length - 2]`), and `x[]` takes what remains. Errors: `c-declaration-malformed` with the
 * `line` and the `position` (both from 1), what was `found`, and the `reason`.
 */
export function parseCStructs(text: string, options: CParseOptions = {}): CParseResult {
  const environment = new CEnvironment(options.dataModel ?? 'lp64', options.byteOrder ?? usualByteOrder)
  try {
    const cursor = new CCursor(tokenizeC(text))
    while (cursor.peek().kind !== 'end') readTop(cursor, environment)
    if (environment.definitions.length === 0) {
      throw cMalformed(
        cursor.peek(),
        'There is no structure in the text: paste one such as struct Point { int32_t x, y; };',
      )
    }
    return { ok: true, definitions: environment.definitions, warnings: environment.warnings }
  } catch (thrown) {
    if (thrown instanceof WirebenchError) return { ok: false, error: thrown.toShape() }
    throw thrown
  }
}

function readTop(cursor: CCursor, environment: CEnvironment): void {
  const token = cursor.peek()
  if (token.kind === 'directive') {
    environment.directive(cursor.next())
  } else if (cursor.take('extern')) {
    if (cursor.peek().kind !== 'text') throw cMalformed(token, 'Only declarations of types are read.')
    cursor.next()
    if (cursor.take('{')) environment.openBlocks++
  } else if (cursor.take('static_assert') || cursor.take('_Static_assert')) {
    cursor.expect('(')
    cursor.skipTo('(', ')')
    cursor.expect(';')
  } else if (!cursor.take(';') && !takeClosing(cursor, environment)) {
    if (cursor.take('typedef')) readTypedef(cursor, environment)
    else readDeclaration(cursor, environment)
  }
}

/** The brace that closes `extern "C" {`. */
function takeClosing(cursor: CCursor, environment: CEnvironment): boolean {
  if (environment.openBlocks === 0 || !cursor.take('}')) return false
  environment.openBlocks--
  return true
}

function readDeclaration(cursor: CCursor, environment: CEnvironment): void {
  const token = cursor.peek()
  if (!['struct', 'union', 'enum', 'class', 'const', '__attribute__', '[['].includes(token.text)) {
    throw cMalformed(token, 'A struct, union, enum or typedef is expected here.')
  }
  const read = readSpecifier(cursor, environment, null, 0)
  if (cursor.take(';')) {
    if (read.nameless !== null) throw cMalformed(token, 'Give the structure a name.')
    return
  }
  do {
    const declarator = readDeclarator(cursor, environment, read, null)
    if (read.nameless !== null) define(environment, read, declarator)
    else environment.warn(declarator.token, `The variable ${declarator.name} is left out.`)
  } while (cursor.take(','))
  cursor.expect(';', 'A ";" is missing after the declaration.')
}

function readTypedef(cursor: CCursor, environment: CEnvironment): void {
  const read = readSpecifier(cursor, environment, null, 0)
  let type: CType | null = read.nameless === null ? read.type : null
  do {
    const declarator = readDeclarator(cursor, environment, read, null)
    if (declarator.bitWidth !== null) throw cMalformed(declarator.token, 'A typedef has no bits.')
    if (type === null && !declarator.isPointer) type = define(environment, read, declarator)
    if (read.namelessEnum !== null && !declarator.isPointer) type = renamedEnum(environment, read, declarator)
    if (read.definedTag !== null && type === read.type && isPlain(declarator)) {
      environment.rename(read.definedTag, declarator.name, declarator.token)
      type = plainType({ kind: 'structure', structure: declarator.name })
    }
    const base = declarator.isPointer ? pointerType(environment.model) : type
    if (base === null) throw cMalformed(declarator.token, 'Name the structure itself before pointers to it.')
    const dimensions = declarator.dimensions.map((count) => fixedCount(count, declarator.token))
    const inner = declarator.isPointer ? [] : base.dimensions
    environment.typedefs.set(declarator.name, { ...base, dimensions: [...dimensions, ...inner] })
  } while (cursor.take(','))
  cursor.expect(';', 'A ";" is missing after the typedef.')
}

function isPlain(declarator: Declarator): boolean {
  return !declarator.isPointer && declarator.dimensions.length === 0
}

function fixedCount(count: Declarator['dimensions'][number], token: CToken): number {
  if (typeof count === 'number') return count
  throw cMalformed(token, 'An array in a typedef needs a number of elements.')
}

function define(environment: CEnvironment, read: Specifier, { name, token }: Declarator): CType {
  if (read.nameless !== null) environment.define({ inner: [], ...read.nameless, name }, token)
  environment.tags.set(name, name)
  return plainType({ kind: 'structure', structure: name })
}

/** `typedef enum { … } Name`: the enum takes the name of the typedef. */
function renamedEnum(environment: CEnvironment, read: Specifier, { name, token }: Declarator): CType {
  const { namelessEnum } = read
  const { type } = read.type
  if (namelessEnum === null || type.kind !== 'enum') return read.type
  if (environment.enums.has(name)) throw cMalformed(token, `There are two enums named ${name}.`)
  environment.enums.set(name, { ...namelessEnum, name })
  return plainType({ ...type, enum: name })
}
