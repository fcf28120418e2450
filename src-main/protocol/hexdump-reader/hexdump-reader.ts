import type { Direction } from '../../contract/schemas/common.ts'
import { parseDumpTime } from './dump-time.ts'
import { isSpace, readOffsetLine, readPlainLine, type HexLine } from './hex-line.ts'
import { LineSplitter, longestLineBytes } from './line-splitter.ts'

/** What is said of bytes of a dump; null where nothing is. */
export interface DumpFacts {
  readonly direction: Direction | null
  readonly timeUnixNs: bigint | null
  readonly connection: number | null
}

export interface HexdumpVisitor {
  /** Bytes of one dump, at most 64 KiB at a time. They stay only while this is called. */
  onBytes(facts: DumpFacts, bytes: Uint8Array): void
}

/** Where a dump is not understood. Line and column count from 1. */
export interface HexdumpProblem {
  readonly line: number
  readonly column: number
  /** A sentence. */
  readonly reason: string
}

/** Bytes that are given at once. */
const pieceBytes = 64 * 1024
/** What `*` may stand for in a whole file: a few bytes of text must not fill memory or a disk. */
const largestRepeatedBytes = 64 * 1024 * 1024
/** Lines that are looked at as words. */
const longestWordLine = 512
const star = 0x2a
const hash = 0x23
const byteOrderMark = [0xef, 0xbb, 0xbf]
const nothingSaid: DumpFacts = { direction: null, timeUnixNs: null, connection: null }

/**
 * Reads a hex dump that comes in pieces. A row whose offset is 0 begins a dump of its own, as for `text2pcap`; the facts in
 * front of it hold for it alone. A row that does not follow the one before ends the reading with a problem.
 */
export class HexdumpReader {
  problem: HexdumpProblem | null = null
  /** Rows with bytes so far. */
  rowCount = 0
  /** Lines that are no part of a dump. */
  ignoredLines = 0
  readonly #visitor: HexdumpVisitor
  readonly #dayStartUnixNs: bigint
  readonly #lines = new LineSplitter()
  readonly #piece = new Uint8Array(pieceBytes)
  #pieceLength = 0
  #lineNumber = 0
  #kind: 'offsets' | 'plain' | null = null
  #base = 16
  #facts = nothingSaid
  /** Said in front of the next dump. */
  #nextFacts = nothingSaid
  /** The row read last is kept until the offset of the next one says how long it is. */
  #row = new Uint8Array(0)
  #rowOffset = 0
  /** Bytes of the rows before, to cut the last row by. */
  #rowBytes: number | null = null
  #isRepeating = false
  #repeatedBytes = 0

  constructor(visitor: HexdumpVisitor, dayStartUnixNs: bigint) {
    this.#visitor = visitor
    this.#dayStartUnixNs = dayStartUnixNs
  }

  /** Rows have offsets: certainly a dump. */
  get hasOffsets(): boolean {
    return this.#kind === 'offsets'
  }

