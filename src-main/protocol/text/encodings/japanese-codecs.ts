/**
 * Shift_JIS, EUC-JP and ISO-2022-JP, after the WHATWG Encoding Standard. As there, some characters are written as
 * another one: the yen sign and the overline as 5C and 7E (not in ISO-2022-JP, which has both), U+2212 as U+FF0D, and
 * in ISO-2022-JP the narrow katakana as wide ones.
 */
import type { ByteBuilder } from '../byte-builder.ts'
import {
  found,
  foundPair,
  malformed,
  noCharacter,
  nothingAtTheEnd,
  type CharacterCodec,
  type CharacterReader,
  type CharacterWriter,
} from './character-codec.ts'
import { CodeTable, ReverseTable } from './code-table.ts'
import { jis0208Table } from './tables/jis0208.ts'
import { jis0212Table } from './tables/jis0212.ts'

const jis0208 = new CodeTable(jis0208Table)
const jis0212 = new CodeTable(jis0212Table)
const jis0208Reverse = new ReverseTable(jis0208)
/** Shift_JIS has the characters that NEC chose from those of IBM twice, and writes those of IBM. */
const shiftJisReverse = new ReverseTable(jis0208, (pointer) => pointer < 8272 || pointer > 8835)

const yenSign = 0xa5
const overline = 0x203e
const firstNarrowKatakana = 0xff61
const lastNarrowKatakana = 0xff9f
const isNarrowKatakana = (codePoint: number): boolean =>
  codePoint >= firstNarrowKatakana && codePoint <= lastNarrowKatakana
const withWideMinus = (codePoint: number): number => (codePoint === 0x2212 ? 0xff0d : codePoint)

/** The byte of ASCII or of the two signs that Japan put in its place, else -1. */
function singleByte(codePoint: number): number {
  if (codePoint < 0x80) return codePoint
  if (codePoint === yenSign) return 0x5c
  return codePoint === overline ? 0x7e : -1
}

/** Private characters of Shift_JIS: pointers 8836 to 10715 are U+E000 and up. */
const firstPrivatePointer = 8836
const lastPrivatePointer = 10715

