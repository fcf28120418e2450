import { basename, join } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import type {
  CaptureLocateRequest,
  CaptureRow,
  CaptureSummary,
  CaptureWindow,
  CaptureWindowRequest,
  LatestMessages,
} from '../contract/schemas/capture.ts'
import type { CaptureRates, CaptureRatesRequest } from '../contract/schemas/capture-rates.ts'
import type { TrashedCapture } from '../contract/schemas/capture-keeping.ts'
import { rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import { AbandonedCaptures } from './abandoned-captures.ts'
import { noFacts, type CaptureFacts } from './capture-facts.ts'
import type { CaptureAccess } from './capture-access.ts'
import { captureIdOf, capturePaths, isCaptureId, type CapturePaths } from './capture-paths.ts'
import { ReaderClosed, type CaptureReader } from './capture-reader.ts'
import type { CaptureStoreOptions, NewCapture } from './capture-store-options.ts'
import { CaptureSummaries } from './capture-summaries.ts'
import { CaptureTrash, type RemovedBy } from './capture-trash.ts'
import type { CheckOptions, CheckResult } from './check/check-capture.ts'
import type { Clock } from './clock.ts'
import { openExportSource, type ExportSource } from './export/export-source.ts'
import { FactsKeeper } from './facts-keeper.ts'
import { listNames, nodeFileAccess, prepareFolder, type FileAccess } from './file-access.ts'
import { FileCaptures } from './file-captures.ts'
import { adoptCapture, type AdoptionParts } from './import/adopt-capture.ts'
import type { ImportJob } from './import/import-source.ts'
import { InterpretationKeeper } from './interpretation-file.ts'
import type { LiveCapture } from './live-capture.ts'
import { LiveCaptures } from './live-captures.ts'
import { LiveMarks } from './live-marks.ts'
import { checkFiles, readOrExplain } from './opened-capture.ts'
import { OpenedCaptures } from './opened-captures.ts'
import { nodeSearchTools, refuseExpression } from './search/search-tools.ts'
import { usualScanSizes, type LocatedRow } from './scanned-view.ts'
import type { StreamRange } from './stream-reader.ts'

/** What live and kept captures are read through. */
export type RowReader = Pick<
  CaptureReader,
  'window' | 'locate' | 'read' | 'readStream' | 'readStreamPart' | 'latest' | 'rates' | 'access'
>

/** All captures of one folder: makes, lists, reads and removes them. Its owner closes it. */
export class CaptureStore {
  /** A capture was made, closed, renamed, removed, restored or mended. */
  onListChanged: (() => void) | null = null
  readonly #folder: string
  readonly #trash: CaptureTrash
  readonly #marks: LiveMarks
  readonly #summaries: CaptureSummaries
  readonly #facts: FactsKeeper
  readonly #interpretations: InterpretationKeeper
  readonly #adoption: AdoptionParts
  readonly #clock: Clock
  readonly #files: FileAccess
  readonly #live: LiveCaptures
  readonly #opened: OpenedCaptures
  readonly #abandoned: AbandonedCaptures
  readonly #fileCaptures: FileCaptures

  private constructor(options: CaptureStoreOptions, files: FileAccess) {
    const { folder, clock, programVersion, sizes = usualScanSizes, structures = () => null } = options
    const { runExpression = refuseExpression } = options
    const setup = { clock, sizes, structures, searchTools: nodeSearchTools(runExpression) }
    this.#folder = folder
    this.#clock = clock
    this.#files = files
    this.#trash = new CaptureTrash(files, join(folder, 'trash'))
    this.#facts = new FactsKeeper(files)
    this.#interpretations = new InterpretationKeeper(files)
    this.#fileCaptures = new FileCaptures(files)
    const marks = new LiveMarks(files, clock)
    this.#marks = marks
    this.#adoption = { files, clock, folder, marks, facts: this.#facts }
    this.#live = new LiveCaptures({ files, folder, marks, clock, programVersion }, setup)
    this.#live.onClosed = (captureId) => {
      this.#live.track(marks.clear(this.#paths(captureId)))
      this.onListChanged?.()
    }
    this.#opened = new OpenedCaptures(files, setup, marks)
    this.#opened.onMended = () => this.onListChanged?.()
    const pathsOf = (captureId: string): CapturePaths => this.#paths(captureId)
    this.#abandoned = new AbandonedCaptures({ files, marks, fileNames: () => listNames(files, folder), pathsOf })
    this.#summaries = new CaptureSummaries({
      files,
      clock,
      marks,
      live: this.#live,
      opened: this.#opened,
      fileCaptures: this.#fileCaptures,
      pathsOf,
    })
  }

  /** Errors: `data-folder-unwritable`. Reads no capture yet. */
  static async open(options: CaptureStoreOptions): Promise<CaptureStore> {
    const files = options.files ?? nodeFileAccess
    await prepareFolder(files, options.folder)
    return new CaptureStore(options, files)
  }

  /** Makes a capture and begins writing it: recorded, unless `origin` says otherwise. Errors: `disk-full`, `file-unwritable`. */
  async create(options: NewCapture): Promise<LiveCapture> {
    const { interpretation = rawInterpretation, origin = noFacts.origin } = options
    const { capture } = await this.#live.create(options, interpretation)
    const paths = this.#paths(capture.captureId)
    try {
      if (interpretation !== rawInterpretation) await this.#interpretations.keep(paths, interpretation)
      if (origin.kind !== 'recorded') await this.#facts.change(paths, { origin })
    } catch (error) {
      // What is deleted need not be whole: the disk that refused the one refuses its end as well.
      await capture.close().catch(() => undefined)
      await this.discard(capture.captureId)
      throw error
    }
    this.onListChanged?.()
    return capture
  }

  /** Copies a capture from elsewhere into the folder, as `adoptCapture` does, and opens it. Errors: those of both. */
  async adopt(job: ImportJob): Promise<CaptureSummary> {
    const captureId = await adoptCapture(job, this.#adoption)
    this.onListChanged?.()
    return this.openCapture(captureId)
  }

  /** All captures, newest first; one that cannot be opened carries its `problem`. Errors: `file-unreadable`. */
  async list(): Promise<readonly CaptureSummary[]> {
    return this.#summaries.list(await listNames(this.#files, this.#folder))
  }

  /**
   * Opens a capture for reading and tells what was found; mends its index where needed. Errors: `capture-not-found`,
   * `capture-malformed`, `capture-newer`, `file-unreadable`.
   */
  async openCapture(captureId: string): Promise<CaptureSummary> {
    if (!this.#live.has(captureId)) await this.#opened.openAfresh(captureId, this.#paths(captureId))
    return this.#summaries.get(captureId)
  }

  /**
   * Rows of a view. Opens the capture when needed. Messages are cut as the interpretation says when the request does not.
   * Errors as `openCapture`.
   */
  async window(request: CaptureWindowRequest): Promise<CaptureWindow> {
    const asked = await this.#summaries.withFraming(request)
    return this.reading(request.captureId, (reader) => reader.window(asked))
  }

  /** The number of the row at a place, as far as is known. Errors as `window`. */
  async locate(request: CaptureLocateRequest): Promise<LocatedRow> {
    const asked = await this.#summaries.withFraming(request)
    return this.reading(request.captureId, (reader) => reader.locate(asked))
  }

  /** Lets work on the capture itself go on until it ends; done again when its index had to be mended. Errors as `openCapture`. */
  access<Result>(captureId: string, work: (access: CaptureAccess) => Promise<Result>): Promise<Result> {
    return this.reading(captureId, (reader) => reader.access(work))
  }

  /** Bytes of one direction from an offset, across records. Errors as `openCapture`. */
  readStream(captureId: string, range: StreamRange): Promise<Uint8Array> {
    return this.reading(captureId, (reader) => reader.readStream(range))
  }

  /** The newest message of each identifier as the kept interpretation reads the capture. Errors as `openCapture`. */
  async latest(captureId: string): Promise<LatestMessages> {
    const interpretation = await this.#summaries.interpretation(captureId)
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
   * Keeps beside a capture how it is cut into messages and read; of a file elsewhere in memory alone. Errors: `capture-not-found`, `disk-full`,
   * `file-unwritable`, and as `openCapture`.
   */
  async setInterpretation(captureId: string, interpretation: Interpretation): Promise<CaptureSummary> {
    const summary = await this.#summaries.get(captureId)
    const inMemory = this.#live.get(captureId) ?? this.#fileCaptures.get(captureId)
    const paths = this.#paths(captureId)
    if (!paths.isForeign) await this.#interpretations.keep(paths, interpretation)
    if (inMemory !== undefined) inMemory.interpretation = interpretation
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

  /** A capture as it stands now, to be written as a file of another kind; whoever asks closes it. Errors as `openCapture`. */
  async openForExport(captureId: string): Promise<ExportSource> {
    const live = this.#live.get(captureId)?.capture
    await live?.flush()
    const { name, live: isWritten } = await this.#summaries.get(captureId)
    const endOffset = live?.totals().fileBytes ?? null
    return openExportSource({
      files: this.#files,
      paths: this.#paths(captureId),
      captureId,
      name,
      endOffset,
      isWritten,
    })
  }

  /** Gives a capture another name; its data file stays as it is. Errors: `capture-read-only`, those of `writeFacts`. */
  rename(captureId: string, name: string): Promise<CaptureSummary> {
    return this.#changeFacts(captureId, { name })
  }

  /** Keeps notes and tags with a capture; what is left out stays. Errors: `capture-read-only`, those of `writeFacts`. */
  annotate(captureId: string, change: { readonly notes?: string; readonly tags?: string[] }): Promise<CaptureSummary> {
    return this.#changeFacts(captureId, change)
  }

  /**
   * Opens a capture file where it is and lists it until it is removed. Nothing is ever written beside it. One of the folder is
   * opened as what it is. Errors: `file-not-found`, `file-unreadable`, `capture-malformed`, `capture-newer`.
   */
  async openFile(path: string): Promise<CaptureSummary> {
    const found = await this.#fileCaptures.look(path)
    const ownId = captureIdOf(found.paths.fileName)
    if (ownId !== null && (await this.#isInFolder(found.origin.path))) return this.openCapture(ownId)
    const isNew = this.#fileCaptures.add(found)
    try {
      const summary = await this.openCapture(found.captureId)
      if (isNew) this.onListChanged?.()
      return summary
    } catch (error) {
      if (isNew) this.#fileCaptures.forget(found.captureId)
      throw error
    }
  }

  /** Makes the index anew from the data file. Errors: `capture-in-use`, and as `openCapture`. */
  async rebuildIndex(captureId: string): Promise<CaptureSummary> {
    const paths = this.#paths(captureId)
    await this.#assertUnwritten(captureId, paths)
    for (;;) {
      try {
        await (await this.#opened.open(captureId, paths)).rebuildIndex()
        return await this.#summaries.get(captureId)
      } catch (error) {
        if (!(error instanceof ReaderClosed)) throw error
      }
    }
  }

  /** Reads a capture that nobody writes as a whole, as `checkCapture` does. Errors: `capture-in-use`, and as `openCapture`. */
  async check(captureId: string, context: Pick<CheckOptions, 'signal' | 'progress'>): Promise<CheckResult> {
    const paths = this.#paths(captureId)
    await this.#assertUnwritten(captureId, paths)
    return checkFiles(this.#files, paths, captureId, context)
  }

  /**
   * Moves a capture into the folder `trash`; a file elsewhere is only no longer listed. Errors: `capture-in-use`,
   * `capture-not-found`, `file-unwritable`.
   */
  async remove(captureId: string, by: RemovedBy = 'person'): Promise<void> {
    if (this.#fileCaptures.get(captureId) !== undefined) {
      this.#fileCaptures.forget(captureId)
      await this.#opened.close(captureId)
    } else {
      await this.#trash.put(captureId, await this.#free(captureId), by)
    }
    this.onListChanged?.()
  }

  /** Brings a removed capture back. Errors: `capture-not-found`, `file-unwritable`. */
  async restore(captureId: string): Promise<CaptureSummary> {
    await this.#trash.takeBack(captureId, this.#paths(captureId))
    this.onListChanged?.()
    return this.#summaries.get(captureId)
  }

  /**
   * Deletes the files of a closed capture for good, past the trash. Errors: `capture-in-use`, `capture-not-found`,
   * `file-unwritable`.
   */
  async discard(captureId: string): Promise<void> {
    const file = this.#fileCaptures.get(captureId)
    if (file !== undefined) throw new WirebenchError('capture-read-only', { file: file.origin.path })
    const paths = await this.#free(captureId)
    await this.#trash.delete(captureId, paths)
    this.onListChanged?.()
  }

  /** What was removed, the last first. Errors: `file-unreadable`. */
  trash(): Promise<TrashedCapture[]> {
    return this.#trash.list()
  }

  /** Deletes removed captures for good, all when null. Gives the bytes freed. Errors: `file-unreadable`, `file-unwritable`. */
  emptyTrash(captureIds: readonly string[] | null): Promise<number> {
    return this.#trash.empty(captureIds)
  }

  /**
   * Deletes for good what was removed and waited long enough (see `CaptureTrash.sweep`). Gives how many captures that limits
   * removed still wait. Errors: `file-unreadable`, `file-unwritable`.
   */
  sweepTrash(limitedBytes: number): Promise<number> {
    return this.#trash.sweep(this.#clock.unixMicroseconds() / 1000, limitedBytes)
  }

  /**
   * Sweeps the trash, opens the captures that killed programs left unclosed, and removes their marks and half copies. Errors:
   * `file-unreadable`, `file-unwritable`.
   */
  async sweep(): Promise<void> {
    // Both begin at once: whoever asks what was found waits for that alone, whatever becomes of the trash.
    const results = await Promise.allSettled([this.#abandoned.sweep(), this.sweepTrash(Number.POSITIVE_INFINITY)])
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  /** What `sweep` found unclosed, once it has looked; none before it is asked to. Newest first. */
  async recovered(): Promise<readonly CaptureSummary[]> {
    const summaries = await this.#summaries.getAll(await this.#abandoned.found())
    // A mark that could not be removed outlives the end of its capture.
    return summaries.filter(({ recovery, problem }) => recovery.unclean || problem !== null)
  }

  /** Closes all live captures and readers. Errors: the first of those of `LiveCapture.close`. */
  async close(): Promise<void> {
    const results = await this.#live.closeAll()
    await this.#opened.closeAll()
    await this.#live.settle()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #changeFacts(captureId: string, change: Partial<CaptureFacts>): Promise<CaptureSummary> {
    const summary = await this.#summaries.get(captureId)
    if (summary.origin.kind === 'file') throw new WirebenchError('capture-read-only', { file: summary.origin.path })
    const { name, notes, tags } = await this.#facts.change(this.#paths(captureId), change)
    this.onListChanged?.()
    return { ...summary, name: name ?? summary.name, notes, tags }
  }

  /** Lets go of a capture that nobody writes, so that its files can be moved. Errors: `capture-in-use`. */
  async #free(captureId: string): Promise<CapturePaths> {
    const paths = this.#paths(captureId)
    await this.#assertUnwritten(captureId, paths)
    await this.#opened.close(captureId)
    await this.#marks.clear(paths)
    return paths
  }

  /** Errors: `capture-in-use`. */
  async #assertUnwritten(captureId: string, paths: CapturePaths): Promise<void> {
    if (this.#live.has(captureId) || (await this.#marks.isSetElsewhere(paths))) {
      throw new WirebenchError('capture-in-use', { captureId })
    }
  }

  async #isInFolder(realPath: string): Promise<boolean> {
    // Told by its folder: the way to the data folder may lead over links.
    const { data } = this.#paths(captureIdOf(basename(realPath)) ?? '')
    return (await this.#files.inspect(data).catch(() => null))?.realPath === realPath
  }

  #paths(captureId: string): CapturePaths {
    const file = this.#fileCaptures.get(captureId)
    if (file !== undefined) return file.paths
    if (!isCaptureId(captureId)) throw new WirebenchError('capture-not-found', { captureId })
    return capturePaths(this.#folder, captureId)
  }

  /** Lends the reader of a live or a kept capture; once more when it was closed in between. Errors as `openCapture`. */
  async reading<Result>(captureId: string, work: (reader: RowReader) => Promise<Result>): Promise<Result> {
    for (;;) {
      const live = this.#live.get(captureId)
      try {
        if (live === undefined) return await work(await this.#opened.open(captureId, this.#paths(captureId)))
        return await readOrExplain(await this.#live.reader(live), this.#paths(captureId), work)
      } catch (error) {
        if (!(error instanceof ReaderClosed)) throw error
      }
    }
  }
}
