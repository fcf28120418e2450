import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { toErrorShape, WirebenchError } from '../contract/errors.ts'
import type {
  CaptureRow,
  CaptureSummary,
  CaptureWindow,
  CaptureWindowRequest,
  LatestMessages,
} from '../contract/schemas/capture.ts'
import type { CaptureRates, CaptureRatesRequest } from '../contract/schemas/capture-rates.ts'
import { rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import { noFacts, readFacts, type CaptureFacts } from './capture-facts.ts'
import { listCaptures } from './capture-listing.ts'
import type { CaptureStoreOptions, NewCapture } from './capture-store-options.ts'
import { captureIdOfMark, capturePaths, isCaptureId, type CapturePaths } from './capture-paths.ts'
import { CaptureReader, ReaderClosed, type ReaderSetup } from './capture-reader.ts'
import { CaptureTrash } from './capture-trash.ts'
import type { Clock } from './clock.ts'
import { createCapture, type CreatedCapture } from './create-capture.ts'
import { describeReadFailure, nodeFileAccess, type FileAccess } from './file-access.ts'
import { FactsKeeper } from './facts-keeper.ts'
import { readInterpretation, writeInterpretation } from './interpretation-file.ts'
import type { LiveCapture } from './live-capture.ts'
import { LiveMarks } from './live-marks.ts'
import { cleanRecovery, problemSummary, readOrExplain, surveyCapture, type CaptureSurvey } from './opened-capture.ts'
import { OpenedCaptures } from './opened-captures.ts'
import type { FramingPair } from './message-scanner.ts'
import { usualScanSizes } from './scanned-view.ts'
import { SlabPool } from './slab-pool.ts'
import type { StreamRange } from './stream-reader.ts'
import { SummaryCache } from './summary-cache.ts'
import { WriteTurns } from './write-turns.ts'

/** What was removed is kept so long. */
export const trashKeptMs = 30 * 24 * 3600 * 1000

/** What live and kept captures are read through. */
export type RowReader = Pick<CaptureReader, 'window' | 'read' | 'readStream' | 'readStreamPart' | 'latest' | 'rates'>

interface LiveEntry extends CreatedCapture {
  reader: Promise<CaptureReader> | null
  interpretation: Interpretation
}

/** All captures of one folder: makes, lists, reads and removes them. Its owner closes it. */
export class CaptureStore {
  /** A capture was made, closed, renamed, removed, restored or mended. */
  onListChanged: (() => void) | null = null
  readonly #folder: string
  readonly #trash: CaptureTrash
  readonly #marks: LiveMarks
  readonly #summaries: SummaryCache
  readonly #facts: FactsKeeper
  readonly #clock: Clock
  readonly #programVersion: string
  readonly #files: FileAccess
  readonly #setup: ReaderSetup
  readonly #pool = new SlabPool()
  readonly #turns = new WriteTurns()
  readonly #live = new Map<string, LiveEntry>()
  readonly #opened: OpenedCaptures
  readonly #endings = new Set<Promise<unknown>>()
  #recovering: Promise<readonly string[]> = Promise.resolve([])

  private constructor(options: CaptureStoreOptions, files: FileAccess) {
    this.#folder = options.folder
    this.#trash = new CaptureTrash(files, join(options.folder, 'trash'))
    this.#marks = new LiveMarks(files, options.clock)
    this.#summaries = new SummaryCache(files, options.clock)
    this.#facts = new FactsKeeper(files)
    this.#clock = options.clock
    this.#programVersion = options.programVersion
    this.#files = files
    this.#setup = {
      clock: options.clock,
      sizes: options.sizes ?? usualScanSizes,
      structures: options.structures ?? (() => null),
    }
    this.#opened = new OpenedCaptures(files, this.#setup, this.#marks)
    this.#opened.onMended = () => this.onListChanged?.()
  }

  /** Errors: `data-folder-unwritable`. Reads no capture yet. */
  static async open(options: CaptureStoreOptions): Promise<CaptureStore> {
    const files = options.files ?? nodeFileAccess
    try {
      await files.makeFolder(options.folder)
      await files.checkWritable(options.folder)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new WirebenchError('data-folder-unwritable', { folder: options.folder, reason }, { cause: error })
    }
    return new CaptureStore(options, files)
  }

  /** Makes a capture and begins writing it: recorded, unless `origin` says otherwise. Errors: `disk-full`, `file-unwritable`. */
  async create(options: NewCapture): Promise<LiveCapture> {
    const { interpretation = rawInterpretation, origin = noFacts.origin } = options
    const created = await createCapture({
      files: this.#files,
      folder: this.#folder,
      marks: this.#marks,
      clock: this.#clock,
      pool: this.#pool,
      turns: this.#turns,
      name: options.name,
      programVersion: this.#programVersion,
      random: () => randomInt(0x1_0000_0000) / 0x1_0000_0000,
      onClosed: (captureId) => this.#forgetLive(captureId),
    })
    const { capture } = created
    this.#live.set(capture.captureId, { ...created, reader: null, interpretation })
    const paths = this.#paths(capture.captureId)
    try {
      if (interpretation !== rawInterpretation) await writeInterpretation(this.#files, paths, interpretation)
      if (origin.kind !== 'recorded') await this.#facts.change(paths, { origin })
    } catch (error) {
      await capture.close()
      await this.discard(capture.captureId)
      throw error
    }
    this.onListChanged?.()
    return capture
  }

  /** All captures, newest first; one that cannot be opened carries its `problem`. Errors: `file-unreadable`. */
  async list(): Promise<readonly CaptureSummary[]> {
    return listCaptures(await this.#names(), this.#summaries, (captureId, isMarked) =>
      this.#summaryOrProblem(captureId, isMarked),
    )
  }

  /**
   * Opens a capture for reading and tells what was found; mends its index where needed. Errors: `capture-not-found`,
   * `capture-malformed`, `capture-newer`, `file-unreadable`.
   */
  async openCapture(captureId: string): Promise<CaptureSummary> {
    if (!this.#live.has(captureId)) await this.#opened.openAfresh(captureId, this.#paths(captureId))
    return this.#summary(captureId)
  }

  /**
   * Rows of a view. Opens the capture when needed. Messages are cut as the interpretation says when the request does not.
   * Errors as `openCapture`.
   */
  async window(request: CaptureWindowRequest): Promise<CaptureWindow> {
    const isCut = request.view === 'messages' && request.framing === undefined
    const asked = isCut ? { ...request, framing: await this.#keptFraming(request.captureId) } : request
    return this.reading(request.captureId, (reader) => reader.window(asked))
  }

  /** Bytes of one direction from an offset, across records. Errors as `openCapture`. */
  readStream(captureId: string, range: StreamRange): Promise<Uint8Array> {
    return this.reading(captureId, (reader) => reader.readStream(range))
  }

  /** The newest message of each identifier as the kept interpretation reads the capture. Errors as `openCapture`. */
  async latest(captureId: string): Promise<LatestMessages> {
    const interpretation = await this.#readInterpretation(captureId, this.#paths(captureId))
    return this.reading(captureId, (reader) => reader.latest(interpretation))
  }

  /** How much was sent and received when, as far as is known. Errors as `openCapture`. */
  rates(request: CaptureRatesRequest): Promise<CaptureRates> {
    return this.reading(request.captureId, (reader) => reader.rates(request))
  }

  /** How a capture that is being written here is cut into messages and read; null for every other. */
  interpretationOf(captureId: string): Interpretation | null {
    return this.#live.get(captureId)?.interpretation ?? null
  }

  /**
   * Keeps beside a capture how it is cut into messages and read. Errors: `capture-not-found`, `disk-full`,
   * `file-unwritable`, and as `openCapture`.
   */
  async setInterpretation(captureId: string, interpretation: Interpretation): Promise<CaptureSummary> {
    const summary = await this.#summary(captureId)
    await writeInterpretation(this.#files, this.#paths(captureId), interpretation)
    const live = this.#live.get(captureId)
    if (live !== undefined) live.interpretation = interpretation
    this.onListChanged?.()
    return { ...summary, interpretation }
  }

  /** At most 1 MiB of one record's bytes from `offset`. Errors: `window-out-of-range`, and as `openCapture`. */
  read(
    captureId: string,
    record: number,
    offset: number,
    length: number,
  ): Promise<{ row: CaptureRow; bytes: Uint8Array }> {
    return this.reading(captureId, (reader) => reader.read(record, offset, length))
  }

  /** Gives a capture another name; its data file stays as it is. Errors: those of `writeFacts`. */
  rename(captureId: string, name: string): Promise<CaptureSummary> {
    return this.#changeFacts(captureId, { name })
  }

  /** Keeps notes and tags with a capture; what is left out stays. Errors: those of `writeFacts`. */
  annotate(captureId: string, change: { readonly notes?: string; readonly tags?: string[] }): Promise<CaptureSummary> {
    return this.#changeFacts(captureId, change)
  }

  /** Moves a capture into the folder `trash`. Errors: `capture-in-use`, `capture-not-found`, `file-unwritable`. */
  async remove(captureId: string): Promise<void> {
    const paths = await this.#free(captureId)
    await this.#trash.put(captureId, paths)
    this.onListChanged?.()
  }

  /** Brings a removed capture back. Errors: `capture-not-found`, `file-unwritable`. */
  async restore(captureId: string): Promise<CaptureSummary> {
    await this.#trash.takeBack(captureId, this.#paths(captureId))
    this.onListChanged?.()
    return this.#summary(captureId)
  }

  /**
   * Deletes the files of a closed capture for good, past the trash. Errors: `capture-in-use`, `capture-not-found`,
   * `file-unwritable`.
   */
  async discard(captureId: string): Promise<void> {
    const paths = await this.#free(captureId)
    await this.#trash.delete(captureId, paths)
    this.onListChanged?.()
  }

  /**
   * Deletes for good what was removed more than 30 days ago, opens the captures that killed programs left unclosed, and
   * removes their marks. Errors: `file-unreadable`, `file-unwritable`.
   */
  async sweep(): Promise<void> {
    await this.#trash.purge(this.#clock.unixMicroseconds() / 1000 - trashKeptMs)
    this.#recovering = this.#recoverAbandoned()
    await this.#recovering
  }

  /** What `sweep` found unclosed, once it has looked; none before it is asked to. Newest first. */
  async recovered(): Promise<readonly CaptureSummary[]> {
    const captureIds = await this.#recovering
    const summaries = await Promise.all(captureIds.map((captureId) => this.#freshSummaryOrProblem(captureId)))
    return summaries.filter((summary) => summary !== null)
  }

  async #recoverAbandoned(): Promise<readonly string[]> {
    const found: string[] = []
    for (const captureId of (await this.#names()).map(captureIdOfMark)) {
      if (captureId === null || this.#live.has(captureId)) continue
      const paths = this.#paths(captureId)
      if (await this.#marks.isSetElsewhere(paths)) continue
      await this.#marks.clear(paths)
      found.push(captureId)
    }
    return found.sort().reverse()
  }

  /** Closes all live captures and readers. Errors: the first of those of `LiveCapture.close`. */
  async close(): Promise<void> {
    const results = await Promise.allSettled([...this.#live.values()].map(({ capture }) => capture.close()))
    await this.#opened.closeAll()
    while (this.#endings.size > 0) await Promise.allSettled(this.#endings)
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #changeFacts(captureId: string, change: Partial<CaptureFacts>): Promise<CaptureSummary> {
    const summary = await this.#summary(captureId)
    const { name, notes, tags } = await this.#facts.change(this.#paths(captureId), change)
    this.onListChanged?.()
    return { ...summary, name: name ?? summary.name, notes, tags }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await this.#files.listFolder(this.#folder)
    } catch (error) {
      throw describeReadFailure(error, this.#folder)
    }
  }

  async #summaryOrProblem(captureId: string, isMarked: boolean): Promise<CaptureSummary | null> {
    if (isMarked || this.#live.has(captureId)) return this.#freshSummaryOrProblem(captureId)
    return this.#summaries.get(captureId, this.#paths(captureId), () => this.#freshSummaryOrProblem(captureId))
  }

  async #freshSummaryOrProblem(captureId: string): Promise<CaptureSummary | null> {
    try {
      return await this.#summary(captureId)
    } catch (error) {
      const problem = toErrorShape(error)
      if (problem.code === 'capture-not-found') return null
      return problemSummary(captureId, problem)
    }
  }

  async #summary(captureId: string): Promise<CaptureSummary> {
    const paths = this.#paths(captureId)
    const isElsewhere = !this.#live.has(captureId) && (await this.#marks.isSetElsewhere(paths))
    const { header, totals, recovery } = await this.#survey(captureId, paths)
    const { name, notes, tags, origin } = await readFacts(this.#files, paths)
    return {
      captureId,
      name: name ?? header.facts.name,
      startedAtUnixUs: header.facts.startedAtUnixUs,
      live: isElsewhere || this.#live.has(captureId),
      totals,
      recovery: isElsewhere ? cleanRecovery : recovery,
      problem: null,
      interpretation: await this.#readInterpretation(captureId, paths),
      notes,
      tags,
      origin,
    }
  }

  async #readInterpretation(captureId: string, paths: CapturePaths): Promise<Interpretation> {
    return this.interpretationOf(captureId) ?? readInterpretation(this.#files, paths)
  }

  async #keptFraming(captureId: string): Promise<FramingPair> {
    const { sent, received } = await this.#readInterpretation(captureId, this.#paths(captureId))
    return { sent: sent.framing, received: received.framing }
  }

  async #survey(captureId: string, paths: CapturePaths): Promise<CaptureSurvey> {
    const live = this.#live.get(captureId)
    if (live !== undefined) {
      return { header: live.header, totals: live.capture.totals(), recovery: cleanRecovery }
    }
    const opened = await this.#opened.get(captureId)
    // Another program may have written on since it was opened.
    if (opened !== undefined && !opened.isWritten && (await this.#sizeOf(paths)) === opened.totals.fileBytes)
      return opened
    return surveyCapture(this.#files, paths, captureId)
  }

  /** Null when there is no such file, or it cannot be looked at. */
  async #sizeOf({ data }: CapturePaths): Promise<number | null> {
    try {
      return (await this.#files.stamp(data)).sizeBytes
    } catch {
      // Opening it gives the reason.
      return null
    }
  }

  /** Lets go of a capture that nobody writes, so that its files can be moved. Errors: `capture-in-use`. */
  async #free(captureId: string): Promise<CapturePaths> {
    const paths = this.#paths(captureId)
    if (this.#live.has(captureId) || (await this.#marks.isSetElsewhere(paths))) {
      throw new WirebenchError('capture-in-use', { captureId })
    }
    await this.#opened.close(captureId)
    await this.#marks.clear(paths)
    return paths
  }

  #paths(captureId: string): CapturePaths {
    if (!isCaptureId(captureId)) throw new WirebenchError('capture-not-found', { captureId })
    return capturePaths(this.#folder, captureId)
  }

  /** Lends the reader of a live or a kept capture; once more when it was closed in between. Errors as `openCapture`. */
  async reading<Result>(captureId: string, work: (reader: RowReader) => Promise<Result>): Promise<Result> {
    for (;;) {
      const live = this.#live.get(captureId)
      try {
        if (live === undefined) return await work(await this.#opened.open(captureId, this.#paths(captureId)))
        return await readOrExplain(await this.#liveReader(live), this.#paths(captureId), work)
      } catch (error) {
        if (!(error instanceof ReaderClosed)) throw error
      }
    }
  }

  #liveReader(live: LiveEntry): Promise<CaptureReader> {
    live.reader ??= this.#openLiveReader(live).catch((error: unknown) => {
      live.reader = null
      throw error
    })
    return live.reader
  }

  async #openLiveReader({ capture }: LiveEntry): Promise<CaptureReader> {
    return new CaptureReader(capture, await capture.openData(), this.#setup)
  }

  #forgetLive(captureId: string): void {
    const live = this.#live.get(captureId)
    this.#live.delete(captureId)
    this.#track(this.#marks.clear(this.#paths(captureId)))
    if (live?.reader !== undefined && live.reader !== null) {
      this.#track(live.reader.then((reader) => reader.close()))
    }
    this.onListChanged?.()
  }

  /** Something that ends by itself and that `close` waits for. */
  #track(ending: Promise<unknown>): void {
    this.#endings.add(ending)
    void Promise.allSettled([ending]).then(() => this.#endings.delete(ending))
  }
}
