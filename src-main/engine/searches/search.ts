import { HitTable, type FoundPlace } from '../../capture/search/hit-table.ts'
import { readHits, type ShownPlace } from '../../capture/search/hit-reader.ts'
import { findNearest, isAfter, type RecordByte } from '../../capture/search/nearest-match.ts'
import { SearchScan } from '../../capture/search/search-scan.ts'
import type { CaptureStore } from '../../capture/capture-store.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import {
  maximumKeptHits,
  type NearestHit,
  type SearchHit,
  type SearchQuery,
  type SearchState,
} from '../../contract/schemas/search.ts'
import type { CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { Clock } from '../ports.ts'

export interface SearchOptions {
  readonly searchId: string
  readonly query: SearchQuery
  readonly pattern: CompiledPattern
  readonly captures: Pick<CaptureStore, 'access'>
  readonly clock: Pick<Clock, 'wakeAfter'>
  /** The state changed; `ended`: it will not for now. */
  readonly onChanged: (ended: boolean) => void
}

/** What reaches the end of what is recorded is told when nothing more came for so long. */
const silenceMs = 1000

const captureBegin: RecordByte = { record: 0, offsetInRecord: -1 }
const captureEnd: RecordByte = { record: Number.POSITIVE_INFINITY, offsetInRecord: 0 }

/** One search of a capture: goes on until the end, and again whenever the capture has grown. */
export class Search {
  readonly #options: SearchOptions
  readonly #hits = new HitTable(maximumKeptHits)
  readonly #scan: SearchScan
  #totalBytes = 0
  #isComplete = false
  #isStopped = false
  #isDone = false
  #error: ErrorShape | null = null
  #running: Promise<void> | null = null
  #grew = false
  #cancelWake: (() => void) | null = null

  constructor(options: SearchOptions) {
    this.#options = options
    this.#scan = new SearchScan({
      pattern: options.pattern,
      scope: options.query.scope,
      onFound: (place) => this.#hits.add(place),
      onRestart: () => this.#hits.clear(),
    })
  }

  get state(): SearchState {
    const { searchId, query } = this.#options
    return {
      searchId,
      captureId: query.captureId,
      hitCount: this.#hits.count,
      keptHitCount: this.#hits.kept,
      scannedBytes: this.#scan.scannedOffset,
      totalBytes: Math.max(this.#totalBytes, this.#scan.scannedOffset),
      complete: this.#isComplete,
      stopped: this.#isStopped,
      error: this.#error,
    }
  }

  get captureId(): string {
    return this.#options.query.captureId
  }

  /** Looks at what there is and was not looked at. Told again when the capture has grown, or ended. */
  goOn(): void {
    if (this.#isStopped || this.#isDone || this.#error !== null) return
    this.#grew = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      this.#options.onChanged(true)
      // It grew in the moment in which this ended.
      if (this.#grew) this.goOn()
    })
  }

  /** Looks no further. What was found stays. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelWake?.()
    await this.#running
  }

  /** The kept places from `first` on, with what stands around them. */
  async hits(first: number, count: number): Promise<SearchHit[]> {
    const places: FoundPlace[] = []
    for (let number = first; number < first + count; number++) {
      const place = this.#hits.at(number)
      if (place === null) break
      places.push(place)
    }
    const shown = await this.#read(places)
    return shown.map((place, index) => ({ number: first + index, ...place }))
  }

  /** The match next to a byte, around the end. Throws `cancelled` when the signal was aborted. */
  async nearest(
    from: RecordByte,
    towards: 'next' | 'previous',
    signal: CancelSignal,
  ): Promise<{ hit: NearestHit | null; wrapped: boolean }> {
    const begin = towards === 'next' ? captureBegin : captureEnd
    const end = towards === 'next' ? captureEnd : captureBegin
    const ahead = await this.#find(from, end, towards, signal)
    if (ahead !== null) return { hit: ahead, wrapped: false }
    // Around the end, the place itself included.
    const rest = { ...from, offsetInRecord: from.offsetInRecord + (towards === 'next' ? 1 : -1) }
    const around = await this.#find(begin, rest, towards, signal)
    return { hit: around, wrapped: around !== null }
  }

  async #find(
    from: RecordByte,
    to: RecordByte,
    towards: 'next' | 'previous',
    signal: CancelSignal,
  ): Promise<NearestHit | null> {
    const known = this.#knownEnd()
    if (towards === 'next') {
      const number = this.#hits.firstFrom(from.record, from.offsetInRecord + 1)
      const kept = this.#hits.at(number)
      if (kept !== null && isAfter(known, kept)) return isAfter(to, kept) ? this.#shown(kept, number) : null
      if (!isAfter(to, known)) return null
      return this.#findAhead(isAfter(known, from) ? stepBack(known) : from, to, towards, signal)
    }
    if (isAfter(from, known)) {
      const found = await this.#findAhead(from, isAfter(known, to) ? stepBack(known) : to, towards, signal)
      if (found !== null) return found
    }
    const number = this.#hits.firstFrom(from.record, from.offsetInRecord) - 1
    const kept = this.#hits.at(number)
    return kept !== null && isAfter(kept, to) ? this.#shown(kept, number) : null
  }

  /** Matches before this byte are kept, all of them. */
  #knownEnd(): RecordByte {
    const { count, kept } = this.#hits
    const last = count > kept ? this.#hits.at(kept - 1) : null
    if (last !== null) return { record: last.record, offsetInRecord: last.offsetInRecord + 1 }
    return this.#isDone ? captureEnd : { record: this.#scan.nextRecord, offsetInRecord: 0 }
  }

  async #findAhead(
    from: RecordByte,
    to: RecordByte,
    towards: 'next' | 'previous',
    signal: CancelSignal,
  ): Promise<NearestHit | null> {
    const { captures, query, pattern } = this.#options
    const { captureId, scope } = query
    for (let place = from; ;) {
      if (signal.aborted) throw new WirebenchError('cancelled', {})
      const at = place
      const step = await captures.access(captureId, (access) =>
        findNearest(access, { pattern, scope, towards, from: at, to }),
      )
      if (step === null) return null
      if ('found' in step) return this.#shown(step.found, null)
      place = step.goesOnFrom
    }
  }

  async #shown(place: FoundPlace, number: number | null): Promise<NearestHit | null> {
    const [shown] = await this.#read([place])
    return shown === undefined ? null : { number, ...shown }
  }

  #read(places: readonly FoundPlace[]): Promise<readonly ShownPlace[]> {
    if (places.length === 0) return Promise.resolve([])
    return this.#options.captures.access(this.captureId, (access) => readHits(access, places))
  }

  async #run(): Promise<void> {
    try {
      while (this.#grew && !this.#isStopped) {
        this.#grew = false
        const progress = await this.#options.captures.access(this.captureId, async (access) => {
          this.#totalBytes = access.source.state().tally.fileOffset
          return this.#scan.advance(access)
        })
        this.#isDone = progress === 'done'
        this.#isComplete = progress !== 'more'
        if (progress === 'waits') this.#wakeLater()
        this.#grew ||= progress === 'more'
        this.#options.onChanged(false)
      }
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
      this.#isComplete = false
    }
  }

  #wakeLater(): void {
    this.#cancelWake?.()
    this.#cancelWake = this.#options.clock.wakeAfter(silenceMs, () => {
      this.#cancelWake = null
      this.goOn()
    })
  }
}

function stepBack({ record, offsetInRecord }: RecordByte): RecordByte {
  return { record, offsetInRecord: offsetInRecord - 1 }
}