  acceptChunk(bytes: Uint8Array): void {
    if (this.#hasFailed()) return
    for (const line of this.#lines.accept(bytes)) {
      this.#acceptLine(line)
      if (this.#hasFailed()) return
    }
    if (this.#lines.isTooLong) {
      this.#lineNumber++
      this.#fail(longestLineBytes, `The line has more than ${longestLineBytes} characters.`)
    }
  }

  /** The file ends. */
  finish(): void {
    const last = this.problem === null ? this.#lines.finish() : null
    if (last !== null) this.#acceptLine(last)
    if (this.#isRepeating && this.problem === null)
      this.#fail(0, 'The dump ends with repeated rows whose number is not told.')
    this.#endDump()
  }

  #acceptLine(given: Uint8Array): void {
    this.#lineNumber++
    const isFirst = this.#lineNumber === 1 && byteOrderMark.every((byte, index) => given[index] === byte)
    const line = isFirst ? given.subarray(byteOrderMark.length) : given
    const first = line.find((code) => !isSpace(code))
    if (first === undefined) return
    if (first === star && line.length <= 2 && this.#kind === 'offsets') this.#isRepeating = true
    else if (first === hash) this.#acceptRemark(wordsOf(line))
    else if (!this.#acceptRow(line) && !this.#acceptHead(wordsOf(line))) this.ignoredLines++
  }

  #acceptRow(line: Uint8Array): boolean {
    const row = this.#kind === 'plain' ? null : readOffsetLine(line)
    if (row?.offset !== undefined && row.offset !== null && (row.bytes.length > 0 || this.#kind === 'offsets')) {
      this.#kind = 'offsets'
      this.#place(row, row.offset)
      return true
    }
    if (this.#kind === 'offsets') return false
    const plain = readPlainLine(line)
    const isPlain = plain.end === line.length
    if (!isPlain && this.#kind === null) return false
    if (isPlain) {
      this.#kind = 'plain'
      this.rowCount++
      this.#useNextFacts()
      this.#give(plain.bytes)
    } else this.#fail(plain.end, 'Here stands something else than pairs of hex digits.')
    return true
  }

  #place({ bytes }: HexLine, digits: string): void {
    const expected = this.#rowOffset + this.#row.length
    const offset = this.#offsetOf(digits, expected)
    if (offset === 0 && bytes.length > 0) {
      if (this.#isRepeating) this.#fail(0, 'The dump ends with repeated rows whose number is not told.')
      this.#endDump()
      this.#useNextFacts()
    } else if (this.rowCount > 0 && !this.#follow(offset, expected)) return
    this.rowCount += bytes.length > 0 ? 1 : 0
    this.#row = bytes.slice()
    this.#rowOffset = offset
  }

  /** The second row shows in which base offsets are written. */
  #offsetOf(digits: string, expected: number): number {
    if (this.rowCount === 1 && this.#row.length > 0 && !this.#isRepeating) {
      const fitting = [16, 8, 10].find((base) => Number.parseInt(digits, base) === expected)
      this.#base = fitting ?? 16
    }
    return Number.parseInt(digits, this.#base)
  }

  /** Gives the row before, as long as the new offset says, and the rows that `*` stands for. */
  #follow(offset: number, expected: number): boolean {
    if (offset < expected && offset > this.#rowOffset) this.#row = this.#row.subarray(0, offset - this.#rowOffset)
    else if (offset < expected || (offset > expected && !this.#isRepeating)) {
      this.#fail(0, `The offset ${offset.toString(16)} does not follow: ${expected.toString(16)} was expected.`)
      return false
    }
    const repeated = Math.max(0, offset - expected)
    this.#repeatedBytes += repeated
    if (this.#repeatedBytes > largestRepeatedBytes) {
      this.#fail(0, `Repeated rows stand for more than ${largestRepeatedBytes} bytes.`)
      return false
    }
    const row = this.#row
    this.#rowBytes ??= row.length
    this.#give(row)
    for (let left = repeated; left > 0 && row.length > 0; left -= row.length) this.#give(row.subarray(0, left))
    this.#isRepeating = false
    return true
  }

  /** `# connection 2, sent`: what Wirebench writes in front of a dump. */
  #acceptRemark(words: string): void {
    const connection = /^# connection (\d{1,9}), (?:sent|received)$/.exec(words)?.[1]
    if (connection !== undefined) this.#nextFacts = { ...this.#nextFacts, connection: Number(connection) }
  }

  /** A direction, a time, or both. */
  #acceptHead(words: string): boolean {
    const [, letter, rest = ''] = /^(?:([IO])(?:\s+|$))?(.*)$/.exec(words) ?? []
    const timeUnixNs = parseDumpTime(rest.trim(), this.#dayStartUnixNs)
    if (letter === undefined && timeUnixNs === null) return false
    const direction = letter === undefined ? null : letter === 'O' ? 'sent' : 'received'
    this.#nextFacts = { ...this.#nextFacts, direction, timeUnixNs }
    return true
  }

  /** A remark on the connection holds until another one. */
  #useNextFacts(): void {
    if (this.#nextFacts.direction === null && this.#nextFacts.timeUnixNs === null && this.#kind === 'plain') return
    this.#flush()
    this.#facts = this.#nextFacts
    this.#nextFacts = { ...nothingSaid, connection: this.#facts.connection }
  }

  #endDump(): void {
    // Text beside the last row may look like bytes; the rows before say how many can be.
    const row = this.#rowBytes === null ? this.#row : this.#row.subarray(0, this.#rowBytes)
    this.#give(row)
    this.#flush()
    this.#row = new Uint8Array(0)
    this.#rowOffset = 0
    this.#rowBytes = null
    this.#isRepeating = false
  }

  #give(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + pieceBytes - this.#pieceLength)
      this.#piece.set(part, this.#pieceLength)
      this.#pieceLength += part.length
      at += part.length
      if (this.#pieceLength === pieceBytes) this.#flush()
    }
  }

  #flush(): void {
    const length = this.#pieceLength
    this.#pieceLength = 0
    if (length > 0) this.#visitor.onBytes(this.#facts, this.#piece.subarray(0, length))
  }

  #hasFailed(): boolean {
    return this.problem !== null
  }

  #fail(index: number, reason: string): void {
    this.problem ??= { line: this.#lineNumber, column: index + 1, reason }
  }
}

/** A short line as text; what is no ASCII matters for none. */
function wordsOf(line: Uint8Array): string {
  return String.fromCharCode(...line.subarray(0, longestWordLine)).trim()
}
