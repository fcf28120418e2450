import type { ComputedEncoding, ComputedField, ComputedValue } from '../../../src-main/contract/schemas/message.ts'
import { findChecksum } from '../../../src-main/protocol/checksum/checksums.ts'

type Place = ComputedField['place']

/** Fields that are needed often, ready to be added. */
export const computedPresets: readonly { readonly label: string; readonly field: ComputedField }[] = [
  preset('Length, 16 bits big endian, at the start', insertAt(0), lengthOf(2), binary('u16be')),
  preset('Length, 32 bits big endian, at the start', insertAt(0), lengthOf(4), binary('u32be')),
  preset('Length, 32 bits little endian, at the start', insertAt(0), lengthOf(4), binary('u32le')),
  preset('CRC-16/MODBUS at the end, low byte first', { kind: 'append' }, checksum('CRC-16/MODBUS'), binary('u16le')),
  preset('CRC-16/CCITT-FALSE at the end', { kind: 'append' }, checksum('CRC-16/CCITT-FALSE'), binary('u16be')),
  preset('CRC-32 at the end', { kind: 'append' }, checksum('CRC-32'), binary('u32be')),
  preset('Sum of all bytes, 8 bits, at the end', { kind: 'append' }, checksum('sum8'), binary('u8')),
  preset('XOR of all bytes at the end', { kind: 'append' }, checksum('xor8'), binary('u8')),
  preset('Counter, 16 bits big endian, at the start', insertAt(0), newValue('counter'), binary('u16be')),
  preset('Unix time in ms, 64 bits big endian, at the start', insertAt(0), newValue('time'), binary('u64be')),
]

/** A value of a kind, as a person begins with it. */
export function newValue(kind: ComputedValue['kind']): ComputedValue {
  switch (kind) {
    case 'length':
      return { kind, of: { from: 0, to: null }, added: 0 }
    case 'checksum':
      return checksum('CRC-32')
    case 'counter':
      return { kind, name: 'counter', start: 1, step: 1 }
    case 'time':
      return { kind, unit: 'unix-ms' }
    case 'random':
      return { kind, byteCount: 4 }
    case 'variable':
    case 'captured':
      return { kind, name: '' }
    default:
      return kind satisfies never
  }
}

export function newField(): ComputedField {
  return { place: { kind: 'append' }, value: newValue('length'), encoding: binary('u16be') }
}

/** A place of a kind; the offset of the one before stays. */
export function placeOfKind(kind: Place['kind'], before: Place): Place {
  const offset = before.kind === 'append' ? 0 : before.offset
  return kind === 'append' ? { kind } : { kind, offset }
}

/** The choice of a list for an encoding. */
export function encodingChoice(encoding: ComputedEncoding): string {
  if (encoding.kind === 'binary') return encoding.type
  return encoding.kind === 'plain' ? 'plain' : encoding.base === 10 ? 'decimal' : 'hex'
}

export function encodingOfChoice(choice: string, before: ComputedEncoding): ComputedEncoding {
  if (choice === 'plain') return { kind: 'plain' }
  if (choice === 'decimal' || choice === 'hex') {
    const width = before.kind === 'digits' ? before.width : 0
    return { kind: 'digits', base: choice === 'decimal' ? 10 : 16, width, uppercase: true }
  }
  const type = binaryTypes.find((candidate) => candidate === choice)
  return type === undefined ? before : binary(type)
}

type BinaryType = Extract<ComputedEncoding, { kind: 'binary' }>['type']
const binaryTypes: readonly BinaryType[] = [
  'u8',
  'u16be',
  'u16le',
  'u24be',
  'u24le',
  'u32be',
  'u32le',
  'u64be',
  'u64le',
  'f32be',
  'f32le',
  'f64be',
  'f64le',
]

/** A field whose value is another checksum: as wide as that is, and up to before it where it was so. */
export function withAlgorithm(field: ComputedField, algorithm: string): ComputedField {
  if (field.value.kind !== 'checksum') return field
  const before = checksumBytes(field.value.algorithm)
  const bytes = checksumBytes(algorithm)
  const { of } = field.value
  const to = of.to === -before ? -bytes : of.to
  const value: ComputedValue = { kind: 'checksum', algorithm, of: { ...of, to } }
  if (field.encoding.kind !== 'binary' || bytes === before) return { ...field, value }
  const order = field.encoding.type.endsWith('le') ? 'le' : 'be'
  return { ...field, value, encoding: encodingOfChoice(bytes === 1 ? 'u8' : `u${bytes * 8}${order}`, field.encoding) }
}

/** A field with a value of another kind, in an encoding that can hold it. */
export function withValueKind(field: ComputedField, kind: ComputedValue['kind']): ComputedField {
  const value = newValue(kind)
  if (kind === 'random' || kind === 'variable' || kind === 'captured') {
    return { ...field, value, encoding: { kind: 'plain' } }
  }
  const choice = kind === 'checksum' ? 'u32be' : kind === 'time' ? 'u64be' : 'u16be'
  return { ...field, value, encoding: encodingOfChoice(choice, field.encoding) }
}

/** A whole number as typed; null when it is none. Empty is null as well. */
export function wholeNumber(text: string): number | null {
  const trimmed = text.trim()
  if (!/^[-+]?(?:\d{1,15}|0x[0-9a-f]{1,12})$/i.test(trimmed)) return null
  const negative = trimmed.startsWith('-')
  const value = Number(trimmed.replace(/^[-+]/, ''))
  return negative ? -value : value
}

function preset(label: string, place: Place, value: ComputedValue, encoding: ComputedEncoding) {
  return { label, field: { place, value, encoding } }
}

function insertAt(offset: number): Place {
  return { kind: 'insert', offset }
}

/** The length of what follows a header of so many bytes. */
function lengthOf(headerBytes: number): ComputedValue {
  return { kind: 'length', of: { from: headerBytes, to: null }, added: 0 }
}

/** Of everything before a checksum that stands at the end. */
function checksum(algorithm: string): ComputedValue {
  return { kind: 'checksum', algorithm, of: { from: 0, to: -checksumBytes(algorithm) } }
}

function checksumBytes(algorithm: string): number {
  const bits = findChecksum(algorithm)?.widthBits ?? 32
  return bits / 8
}

function binary(type: BinaryType): ComputedEncoding {
  return { kind: 'binary', type }
}
