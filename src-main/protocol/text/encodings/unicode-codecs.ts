/** UTF-8, UTF-16 and UTF-32, with and without a byte order mark. */
import type { ByteBuilder } from '../byte-builder.ts'
import { isSurrogate, utf8CodePoint, utf8SequenceLength } from '../utf8.ts'
import {
  found,
  malformed,
  noCharacter,
  nothingAtTheEnd,
  type CharacterCodec,
  type CharacterReader,
} from './character-codec.ts'

type ByteOrder = 'little' | 'big'

const byteOrderMark = 0xfeff

const readUtf8: CharacterReader = (bytes, index, read) => {
  const length = utf8SequenceLength(bytes, index)
  if (length === 0) found(read, 1, malformed)
  else found(read, length, utf8CodePoint(bytes, index, length))
}

/** The number of `length` bytes at `index`. Bytes behind the end count as 0; the callers look first. */
function numberAt(bytes: Uint8Array, index: number, length: number, order: ByteOrder): number {
  let value = 0
  for (let place = 0; place < length; place++) {
    value = value * 256 + (bytes[order === 'big' ? index + place : index + length - 1 - place] ?? 0)
  }
  return value
}

function pushNumber(value: number, length: number, order: ByteOrder, builder: ByteBuilder): void {
  for (let place = 0; place < length; place++) {
    builder.push((value >>> (8 * (order === 'big' ? length - 1 - place : place))) & 0xff)
  }
}

const readUtf16 =
  (order: ByteOrder): CharacterReader =>
  (bytes, index, read) => {
    if (index + 2 > bytes.length) {
      found(read, 1, malformed)
      return
    }
    const unit = numberAt(bytes, index, 2, order)
    if (!isSurrogate(unit)) {
      found(read, 2, unit)
      return
    }
    const low = index + 4 <= bytes.length ? numberAt(bytes, index + 2, 2, order) : 0
    if (unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
      found(read, 4, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
    } else {
      found(read, 2, malformed)
    }
  }

const readUtf32 =
  (order: ByteOrder): CharacterReader =>
  (bytes, index, read) => {
    const length = Math.min(4, bytes.length - index)
    const codePoint = length < 4 ? malformed : numberAt(bytes, index, 4, order)
    found(read, length, codePoint > 0x10ffff || isSurrogate(codePoint) ? malformed : codePoint)
  }

type CharacterWrite = (codePoint: number, builder: ByteBuilder) => void

const writeUtf8: CharacterWrite = (codePoint, builder) => builder.pushCodePoint(codePoint)

const writeUtf16 =
  (order: ByteOrder): CharacterWrite =>
  (codePoint, builder) => {
    if (codePoint < 0x10000) {
      pushNumber(codePoint, 2, order, builder)
    } else {
      pushNumber(0xd800 + ((codePoint - 0x10000) >> 10), 2, order, builder)
      pushNumber(0xdc00 + ((codePoint - 0x10000) & 0x3ff), 2, order, builder)
    }
  }

const writeUtf32 =
  (order: ByteOrder): CharacterWrite =>
  (codePoint, builder) =>
    pushNumber(codePoint, 4, order, builder)

function plainCodec(reader: CharacterReader, write: CharacterWrite): CharacterCodec {
  return {
    newReader: () => reader,
    newWriter: () => ({
      write: (codePoint, builder) => {
        if (isSurrogate(codePoint)) return false
        write(codePoint, builder)
        return true
      },
      finish: nothingAtTheEnd,
    }),
  }
}

export const utf8Codec = plainCodec(readUtf8, writeUtf8)
export const utf16Codec = (order: ByteOrder): CharacterCodec => plainCodec(readUtf16(order), writeUtf16(order))
export const utf32Codec = (order: ByteOrder): CharacterCodec => plainCodec(readUtf32(order), writeUtf32(order))

/**
 * The same with a byte order mark. Writing puts it first. Reading goes by the mark that is there, of either order, and
 * without one takes the order of `own`; the mark is no character of the text.
 */
export function withByteOrderMark(own: CharacterCodec, other: CharacterCodec): CharacterCodec {
  return {
    newReader: () => {
      let reader = own.newReader()
      return (bytes, index, read) => {
        if (index === 0) {
          for (const codec of [own, other]) {
            const candidate = codec.newReader()
            candidate(bytes, 0, read)
            if (read.codePoint === byteOrderMark) {
              reader = candidate
              read.codePoint = noCharacter
              return
            }
          }
        }
        reader(bytes, index, read)
      }
    },
    newWriter: () => {
      const writer = own.newWriter()
      let isMarked = false
      const mark = (builder: ByteBuilder): void => {
        if (!isMarked) writer.write(byteOrderMark, builder)
        isMarked = true
      }
      return {
        write: (codePoint, builder) => {
          mark(builder)
          return writer.write(codePoint, builder)
        },
        finish: mark,
      }
    },
  }
}
