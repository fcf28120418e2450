/** Encodings of one byte a character. */
import { found, malformed, nothingAtTheEnd, type CharacterCodec } from './character-codec.ts'
import { CodeTable, ReverseTable } from './code-table.ts'
import { singleByteTables } from './tables/single-byte.ts'

/** A codec whose upper half is computed: -1 where there is nothing. */
function computed(codePointOf: (byte: number) => number, byteOf: (codePoint: number) => number): CharacterCodec {
  return {
    newReader: () => (bytes, index, read) => {
      const byte = bytes[index] ?? 0
      found(read, 1, byte < 0x80 ? byte : codePointOf(byte))
    },
    newWriter: () => ({
      write: (codePoint, builder) => {
        const byte = codePoint < 0x80 ? codePoint : byteOf(codePoint)
        if (byte < 0) return false
        builder.push(byte)
        return true
      },
      finish: nothingAtTheEnd,
    }),
  }
}

/** Seven bits: the upper half is malformed. */
export const asciiCodec = computed(
  () => malformed,
  () => -1,
)

/** ISO-8859-1 proper: every byte is the character of the same number, 80 to 9F are the C1 controls. */
export const latin1Codec = computed(
  (byte) => byte,
  (codePoint) => (codePoint < 0x100 ? codePoint : -1),
)

/** 80 to FF are private characters, U+F780 to U+F7FF. */
export const userDefinedCodec = computed(
  (byte) => 0xf700 + byte,
  (codePoint) => (codePoint >= 0xf780 && codePoint <= 0xf7ff ? codePoint - 0xf700 : -1),
)

/** The encoding of a table of the WHATWG Encoding Standard. */
export function singleByteCodec(name: keyof typeof singleByteTables): CharacterCodec {
  const table = new CodeTable(singleByteTables[name])
  const reverse = new ReverseTable(table)
  return computed(
    (byte) => table.codePoint(byte - 0x80),
    (codePoint) => {
      const pointer = reverse.pointer(codePoint)
      return pointer === undefined ? -1 : pointer + 0x80
    },
  )
}
