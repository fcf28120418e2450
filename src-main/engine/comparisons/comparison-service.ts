import { compareMessages } from '../../capture/comparison/capture-comparison.ts'
import type { MessageSide } from '../../capture/comparison/message-feed.ts'
import { PairTable, type PairPlace } from '../../capture/comparison/pair-table.ts'
import type { CaptureStore } from '../../capture/capture-store.ts'
import { CancelSource } from '../../contract/cancel-source.ts'
import { toErrorShape, WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { CaptureSummary, MessageRow } from '../../contract/schemas/capture.ts'
import type { Direction } from '../../contract/schemas/common.ts'
import type { ComparedPair, ComparedSide, ComparisonState, PairKind } from '../../contract/schemas/comparison.ts'
import type { Pulse } from '../pulse.ts'
import { rowsByNumber } from './rows-by-number.ts'

/** Comparisons that are kept at the same time. */
const maximumComparisons = 16
/** Bytes of each message that a list of pairs shows. */
const pairPreviewBytes = 256

export interface ComparisonServiceOptions {
  readonly captures: CaptureStore
  readonly events: EventHub
  readonly pulse: Pulse
}

interface Comparison {
  state: ComparisonState
  readonly table: PairTable
  readonly cancel: CancelSource
  readonly left: Side
  readonly right: Side
  ended: Promise<void>
}

/** One side with what was true of its capture when the comparison began. */
interface Side extends MessageSide {
  readonly fileBytes: number
}

/** The comparisons of this engine's life that were not closed. */
export class ComparisonService {
  readonly #options: ComparisonServiceOptions
  readonly #comparisons = new Map<string, Comparison>()
  #lastNumber = 0

  constructor(options: ComparisonServiceOptions) {
    this.#options = options
  }

  /** Begins a comparison and answers at once. Errors: `too-many-requests`, those of opening both captures. */
  async start(direction: Direction, left: ComparedSide, right: ComparedSide): Promise<ComparisonState> {
    if (this.#comparisons.size >= maximumComparisons) {
      throw new WirebenchError('too-many-requests', { limit: maximumComparisons, what: 'comparisons' })
    }
    const comparisonId = `comparison-${(this.#lastNumber += 1)}`
    const { captures } = this.#options
    const leftSide = this.#side(direction, left, await captures.openCapture(left.captureId))
    const rightSide = this.#side(direction, right, await captures.openCapture(right.captureId))
    const state: ComparisonState = {
      comparisonId,
      counts: { same: 0, changed: 0, leftOnly: 0, rightOnly: 0 },
      scannedBytes: 0,
      totalBytes: leftSide.fileBytes + rightSide.fileBytes,
      complete: false,
      limited: false,
      error: null,
    }
    const comparison: Comparison = {
      state,
      table: new PairTable(),
      cancel: new CancelSource(),
      left: leftSide,
      right: rightSide,
      ended: Promise.resolve(),
    }
    this.#comparisons.set(comparisonId, comparison)
    // It begins in a turn of its own, so that whoever asked knows it before it tells anything.
    comparison.ended = Promise.resolve().then(() => this.#run(comparison))
    return state
  }

  /** Pairs of those kinds with both messages. Errors: `comparison-not-found`, those of reading the captures. */
  async pairs(
    comparisonId: string,
    first: number,
    count: number,
    kinds: readonly PairKind[] | null,
  ): Promise<{ state: ComparisonState; totalPairs: number; pairs: ComparedPair[] }> {
    const { state, table, left, right } = this.#find(comparisonId)
    const totalPairs = table.count(kinds)
    const places = table.pairs(first, count, kinds)
    const rowsOf = async (side: Side, rowOf: (place: PairPlace) => number | null): Promise<Map<number, MessageRow>> =>
      rowsByNumber(
        places.map(rowOf).filter((row) => row !== null),
        (firstRow, rowCount) => side.window(firstRow, rowCount, pairPreviewBytes),
      )
    const lefts = await rowsOf(left, ({ leftRow }) => leftRow)
    const rights = await rowsOf(right, ({ rightRow }) => rightRow)
    const pairs = places.map(({ number, kind, leftRow, rightRow }) => ({
      number,
      kind,
      left: leftRow === null ? null : (lefts.get(leftRow) ?? null),
      right: rightRow === null ? null : (rights.get(rightRow) ?? null),
    }))
    return { state, totalPairs, pairs }
  }

  /** Ends a comparison, if it is still at work, and forgets it. Errors: `comparison-not-found`. */
  async closeOne(comparisonId: string): Promise<void> {
    const comparison = this.#find(comparisonId)
    this.#comparisons.delete(comparisonId)
    comparison.cancel.cancel()
    await comparison.ended
  }

  /** Ends and forgets all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#comparisons.keys()].map((comparisonId) => this.closeOne(comparisonId)))
  }

  async #run(comparison: Comparison): Promise<void> {
    const { table, cancel, left, right } = comparison
    const bytesOf = (side: Side, records: number): number =>
      side.recordCount === 0 ? side.fileBytes : Math.floor((side.fileBytes * records) / side.recordCount)
    try {
      await compareMessages({ left, right }, table, cancel.signal, ({ leftRecords, rightRecords }) => {
        const scannedBytes = bytesOf(left, leftRecords) + bytesOf(right, rightRecords)
        this.#change(comparison, { counts: table.counts, scannedBytes })
      })
      this.#change(comparison, { counts: table.counts, complete: true, limited: table.isFull })
    } catch (thrown) {
      if (!cancel.signal.aborted) this.#change(comparison, { counts: table.counts, error: toErrorShape(thrown) })
    }
    this.#options.pulse.flush(`comparison ${comparison.state.comparisonId}`)
  }

  #change(comparison: Comparison, change: Partial<ComparisonState>): void {
    comparison.state = { ...comparison.state, ...change }
    const { pulse, events } = this.#options
    pulse.mark(`comparison ${comparison.state.comparisonId}`, () =>
      events.publish('comparison.changed', comparison.state),
    )
  }

  #side(direction: Direction, { captureId, connection, framing }: ComparedSide, summary: CaptureSummary): Side {
    const { captures } = this.#options
    const { interpretation, totals } = summary
    const { sent, received } = interpretation
    // As it is now: another framing later would give the rows other numbers.
    const cut =
      framing === null ? { sent: sent.framing, received: received.framing } : { sent: framing, received: framing }
    return {
      window: (firstRow, rowCount, previewBytes) =>
        captures.window({ captureId, view: 'messages', firstRow, rowCount, previewBytes, framing: cut }),
      read: (range) => captures.reading(captureId, (reader) => reader.readStreamPart(range)),
      direction,
      connection,
      recordCount: totals.recordCount,
      fileBytes: totals.fileBytes,
    }
  }

  #find(comparisonId: string): Comparison {
    const comparison = this.#comparisons.get(comparisonId)
    if (comparison === undefined) throw new WirebenchError('comparison-not-found', { comparisonId })
    return comparison
  }
}
