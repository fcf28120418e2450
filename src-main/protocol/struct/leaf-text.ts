/** Values without parts as texts of a form: read strictly, written so that reading gives the same bytes. */
import { parseHex, formatHex } from '../hex/parse-hex.ts'
import { escapeBytes, parseEscapedText } from '../text/escapes.ts'
import type { ParsedBytes } from '../text/parsed-bytes.ts'
import { utf8Text } from '../text/utf8.ts'
import { asSigned, integerToBytes, readUnsigned } from './bits.ts'
import { integerBytes, integerRange, isSignedInteger, type LeafType } from './compiled-structure.ts'
import { formatFloat, parseFloatText } from './floats.ts'

/** The bytes of a value, or a sentence with what is wrong and what is allowed. */
export type LeafBytes =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string }

/** The integer of a bit field or of a whole type, or a sentence. */
export type LeafInteger =
  { readonly ok: true; readonly value: bigint } | { readonly ok: false; readonly reason: string }

/** Types whose value is an integer. */
export type IntegerLeaf = Extract<LeafType, { readonly kind: 'integer' | 'enum' | 'bool' }>

/** True for types whose value is an integer. */
export function isIntegerLeaf(leaf: LeafType): leaf is IntegerLeaf {
  return leaf.kind === 'integer' || leaf.kind === 'enum' || leaf.kind === 'bool'
}

/** Bytes of an integer, a bool or an enum value. */
export function integerLeafBytes(leaf: IntegerLeaf): number {
  return leaf.kind === 'bool' ? 1 : integerBytes(leaf.integer)
}

/** The range of such a value; `bits` is the width of a bit field, null for a whole one. */
export function leafRange(leaf: IntegerLeaf, bits: number | null): { minimum: bigint; maximum: bigint } {
  const isSigned = leaf.kind !== 'bool' && isSignedInteger(leaf.integer)
  return integerRange(isSigned, bits ?? integerLeafBytes(leaf) * 8)
}

/** An unsigned value as read from bytes or bits, with the sign of its type. */
export function leafInteger(leaf: IntegerLeaf, unsigned: bigint, bits: number): bigint {
  return leaf.kind !== 'bool' && isSignedInteger(leaf.integer) ? asSigned(unsigned, bits) : unsigned
}

/**
 * Reads an integer as typed: decimal, `0x`, `0b`, `0o`, with a sign, with `_` between digits, `'A'`; for enums a name,
 * for bools `true` and `false`.
 */
export function parseLeafInteger(leaf: IntegerLeaf, text: string, bits: number | null): LeafInteger {
  const value = integerOf(leaf, text.trim())
  const range = leafRange(leaf, bits)
  const allowed = `from ${range.minimum} to ${range.maximum}`
  if (value === null) {
    const shown = text.trim().slice(0, 40)
    if (leaf.kind === 'bool') return { ok: false, reason: `"${shown}" is neither true nor false.` }
    const names = leaf.kind === 'enum' ? ` or a name of ${leaf.values.name}` : ''
    return { ok: false, reason: `"${shown}" is not a whole number${names}. Write one ${allowed}, or as 0xff.` }
  }
  if (value < range.minimum || value > range.maximum) {
    return { ok: false, reason: `${value} is out of range: it must be ${allowed}.` }
  }
  return { ok: true, value }
}

