import { WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type {
  CaptureLocateRequest,
  CaptureRecovery,
  CaptureRow,
  CaptureSummary,
  CaptureTotals,
  CaptureWindow,
  CaptureWindowRequest,
  LatestMessages,
} from '../contract/schemas/capture.ts'
import type { CaptureRates, CaptureRatesRequest } from '../contract/schemas/capture-rates.ts'
import { rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import type { CaptureAccess } from './capture-access.ts'
import { timeOfCaptureId, type CapturePaths } from './capture-paths.ts'
import { CaptureReader, ReaderClosed, type ReaderSetup } from './capture-reader.ts'
import type { CaptureSource } from './capture-source.ts'
import { checkCapture, type CheckOptions, type CheckResult } from './check/check-capture.ts'
import {
  describeReadFailure,
  readFully,
  replaceFile,
  systemCode,
  type FileAccess,
  type OpenFile,
} from './file-access.ts'
import { decodeFileHeader, fileHeaderBytes, type FileHeader } from './file-header.ts'
import { encodeIndex } from './index-writer.ts'
import { recoverCapture, type RecoveredCapture } from './recovery.ts'
import { IndexMismatch } from './segment.ts'
import { Tally } from './tally.ts'
import type { LocatedRow } from './scanned-view.ts'
import type { StreamPart, StreamRange } from './stream-reader.ts'

/** A crashed capture's index may lack a few checkpoints; more than these are written. */
const toleratedMissingCheckpoints = 8
/** Behind the last checkpoint that fits no more than this is gone through just to look at a capture. */
const surveyWalkLimitBytes = 16 * 1024 * 1024

export const cleanRecovery: CaptureRecovery = {
  unclean: false,
  indexRebuilt: false,
  indexReason: null,
  tailBytesIgnored: 0,
  damagedBytes: 0,
  losses: [],
}

/** A capture that cannot be opened, for lists. */
export function problemSummary(captureId: string, problem: ErrorShape): CaptureSummary {
  const startedAtUnixUs = timeOfCaptureId(captureId)
  const totals = new Tally().toTotals(0)
  const recovery = cleanRecovery
  const interpretation = rawInterpretation
  return {
    captureId,
    name: captureId,
    startedAtUnixUs,
    live: false,
    totals,
    recovery,
    problem,
    interpretation,
    notes: '',
    tags: [],
    origin: { kind: 'recorded' },
  }
}

/** What a look at the files says, without opening the capture for reading. */
export interface CaptureSurvey {
  readonly header: FileHeader
  readonly totals: CaptureTotals
  readonly recovery: CaptureRecovery
}

interface ReadParts {
  readonly totals: CaptureTotals
  readonly recovery: CaptureRecovery
  readonly reader: CaptureReader
}

/** A kept capture that is open for reading. Makes its index anew whenever it does not fit. */
export class OpenedCapture {
  readonly header: FileHeader
  /** Called when reading found damage and the index was made anew. */
  onMended: (() => void) | null = null
  readonly #files: FileAccess
  readonly #setup: ReaderSetup
  readonly #paths: CapturePaths
  /** Another program was writing it when it was opened. */
  readonly isWritten: boolean
  #parts: ReadParts
  #mending: Promise<void> | null = null
  #isClosed = false

  private constructor(
    files: FileAccess,
    setup: ReaderSetup,
    paths: CapturePaths,
    isWritten: boolean,
    header: FileHeader,
    parts: ReadParts,
  ) {
    this.isWritten = isWritten
    this.#files = files
    this.#setup = setup
    this.#paths = paths
    this.header = header
    this.#parts = parts
  }

  get totals(): CaptureTotals {
    return this.#parts.totals
  }

  get recovery(): CaptureRecovery {
    return this.#parts.recovery
  }

  /**
   * With `isWritten` another program is writing the capture: its index is left alone. Errors: `capture-not-found`,
   * `capture-malformed`, `capture-newer`, `file-unreadable`.
   */
  static async open(
    files: FileAccess,
    setup: ReaderSetup,
    paths: CapturePaths,
    captureId: string,
    isWritten: boolean,
  ): Promise<OpenedCapture> {
    const file = await openDataFile(files, paths, captureId)
    try {
      const header = await readHeader(file, paths)
      const parts = await readParts(files, setup, paths, header, file, { distrustIndex: false, isWritten })
      return new OpenedCapture(files, setup, paths, isWritten, header, parts)
    } catch (error) {
      await file.close()
      throw describeReadFailure(error, paths.fileName)
    }
  }

  window(request: CaptureWindowRequest): Promise<CaptureWindow> {
    return this.#withFittingIndex((reader) => reader.window(request))
  }

  locate(request: Omit<CaptureLocateRequest, 'captureId'>): Promise<LocatedRow> {
    return this.#withFittingIndex((reader) => reader.locate(request))
  }

  read(record: number, offset: number, length: number): Promise<{ row: CaptureRow; bytes: Uint8Array }> {
    return this.#withFittingIndex((reader) => reader.read(record, offset, length))
  }

  readStream(range: StreamRange): Promise<Uint8Array> {
    return this.#withFittingIndex((reader) => reader.readStream(range))
  }

  readStreamPart(range: StreamRange): Promise<StreamPart> {
    return this.#withFittingIndex((reader) => reader.readStreamPart(range))
  }

  latest(interpretation: Interpretation): Promise<LatestMessages> {
    return this.#withFittingIndex((reader) => reader.latest(interpretation))
  }

  rates(request: CaptureRatesRequest): Promise<CaptureRates> {
    return this.#withFittingIndex((reader) => reader.rates(request))
  }

  /** Makes the index anew from the data file. Errors: `file-unreadable`; `ReaderClosed` after `close`. */
  async rebuildIndex(): Promise<void> {
    if (this.#isClosed) throw new ReaderClosed()
    this.#mending ??= this.#mend().finally(() => {
      this.#mending = null
    })
    await this.#mending
  }

  access<Result>(work: (access: CaptureAccess) => Promise<Result>): Promise<Result> {
    return this.#withFittingIndex((reader) => reader.access(work))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#mending
    await this.#parts.reader.close()
  }

  async #withFittingIndex<Result>(work: (reader: CaptureReader) => Promise<Result>): Promise<Result> {
    const { reader } = this.#parts
    try {
      return await work(reader)
    } catch (error) {
      if (!(error instanceof IndexMismatch)) throw explain(error, this.#paths)
    }
    if (this.#parts.reader === reader) await this.rebuildIndex()
    else await this.#mending
    return readOrExplain(this.#parts.reader, this.#paths, work)
  }

  async #mend(): Promise<void> {
    const old = this.#parts.reader
    const file = await this.#files.open(this.#paths.data, 'read')
    try {
      const trust = { distrustIndex: true, isWritten: this.isWritten }
      this.#parts = await readParts(this.#files, this.#setup, this.#paths, this.header, file, trust)
    } catch (error) {
      await file.close()
      throw describeReadFailure(error, this.#paths.fileName)
    }
    this.onMended?.()
    await old.close()
  }
}

/** Reads, and turns what goes wrong into a coded error; `ReaderClosed` stays what it is. */
export async function readOrExplain<Result>(
  reader: CaptureReader,
  paths: CapturePaths,
  work: (reader: CaptureReader) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(reader)
  } catch (error) {
    throw explain(error, paths)
  }
}

function explain(error: unknown, paths: CapturePaths): Error {
  if (error instanceof ReaderClosed) return error
  if (!(error instanceof IndexMismatch)) return describeReadFailure(error, paths.fileName)
  return new WirebenchError('capture-malformed', { file: paths.fileName, reason: error.message })
}

/**
 * Looks at a capture's files and closes them again. Not `isComplete`: a good deal stands behind the last checkpoint that fits
 * and was not looked at. Errors as for opening.
 */
export async function surveyCapture(
  files: FileAccess,
  paths: CapturePaths,
  captureId: string,
): Promise<CaptureSurvey & { readonly isComplete: boolean }> {
  const dataFile = await openDataFile(files, paths, captureId)
  try {
    const header = await readHeader(dataFile, paths)
    const recovered = await recoverCapture({
      files,
      dataFile,
      indexPath: paths.index,
      header,
      walkLimitBytes: surveyWalkLimitBytes,
      distrustIndex: false,
    })
    const { tally, fileBytes, recovery, complete: isComplete } = recovered
    return { header, totals: tally.toTotals(fileBytes), recovery, isComplete }
  } catch (error) {
    throw describeReadFailure(error, paths.fileName)
  } finally {
    await dataFile.close()
  }
}

/** Checks a capture that nobody writes, as `checkCapture` does. Errors as for opening. */
export async function checkFiles(
  files: FileAccess,
  paths: CapturePaths,
  captureId: string,
  context: Pick<CheckOptions, 'signal' | 'progress'>,
): Promise<CheckResult> {
  const dataFile = await openDataFile(files, paths, captureId)
  try {
    const header = await readHeader(dataFile, paths)
    return await checkCapture({ files, paths, header, dataFile, ...context })
  } catch (error) {
    throw context.signal.aborted ? error : describeReadFailure(error, paths.fileName)
  } finally {
    await dataFile.close()
  }
}

async function openDataFile(files: FileAccess, paths: CapturePaths, captureId: string): Promise<OpenFile> {
  try {
    return await files.open(paths.data, 'read')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new WirebenchError('capture-not-found', { captureId })
    throw describeReadFailure(error, paths.fileName)
  }
}

async function readHeader(file: OpenFile, paths: CapturePaths): Promise<FileHeader> {
  return decodeFileHeader(await readFully(file, 0, fileHeaderBytes), paths.fileName)
}

async function readParts(
  files: FileAccess,
  setup: ReaderSetup,
  paths: CapturePaths,
  header: FileHeader,
  dataFile: OpenFile,
  { distrustIndex, isWritten }: { readonly distrustIndex: boolean; readonly isWritten: boolean },
): Promise<ReadParts> {
  const recovered = await recoverCapture({
    files,
    dataFile,
    indexPath: paths.index,
    header,
    walkLimitBytes: Number.MAX_SAFE_INTEGER,
    distrustIndex,
  })
  const { recovery } = recovered
  const isDeficient = recovery.indexReason !== null || recovered.missingCheckpoints > toleratedMissingCheckpoints
  if (isDeficient && !isWritten && !paths.isForeign) {
    await keepIndex(files, paths, header, recovered)
  }
  const source: CaptureSource = {
    salt: header.salt,
    state: () => ({
      checkpoints: recovered.checkpoints,
      checkpointCount: recovered.checkpoints.length,
      tally: recovered.tally,
      // What another program writes has more to come, and there is no telling when.
      settledNs: isWritten ? recovered.tally.lastTimeNs : Number.POSITIVE_INFINITY,
    }),
  }
  return {
    totals: recovered.tally.toTotals(recovered.fileBytes),
    recovery: isWritten ? cleanRecovery : { ...recovery, indexRebuilt: recovery.indexReason !== null },
    reader: new CaptureReader(source, dataFile, setup),
  }
}

async function keepIndex(
  files: FileAccess,
  paths: CapturePaths,
  header: FileHeader,
  recovered: RecoveredCapture,
): Promise<void> {
  const { checkpoints } = recovered
  try {
    await replaceFile(files, paths.index, encodeIndex(checkpoints, checkpoints.length, header.fingerprint))
  } catch {
    // A read-only or full disk: the index in memory serves for now, and is made again at the next opening.
  }
}
