/** GBK, GB 18030, Big5 and EUC-KR, after the WHATWG Encoding Standard. */
import type { ByteBuilder } from '../byte-builder.ts'
import {
  found,
  foundPair,
  malformed,
  nothingAtTheEnd,
  type CharacterCodec,
  type CharacterReader,
  type ReadCharacter,
} from './character-codec.ts'
import { CodeTable, ReverseTable } from './code-table.ts'
import { big5Table } from './tables/big5.ts'
import { eucKrTable } from './tables/euc-kr.ts'
import { gb18030FourBytesTable } from './tables/gb18030-four-bytes.ts'
import { gb18030Table } from './tables/gb18030.ts'

/** How two bytes and the pointer into a table belong together: rows of `rowLength`, trail bytes in one or two runs. */
interface PairLayout {
  readonly rowLength: number
  /** The first trail byte. */
  readonly trailStart: number
  /** The first place in a row that stands after the gap between the runs, and the size of the gap. */
  readonly gapAt: number
  readonly gap: number
}

const gbLayout: PairLayout = { rowLength: 190, trailStart: 0x40, gapAt: 0x3f, gap: 1 }
const big5Layout: PairLayout = { rowLength: 157, trailStart: 0x40, gapAt: 0x3f, gap: 0x22 }
const eucKrLayout: PairLayout = { rowLength: 190, trailStart: 0x41, gapAt: 190, gap: 0 }

const firstLead = 0x81

/** The pointer of two bytes, or -1 when the trail byte cannot be one. */
function pairPointer(lead: number, trail: number, layout: PairLayout): number {
  const place = trail - layout.trailStart
  if (place < 0 || trail === 0xff || (place >= layout.gapAt && place < layout.gapAt + layout.gap)) return -1
  return (lead - firstLead) * layout.rowLength + (place < layout.gapAt ? place : place - layout.gap)
}

function pushPair(pointer: number, layout: PairLayout, builder: ByteBuilder): void {
  const place = pointer % layout.rowLength
  builder.push(firstLead + Math.floor(pointer / layout.rowLength))
  builder.push(layout.trailStart + (place < layout.gapAt ? place : place + layout.gap))
}

/** Reads what is no pair: ASCII, and bytes that cannot begin one. True when it was that. */
function readSingle(bytes: Uint8Array, index: number, read: ReadCharacter): boolean {
  const lead = bytes[index] ?? 0
  if (lead < 0x80) found(read, 1, lead)
  else if (lead === 0x80 || lead === 0xff || index + 1 === bytes.length) found(read, 1, malformed)
  else return false
  return true
}

function pairReader(table: CodeTable, layout: PairLayout): CharacterReader {
  return (bytes, index, read) => {
    if (readSingle(bytes, index, read)) return
    const trail = bytes[index + 1] ?? 0
    const pointer = pairPointer(bytes[index] ?? 0, trail, layout)
    foundPair(read, pointer < 0 ? malformed : table.codePoint(pointer), trail, 2)
  }
}

function pairCodec(reader: CharacterReader, reverse: ReverseTable, layout: PairLayout): CharacterCodec {
  return {
    newReader: () => reader,
    newWriter: () => ({
      write: (codePoint, builder) => {
        if (codePoint < 0x80) {
          builder.push(codePoint)
          return true
        }
        const pointer = reverse.pointer(codePoint)
        if (pointer === undefined) return false
        pushPair(pointer, layout, builder)
        return true
      },
      finish: nothingAtTheEnd,
    }),
  }
}

const eucKr = new CodeTable(eucKrTable)
export const eucKrCodec = pairCodec(pairReader(eucKr, eucKrLayout), new ReverseTable(eucKr), eucKrLayout)

const big5 = new CodeTable(big5Table)
const big5Characters = pairReader(big5, big5Layout)
/** Four pointers stand for a letter and a combining mark. */
const big5Compositions: ReadonlyMap<number, readonly [number, number]> = new Map([
  [1133, [0xca, 0x304]],
  [1135, [0xca, 0x30c]],
  [1164, [0xea, 0x304]],
  [1166, [0xea, 0x30c]],
])