const readShiftJis: CharacterReader = (bytes, index, read) => {
  const lead = bytes[index] ?? 0
  if (lead <= 0x80) {
    found(read, 1, lead)
  } else if (lead >= 0xa1 && lead <= 0xdf) {
    found(read, 1, firstNarrowKatakana - 0xa1 + lead)
  } else if (lead === 0xa0 || lead > 0xfc || index + 1 === bytes.length) {
    found(read, 1, malformed)
  } else {
    const trail = bytes[index + 1] ?? 0
    const isTrail = trail >= 0x40 && trail !== 0x7f && trail <= 0xfc
    const pointer = (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + trail - (trail < 0x7f ? 0x40 : 0x41)
    if (!isTrail) foundPair(read, malformed, trail, 2)
    else if (pointer >= firstPrivatePointer && pointer <= lastPrivatePointer) {
      found(read, 2, 0xe000 - firstPrivatePointer + pointer)
    } else foundPair(read, jis0208.codePoint(pointer), trail, 2)
  }
}

function writeShiftJis(codePoint: number, builder: ByteBuilder): boolean {
  const single = codePoint === 0x80 ? 0x80 : singleByte(codePoint)
  if (single >= 0) {
    builder.push(single)
  } else if (isNarrowKatakana(codePoint)) {
    builder.push(codePoint - firstNarrowKatakana + 0xa1)
  } else {
    const pointer = shiftJisReverse.pointer(withWideMinus(codePoint))
    if (pointer === undefined) return false
    const lead = Math.floor(pointer / 188)
    const trail = pointer % 188
    builder.push(lead + (lead < 0x1f ? 0x81 : 0xc1))
    builder.push(trail + (trail < 0x3f ? 0x40 : 0x41))
  }
  return true
}

export const shiftJisCodec: CharacterCodec = {
  newReader: () => readShiftJis,
  newWriter: () => ({ write: writeShiftJis, finish: nothingAtTheEnd }),
}

const isEucByte = (byte: number): boolean => byte >= 0xa1 && byte <= 0xfe

const readEucJp: CharacterReader = (bytes, index, read) => {
  const lead = bytes[index] ?? 0
  if (lead < 0x80) {
    found(read, 1, lead)
    return
  }
  if (!isEucByte(lead) && lead !== 0x8e && lead !== 0x8f) {
    found(read, 1, malformed)
    return
  }
  // 8F and a second byte announce a character of the supplement, which takes three.
  const second = bytes[index + 1]
  const isSupplement = lead === 0x8f && second !== undefined && isEucByte(second)
  const length = isSupplement ? 3 : 2
  const row = isSupplement ? second : lead
  const trail = bytes[index + length - 1]
  if (trail === undefined) {
    found(read, bytes.length - index, malformed)
  } else if (lead === 0x8e && trail >= 0xa1 && trail <= 0xdf) {
    found(read, 2, firstNarrowKatakana - 0xa1 + trail)
  } else if (!isEucByte(row) || !isEucByte(trail)) {
    foundPair(read, malformed, trail, length)
  } else {
    const pointer = (row - 0xa1) * 94 + trail - 0xa1
    foundPair(read, (isSupplement ? jis0212 : jis0208).codePoint(pointer), trail, length)
  }
}

function writeEucJp(codePoint: number, builder: ByteBuilder): boolean {
  const single = singleByte(codePoint)
  if (single >= 0) {
    builder.push(single)
  } else if (isNarrowKatakana(codePoint)) {
    builder.push(0x8e)
    builder.push(codePoint - firstNarrowKatakana + 0xa1)
  } else {
    const pointer = jis0208Reverse.pointer(withWideMinus(codePoint))
    if (pointer === undefined) return false
    builder.push(Math.floor(pointer / 94) + 0xa1)
    builder.push((pointer % 94) + 0xa1)
  }
  return true
}

export const eucJpCodec: CharacterCodec = {
  newReader: () => readEucJp,
  newWriter: () => ({ write: writeEucJp, finish: nothingAtTheEnd }),
}

type IsoState = 'ascii' | 'roman' | 'katakana' | 'jis0208'

/** The two bytes after ESC that switch to a state; `$@`, the table of 1978, is read as the later one. */
const isoSwitches: ReadonlyMap<string, IsoState> = new Map([
  ['(B', 'ascii'],
  ['(J', 'roman'],
  ['(I', 'katakana'],
  ['$@', 'jis0208'],
  ['$B', 'jis0208'],
])

const escape = 0x1b
/** Bytes that switch in other encodings of the family, and so stand for no character here. */
const isShift = (byte: number): boolean => byte === 0x0e || byte === 0x0f || byte === escape

/**
 * A switch that is followed by another one at once is no error here, other than in the standard, which guards browsers
 * with that: texts put together from parts have it.
 */
function newIsoReader(): CharacterReader {
  let state: IsoState = 'ascii'
  return (bytes, index, read) => {
    const byte = bytes[index] ?? 0
    if (byte === escape) {
      const next = isoSwitches.get(String.fromCharCode(bytes[index + 1] ?? 0, bytes[index + 2] ?? 0))
      if (next !== undefined) state = next
      found(read, next === undefined ? 1 : 3, next === undefined ? malformed : noCharacter)
    } else if (state === 'jis0208') {
      readIsoPair(bytes, index, read)
    } else if (state === 'katakana') {
      found(read, 1, byte >= 0x21 && byte <= 0x5f ? firstNarrowKatakana - 0x21 + byte : malformed)
    } else if (byte > 0x7f || isShift(byte)) {
      found(read, 1, malformed)
    } else if (state === 'roman' && byte === 0x5c) {
      found(read, 1, yenSign)
    } else {
      found(read, 1, state === 'roman' && byte === 0x7e ? overline : byte)
    }
  }
}

const readIsoPair: CharacterReader = (bytes, index, read) => {
  const lead = (bytes[index] ?? 0) - 0x21
  const trail = (bytes[index + 1] ?? escape) - 0x21
  if (lead < 0 || lead > 93 || trail === escape - 0x21) found(read, 1, malformed)
  else if (trail < 0 || trail > 93) found(read, 2, malformed)
  else found(read, 2, jis0208.codePoint(lead * 94 + trail))
}

/** The wide katakana and marks for U+FF61 to U+FF9F, in their order. */
const wideKatakana =
  '。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜'

function newIsoWriter(): CharacterWriter {
  let state: IsoState = 'ascii'
  const switchTo = (next: IsoState, sequence: readonly number[], builder: ByteBuilder): void => {
    if (state === next) return
    builder.append(Uint8Array.from([escape, ...sequence]))
    state = next
  }
  const toAscii = (builder: ByteBuilder): void => switchTo('ascii', [0x28, 0x42], builder)
  return {
    write: (codePoint, builder) => {
      if (isShift(codePoint)) return false
      if (codePoint < 0x80) {
        // Roman has all of ASCII but these two.
        if (state !== 'roman' || codePoint === 0x5c || codePoint === 0x7e) toAscii(builder)
        builder.push(codePoint)
        return true
      }
      if (codePoint === yenSign || codePoint === overline) {
        switchTo('roman', [0x28, 0x4a], builder)
        builder.push(codePoint === yenSign ? 0x5c : 0x7e)
        return true
      }
      const wide = isNarrowKatakana(codePoint) ? wideKatakana.charCodeAt(codePoint - firstNarrowKatakana) : codePoint
      const pointer = jis0208Reverse.pointer(withWideMinus(wide))
      if (pointer === undefined) return false
      switchTo('jis0208', [0x24, 0x42], builder)
      builder.push(Math.floor(pointer / 94) + 0x21)
      builder.push((pointer % 94) + 0x21)
      return true
    },
    finish: toAscii,
  }
}

export const iso2022JpCodec: CharacterCodec = { newReader: newIsoReader, newWriter: newIsoWriter }
