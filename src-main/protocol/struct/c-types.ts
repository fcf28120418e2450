/** The types of C with their sizes by data model. */
import type { StructureByteOrder, StructureFieldType, StructureIntegerType } from '../../contract/schemas/structure.ts'
import type { CToken } from './c-tokens.ts'
import { cMalformed } from './c-tokens.ts'

/** `lp64`: Linux, macOS; `llp64`: 64-bit Windows, where long has 4 bytes; `ilp32`: 32-bit targets. */
export type CDataModel = 'lp64' | 'llp64' | 'ilp32'

/** A type as declarations use it. */
export interface CType {
  /** Of one element. `char` and `unsigned char` become text and bytes when they are arrays. */
  readonly type: StructureFieldType
  readonly asArray: 'text' | 'bytes' | null
  readonly byteOrder: StructureByteOrder | null
  /** Of typedefs of arrays, from the outermost. */
  readonly dimensions: readonly number[]
}

/** An ordinary type. */
export function plainType(type: StructureFieldType): CType {
  return { type, asArray: null, byteOrder: null, dimensions: [] }
}

/** An integer type. */
export function integerType(integer: StructureIntegerType): CType {
  return plainType({ kind: 'integer', integer, bitWidth: null })
}

/** The integer that is as wide as a pointer. */
export function pointerType(model: CDataModel): CType {
  return integerType(model === 'ilp32' ? 'u32' : 'u64')
}

const character: CType = { ...plainType({ kind: 'char', length: 1, encoding: 'utf-8' }), asArray: 'text' }
const unsignedCharacter: CType = { ...integerType('u8'), asArray: 'bytes' }

/** The words of the basic types, which stand together in any order. */
export const basicWords: ReadonlySet<string> = new Set([
  'char',
  'short',
  'int',
  'long',
  'float',
  'double',
  'signed',
  'unsigned',
  '__signed__',
  '_Bool',
  'bool',
  '__int64',
  '__int128',
  '_Complex',
])

/** The type of basic words such as `unsigned long long int`. Throws `c-declaration-malformed` at the token. */
export function basicType(words: readonly string[], model: CDataModel, token: CToken): CType {
  const count = (word: string): number => words.filter((candidate) => candidate === word).length
  const isUnsigned = count('unsigned') > 0
  const isSigned = count('signed') + count('__signed__') > 0
  const rest = words
    .filter((word) => !['signed', '__signed__', 'unsigned', 'int'].includes(word))
    .sort()
    .join(' ')
  const fails = (): never => {
    throw cMalformed(token, `"${words.join(' ')}" is not a type that structures can have.`)
  }
  if ((isUnsigned && isSigned) || count('int') > 1) fails()
  const integer = (bits: 8 | 16 | 32 | 64): CType => integerType(`${isUnsigned ? 'u' : 'i'}${bits}`)
  const hasSign = isSigned || isUnsigned
  switch (rest) {
    case '':
      return integer(32)
    case 'char':
      if (count('int') > 0) return fails()
      return hasSign ? (isUnsigned ? unsignedCharacter : integerType('i8')) : character
    case 'short':
      return integer(16)
    case 'long':
      return integer(model === 'lp64' ? 64 : 32)
    case 'long long':
    case '__int64':
      return integer(64)
    case '_Bool':
    case 'bool':
      return hasSign || count('int') > 0 ? fails() : plainType({ kind: 'bool', bitWidth: null })
    case 'float':
      return hasSign || count('int') > 0 ? fails() : plainType({ kind: 'float', float: 'f32' })
    case 'double':
      return hasSign || count('int') > 0 ? fails() : plainType({ kind: 'float', float: 'f64' })
    case 'double long':
      throw cMalformed(token, 'long double has a different size on every machine: use double, or unsigned char x[16].')
    default:
      return fails()
  }
}

const fixedNames: Readonly<Record<string, StructureIntegerType>> = {
  BOOL: 'i32',
  BOOLEAN: 'u8',
  BYTE: 'u8',
  CHAR16: 'u16',
  DWORD: 'u32',
  DWORD32: 'u32',
  DWORD64: 'u64',
  HRESULT: 'i32',
  INT: 'i32',
  LONG: 'i32',
  LONGLONG: 'i64',
  LONG64: 'i64',
  QWORD: 'u64',
  SHORT: 'i16',
  UINT: 'u32',
  ULONG: 'u32',
  ULONG64: 'u64',
  ULONGLONG: 'u64',
  USHORT: 'u16',
  WORD: 'u16',
  WCHAR: 'u16',
  char16_t: 'u16',
  char32_t: 'u32',
  uint: 'u32',
  ushort: 'u16',
  in_addr_t: 'u32',
  in_port_t: 'u16',
}

/** A type known by one name: of stdint.h, stddef.h, the Linux kernel and Windows. Null when it is none. */
export function namedType(name: string, model: CDataModel): CType | null {
  if (Object.hasOwn(fixedNames, name))
    return name === 'BYTE' ? unsignedCharacter : integerType(fixedNames[name] ?? 'u8')
  const sized = /^(?:(u?int)(?:_least)?(8|16|32|64)_t|(U?INT)(8|16|32|64)|_{0,2}([us])(8|16|32|64))$/.exec(name)
  if (sized !== null) {
    const isUnsigned = (sized[1] ?? sized[3] ?? sized[5] ?? '').toLowerCase().startsWith('u')
    return integerType(`${isUnsigned ? 'u' : 'i'}${sized[2] ?? sized[4] ?? sized[6] ?? '8'}` as StructureIntegerType)
  }
  const ordered = /^_{0,2}([bl])e(16|32|64)$/.exec(name)
  if (ordered !== null) {
    const type = integerType(`u${ordered[2] ?? '16'}` as StructureIntegerType)
    return { ...type, byteOrder: ordered[1] === 'b' ? 'big' : 'little' }
  }
  const isNarrow = model === 'ilp32'
  switch (name) {
    case 'size_t':
    case 'uintptr_t':
    case 'SIZE_T':
      return integerType(isNarrow ? 'u32' : 'u64')
    case 'ssize_t':
    case 'ptrdiff_t':
    case 'intptr_t':
      return integerType(isNarrow ? 'i32' : 'i64')
    case 'wchar_t':
      return integerType(model === 'llp64' ? 'u16' : 'i32')
    case 'uchar':
    case 'UCHAR':
    case 'byte':
      return unsignedCharacter
    case 'char8_t':
    case 'CHAR':
      return character
    default:
      return null
  }
}
