import type { CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { PatternScan } from '../../protocol/byte-search/pattern-scan.ts'
import type { CaptureAccess } from '../capture-access.ts'
import { readAheadMemory, type ReadAheadMemory } from '../file-block.ts'
import { recordKind } from '../record-codec.ts'
import { walkRecords, type RecordVisitor } from '../record-walker.ts'
import { IndexMismatch, isData } from '../segment.ts'
import type { Tally } from '../tally.ts'
import type { RecordScope } from './record-scope.ts'

/** Bytes that are read, and looked at without letting anything else run, at a time: some milliseconds at most. */
const blockBytesOf = { probe: 4 * 1024 * 1024, leaps: 1024 * 1024, expression: 256 * 1024 } as const

/** The number of one direction of one connection. */
export const streamOf = (connection: number, isSent: boolean): number => connection * 2 + (isSent ? 1 : 0)

/** Lets a scan see the records in a scope, and numbers them. */
export class MatchWalker implements RecordVisitor {
  /** Number of the next record. */
  nextRecord: number
  readonly #scan: PatternScan
  readonly #scope: RecordScope
  readonly #blockBytes: number
  readonly #chunk = { chunk: 0, timeNs: 0, streamOffset: 0 }
  #isIn = false
  #memory: ReadAheadMemory | null = null

  constructor(scan: PatternScan, scope: RecordScope, nextRecord: number, pace: CompiledPattern['pace']) {
    this.#blockBytes = blockBytesOf[pace]
    this.#scan = scan
    this.#scope = scope
    this.nextRecord = nextRecord
  }

  readonly onRecord: RecordVisitor['onRecord'] = ({ kind, connection, payloadLength, timeNs, streamOffset }) => {
    this.#isIn = false
    if (kind === recordKind.padding || kind === recordKind.cleanEnd) return
    const record = this.nextRecord++
    if (isData(kind)) {
      const isSent = kind === recordKind.sent
      const stream = streamOf(connection, isSent)
      if (this.#scope.has(connection, isSent, payloadLength, timeNs)) {
        this.#isIn = true
        this.#chunk.chunk = record
        this.#chunk.timeNs = timeNs
        this.#chunk.streamOffset = streamOffset
        this.#scan.startChunk(stream, this.#chunk)
      } else this.#scan.breakStream(stream)
    } else if (kind !== recordKind.event) this.#scan.breakAll()
  }

  readonly onPayload = (bytes: Uint8Array, start: number, end: number, payloadOffset: number): void => {
    if (this.#isIn) this.#scan.scan(bytes, start, end, payloadOffset)
  }

  readonly onDamage: RecordVisitor['onDamage'] = () => {
    this.nextRecord++
    this.#scan.breakAll()
  }

  /** Gives memory back until it goes on. */
  rest(): void {
    this.#memory = null
  }

  /** Goes from one place to another, both where records begin. Throws `IndexMismatch` when the records do not add up. */
  async walk({ source, file }: CaptureAccess, from: number, to: Readonly<Tally>): Promise<void> {
    const { salt } = source
    const blockBytes = this.#blockBytes
    const isShort = to.fileOffset - from <= blockBytes
    if (!isShort) this.#memory ??= readAheadMemory(blockBytes)
    const readAhead = isShort ? null : this.#memory
    const reached = await walkRecords(
      { file, salt, from, to: to.fileOffset, isFileEnd: false, blockBytes, readAhead },
      this,
    )
    if (reached !== to.fileOffset || this.nextRecord !== to.recordCount) throw new IndexMismatch()
  }
}
