import type { CaptureScope } from '../../contract/schemas/capture-filter.ts'
import type { CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { PatternMatch } from '../../protocol/byte-search/pattern-scan.ts'
import type { CaptureAccess } from '../capture-access.ts'
import type { SourceState } from '../capture-source.ts'
import { IndexMismatch } from '../segment.ts'
import { MatchWalker } from './walk-matches.ts'
import { RecordScope } from './record-scope.ts'
import type { FoundPlace } from './hit-table.ts'

/** A step of a search: some 50 ms. What reads the capture is not closed within one. */
const stepBytes = 64 * 1024 * 1024

/**
 * `more`: there is more to look at; `caught-up`: not for now; `waits`: the same, but after a second there may be something to tell
 * although nothing more came; `done`: never.
 */
export type SearchProgress = 'more' | 'caught-up' | 'waits' | 'done'

export interface SearchScanOptions {
  readonly pattern: CompiledPattern
  readonly scope: CaptureScope
  /** Places are told about in the order in which they end. */
  readonly onFound: (place: FoundPlace) => void
  /** What was found before does not count: the search begins anew, because the capture turned out to be damaged. */
  readonly onRestart: () => void
}

/** Looks once through a capture, step by step, and goes on when it has grown. */
export class SearchScan {
  readonly #options: SearchScanOptions
  readonly #scope: RecordScope
  #walker: MatchWalker | null = null
  #scan = null as ReturnType<CompiledPattern['newScan']> | null
  #offset = 0
  #isDone = false

  constructor(options: SearchScanOptions) {
    this.#options = options
    this.#scope = new RecordScope(options.scope)
  }

  /** Up to where the data file was looked through. */
  get scannedOffset(): number {
    return this.#offset
  }

  /** Records before this one were looked at. */
  get nextRecord(): number {
    return this.#walker?.nextRecord ?? 0
  }

  /**
   * Looks on for a step. Throws `IndexMismatch` when index and data do not fit, and begins anew with the next step;
   * `pattern-too-slow`.
   */
  async advance(access: CaptureAccess): Promise<SearchProgress> {
    if (this.#isDone) return 'done'
    const state = access.source.state()
    try {
      const walker = this.#begun(state)
      const end = this.#stepEnd(state)
      if (this.#offset < end.fileOffset) {
        await walker.walk(access, this.#offset, end)
        this.#offset = end.fileOffset
      }
    } catch (error) {
      if (error instanceof IndexMismatch) {
        this.#walker = null
        this.#options.onRestart()
      }
      throw error
    }
    return this.#told(state)
  }

  #told(state: SourceState): SearchProgress {
    const isPast = this.#isPastScope(state)
    if (this.#offset < state.tally.fileOffset && !isPast) return 'more'
    if (!isPast && state.settledNs !== Number.POSITIVE_INFINITY) {
      this.#walker?.rest()
      return this.#scan?.catchUp(state.settledNs) === true ? 'waits' : 'caught-up'
    }
    this.#walker?.rest()
    this.#scan?.breakAll()
    this.#offset = state.tally.fileOffset
    this.#isDone = true
    return 'done'
  }

  /** Times do not go back: behind a later one there is nothing in the scope. */
  #isPastScope({ checkpoints, checkpointCount }: SourceState): boolean {
    const index = checkpoints.findFileOffset(this.#offset, checkpointCount)
    return checkpoints.timeAt(index) > this.#scope.toNs
  }

  #begun({ checkpoints, checkpointCount }: SourceState): MatchWalker {
    if (this.#walker !== null) return this.#walker
    const begin = checkpoints.at(checkpoints.findTimeBefore(this.#scope.fromNs, checkpointCount))
    this.#scan = this.#options.pattern.newScan((match) => this.#options.onFound(placeOf(match)))
    this.#walker = new MatchWalker(this.#scan, this.#scope, begin.recordCount, this.#options.pattern.pace)
    this.#offset = begin.fileOffset
    return this.#walker
  }

  #stepEnd({ checkpoints, checkpointCount, tally }: SourceState): SourceState['tally'] {
    if (tally.fileOffset - this.#offset <= stepBytes) return tally
    const last = checkpoints.findFileOffset(this.#offset + stepBytes, checkpointCount)
    if (checkpoints.fileOffsetAt(last) > this.#offset) return checkpoints.at(last)
    return last + 1 < checkpointCount ? checkpoints.at(last + 1) : tally
  }
}

/** The place of a match. */
export function placeOf({ stream, chunk, offsetInChunk, timeNs, streamOffset, length }: PatternMatch): FoundPlace {
  const isSent = stream % 2 === 1
  const connection = (stream - (isSent ? 1 : 0)) / 2
  return { record: chunk, offsetInRecord: offsetInChunk, timeNs, connection, isSent, streamOffset, length }
}
