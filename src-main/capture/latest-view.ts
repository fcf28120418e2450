import type { LatestMessages } from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import type { Interpretation } from '../contract/schemas/interpretation.ts'
import type { KnownStructure } from '../protocol/message/composition.ts'
import { messageIdFinder, type MessageIdFinder } from '../protocol/message-id/message-id.ts'
import type { CaptureSource } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import { ForwardScan } from './forward-scan.ts'
import { LatestScanner } from './latest-scanner.ts'
import { readMessageRows } from './message-rows.ts'
import type { ScanSizes } from './scanned-view.ts'
import type { StreamReader } from './stream-reader.ts'

const previewBytes = 256
/** A request waits for no more: reading documents is slow beside reading bytes. */
const waitedBytes = 1024 * 1024
/** Nothing else runs while so many bytes are read as documents: some milliseconds. */
const largestBlockBytes = 64 * 1024

/** Finds structures by the identifier of their entry in the library; null when there is none. */
export type StructureFinder = (structureId: string) => KnownStructure | null

export interface LatestViewOptions {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly clock: Clock
  readonly sizes: ScanSizes
  readonly structures: StructureFinder
  readonly streams: StreamReader
}

/** One interpretation being followed. */
interface Following {
  readonly key: string
  readonly structures: readonly (KnownStructure['definition'] | null)[]
  readonly scanner: LatestScanner
  readonly scan: ForwardScan
}

/** The newest message of each identifier, of the one interpretation that was asked for last. */
export class LatestView {
  readonly #options: LatestViewOptions
  #following: Following | null = null
  readonly #stopping = new Set<Promise<void>>()

  constructor(options: LatestViewOptions) {
    this.#options = options
  }

  /** What is known so far. Throws `IndexMismatch` when index and data do not fit. */
  async read(interpretation: Interpretation): Promise<LatestMessages> {
    const { source, file, streams } = this.#options
    const { scanner, scan } = this.#follow(interpretation)
    const state = source.state()
    await scan.advance(state)
    const complete = scan.scannedOffset >= state.tally.fileOffset
    if (complete) scanner.passTime(state.settledNs)
    const isTimeKnown = complete && state.settledNs !== Number.POSITIVE_INFINITY
    const nowNs = Math.max(scanner.lastTimeNs, isTimeKnown ? state.settledNs : 0)
    // All at once: what is scanned while previews are read is for the next request.
    const { messageCount, otherCount, messageRate } = scanner
    const found = scanner.entries.map(({ direction, messageId, count, rate, newest }) => {
      return { direction, messageId, count, ratePerSecond: rate.perSecond(nowNs), newest }
    })
    const rows = await readMessageRows(
      found.map(({ newest }) => newest),
      previewBytes,
      file,
      streams,
    )
    const latest = found.flatMap(({ newest: _, ...entry }, index) => {
      const row = rows[index]
      return row?.kind === 'message' ? [{ ...entry, row }] : []
    })
    return { latest, otherCount, messageCount, complete, messageRate }
  }

  /** Stops scanning and waits until nothing reads any more. */
  async close(): Promise<void> {
    this.#stop()
    await Promise.all(this.#stopping)
  }

  #follow(interpretation: Interpretation): Following {
    const key = JSON.stringify(interpretation)
    const known = {
      sent: this.#structureOf(interpretation, 'sent'),
      received: this.#structureOf(interpretation, 'received'),
    }
    const structures = [known.sent?.definition ?? null, known.received?.definition ?? null]
    const { source, file, clock, sizes } = this.#options
    const current = this.#following
    if (current?.key === key && current.structures.every((structure, index) => structure === structures[index])) {
      return current
    }
    this.#stop()
    const finderOf = (direction: Direction): MessageIdFinder => {
      const { framing, decoder } = interpretation[direction]
      return messageIdFinder(framing.kind, decoder, interpretation.messageIdPath, known[direction])
    }
    const framing = { sent: interpretation.sent.framing, received: interpretation.received.framing }
    const scanner = new LatestScanner(framing, { sent: finderOf('sent'), received: finderOf('received') })
    const blockBytes = Math.min(largestBlockBytes, sizes.blockBytes)
    const scan = new ForwardScan({ source, file, clock, scanner, blockBytes, waitedBytes })
    this.#following = { key, structures, scanner, scan }
    return this.#following
  }

  #structureOf(interpretation: Interpretation, direction: Direction): KnownStructure | null {
    const { decoder } = interpretation[direction]
    return decoder.kind === 'structure' ? this.#options.structures(decoder.structureId) : null
  }

  #stop(): void {
    const stopping = this.#following?.scan.stop()
    this.#following = null
    if (stopping === undefined) return
    this.#stopping.add(stopping)
    void stopping.finally(() => this.#stopping.delete(stopping))
  }
}