function integerOf(leaf: IntegerLeaf, text: string): bigint | null {
  if (leaf.kind === 'enum') {
    const named = leaf.values.valueOfName.get(text)
    if (named !== undefined) return named
  }
  if (leaf.kind === 'bool' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 1n : 0n
  return parseIntegerText(text)
}

/** A whole number as typed in a form, or null. At most 80 characters: what is longer fits no type. */
export function parseIntegerText(text: string): bigint | null {
  if (text.length > 80) return null
  const character = /^'(.+)'$/s.exec(text)?.[1]
  if (character !== undefined) return characterConstant(character)
  const match = /^([+-]?)(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*)$/i.exec(text)
  const digits = match?.[2]?.replaceAll('_', '').toLowerCase()
  if (digits === undefined || /^0[xbo]$/.test(digits)) return null
  const magnitude = BigInt(digits)
  return match?.[1] === '-' ? -magnitude : magnitude
}

/** `A`, `\n`, `\x41`: the byte, or the code point of one character. */
function characterConstant(text: string): bigint | null {
  const parsed = parseEscapedText(text)
  if (!parsed.ok) return null
  if (parsed.bytes.length === 1) return BigInt(parsed.bytes[0] ?? 0)
  const character = utf8Text(parsed.bytes)
  const codePoint = character?.codePointAt(0)
  return codePoint !== undefined && character === String.fromCodePoint(codePoint) ? BigInt(codePoint) : null
}

/** The bytes a text stands for. Text and bytes come as long as they are: the caller pads or refuses them. */
export function parseLeaf(leaf: LeafType, text: string): LeafBytes {
  if (isIntegerLeaf(leaf)) {
    const parsed = parseLeafInteger(leaf, text, null)
    return parsed.ok
      ? { ok: true, bytes: integerToBytes(parsed.value, integerLeafBytes(leaf), leaf.byteOrder) }
      : parsed
  }
  if (leaf.kind === 'float') return parseFloatText(text, leaf.float, leaf.byteOrder)
  if (leaf.kind === 'text' && leaf.encoding === 'latin-1') return parseLatin1(text)
  return withReason(leaf.kind === 'bytes' ? parseHex(text) : parseEscapedText(text))
}

function withReason(parsed: ParsedBytes): LeafBytes {
  return parsed.ok ? parsed : { ok: false, reason: parsed.error.message }
}

/** Text with the escapes of the composer, where every character up to U+00FF is one byte. */
function parseLatin1(text: string): LeafBytes {
  const asBytes = text.replace(
    /\\u\{0{0,4}([0-9a-f]{1,2})\}|\\u00([0-9a-f]{2})|\\[^]|[\u0080-\u00ff]/gi,
    (found, braced: string | undefined, plain: string | undefined) => {
      const code = braced ?? plain ?? (found.startsWith('\\') ? null : found.charCodeAt(0).toString(16))
      return code === null ? found : `\\x${code.padStart(2, '0')}`
    },
  )
  const beyond = /\\u|[\u0080-\u{10ffff}]/u.exec(asBytes.replaceAll('\\\\', '__'))
  if (beyond === null) return withReason(parseEscapedText(asBytes))
  return { ok: false, reason: 'Latin-1 has only the characters up to U+00FF: write bytes as \\xHH, or choose UTF-8.' }
}

/**
 * The text of a value of `size` bytes at `offset`, from which `parseLeaf` reads the same bytes. With `isPadded`, NUL bytes
 * at the end of a text are left out.
 */
export function formatLeaf(leaf: LeafType, bytes: Uint8Array, offset: number, size: number, isPadded: boolean): string {
  switch (leaf.kind) {
    case 'integer':
    case 'enum':
    case 'bool':
      return formatInteger(leaf, leafInteger(leaf, readUnsigned(bytes, offset, size, leaf.byteOrder), size * 8))
    case 'float':
      return formatFloat(bytes, offset, leaf.float, leaf.byteOrder)
    case 'bytes':
      return formatHex(bytes.subarray(offset, offset + size))
    case 'text': {
      const whole = bytes.subarray(offset, offset + size)
      const text = isPadded ? withoutPadding(whole) : whole
      return leaf.encoding === 'utf-8' ? escapeBytes(text) : escapeLatin1(text)
    }
  }
}

/** An integer, a bool or an enum value as text: the name where there is one. */
export function formatInteger(leaf: IntegerLeaf, value: bigint): string {
  if (leaf.kind === 'enum') return leaf.values.nameOfValue.get(value) ?? String(value)
  if (leaf.kind === 'bool' && value <= 1n) return value === 1n ? 'true' : 'false'
  return String(value)
}

/** Bytes up to the NUL bytes at the end. */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

function escapeLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    if (byte > 0xa0 && byte !== 0xad) return String.fromCharCode(byte)
    if (byte > 0x7f || byte === 0) return `\\x${byte.toString(16).padStart(2, '0')}`
    return escapeBytes(Uint8Array.of(byte))
  }).join('')
}