const readBig5: CharacterReader = (bytes, index, read) => {
  const pointer = pairPointer(bytes[index] ?? 0, bytes[index + 1] ?? 0, big5Layout)
  const composition = big5Compositions.get(pointer)
  if (composition === undefined) {
    big5Characters(bytes, index, read)
  } else {
    found(read, 2, composition[0])
    read.second = composition[1]
  }
}

/** The Hong Kong supplement before this pointer is read and never written, since most readers of Big5 lack it. */
const firstWrittenBig5 = (0xa1 - firstLead) * 157

export const big5Codec = pairCodec(
  readBig5,
  new ReverseTable(big5, (pointer) => pointer >= firstWrittenBig5, [0x2550, 0x255e, 0x2561, 0x256a, 0x5341, 0x5345]),
  big5Layout,
)

const gb18030 = new CodeTable(gb18030Table)
const gb18030FourBytes = new CodeTable(gb18030FourBytesTable)
const gbReverse = new ReverseTable(gb18030)
const gbFourBytesReverse = new ReverseTable(gb18030FourBytes)
const gbPairs = pairReader(gb18030, gbLayout)
/** Where the pointers of four bytes begin that stand for U+10000 and above. */
const gbSupplementary = 189_000

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

const readGb18030: CharacterReader = (bytes, index, read) => {
  if (bytes[index] === 0x80) {
    found(read, 1, 0x20ac)
    return
  }
  if (readSingle(bytes, index, read)) return
  const second = bytes[index + 1] ?? 0
  if (!isDigit(second)) {
    gbPairs(bytes, index, read)
    return
  }
  const third = bytes[index + 2]
  const fourth = bytes[index + 3]
  const isThird = third === undefined || (third >= 0x81 && third <= 0xfe)
  if (!isThird || (fourth !== undefined && !isDigit(fourth))) {
    found(read, 1, malformed)
  } else if (third === undefined || fourth === undefined) {
    found(read, bytes.length - index, malformed)
  } else {
    const lead = (bytes[index] ?? 0) - firstLead
    found(read, 4, fourByteCodePoint(((lead * 10 + second - 0x30) * 126 + third - 0x81) * 10 + fourth - 0x30))
  }
}

function fourByteCodePoint(pointer: number): number {
  if (pointer < gbSupplementary) return gb18030FourBytes.codePoint(pointer)
  const codePoint = pointer - gbSupplementary + 0x10000
  return codePoint > 0x10ffff ? malformed : codePoint
}

function pushFourBytes(pointer: number, builder: ByteBuilder): void {
  builder.push(firstLead + Math.floor(pointer / 12_600))
  builder.push(0x30 + (Math.floor(pointer / 1260) % 10))
  builder.push(0x81 + (Math.floor(pointer / 10) % 126))
  builder.push(0x30 + (pointer % 10))
}

/** Both read alike. GBK writes the euro sign as one byte and nothing as four. */
function gbCodec(name: 'gbk' | 'gb18030'): CharacterCodec {
  const pairs = pairCodec(readGb18030, gbReverse, gbLayout).newWriter()
  return {
    newReader: () => readGb18030,
    newWriter: () => ({
      write: (codePoint, builder) => {
        if (name === 'gbk' && codePoint === 0x20ac) {
          builder.push(0x80)
          return true
        }
        if (pairs.write(codePoint, builder)) return true
        const pointer =
          codePoint > 0xffff ? codePoint - 0x10000 + gbSupplementary : gbFourBytesReverse.pointer(codePoint)
        if (name === 'gbk' || pointer === undefined) return false
        pushFourBytes(pointer, builder)
        return true
      },
      finish: nothingAtTheEnd,
    }),
  }
}

export const gbkCodec = gbCodec('gbk')
export const gb18030Codec = gbCodec('gb18030')
