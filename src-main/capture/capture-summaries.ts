import { toErrorShape } from '../contract/errors.ts'
import type { CaptureLocateRequest, CaptureSummary } from '../contract/schemas/capture.ts'
import { rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import { noFacts, readFacts, type CaptureFacts } from './capture-facts.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { Clock } from './clock.ts'
import type { FileAccess } from './file-access.ts'
import type { FileCaptures } from './file-captures.ts'
import { readInterpretation } from './interpretation-file.ts'
import { listCaptures } from './capture-listing.ts'
import type { LiveCaptures } from './live-captures.ts'
import type { LiveMarks } from './live-marks.ts'
import { cleanRecovery, problemSummary, surveyCapture, type CaptureSurvey } from './opened-capture.ts'
import type { OpenedCaptures } from './opened-captures.ts'
import { SummaryCache } from './summary-cache.ts'

export interface CaptureSummariesParts {
  readonly files: FileAccess
  readonly clock: Clock
  readonly marks: LiveMarks
  readonly live: LiveCaptures
  readonly opened: OpenedCaptures
  readonly fileCaptures: FileCaptures
  /** Where the files of a capture stand. Errors: `capture-not-found`. */
  readonly pathsOf: (captureId: string) => CapturePaths
}

/** Tells what is known of captures: of those that are written, kept, or files elsewhere. */
export class CaptureSummaries {
  readonly #parts: CaptureSummariesParts
  readonly #cache: SummaryCache

  constructor(parts: CaptureSummariesParts) {
    this.#parts = parts
    this.#cache = new SummaryCache(parts.files, parts.clock)
  }

  /** The captures whose files have these names and the files elsewhere, newest first. */
  list(fileNames: readonly string[]): Promise<readonly CaptureSummary[]> {
    const { fileCaptures, live, pathsOf } = this.#parts
    return listCaptures(
      { fileNames, foreignIds: fileCaptures.captureIds, cache: this.#cache },
      (captureId, isMarked) =>
        isMarked || live.has(captureId) || fileCaptures.get(captureId) !== undefined
          ? this.getOrProblem(captureId)
          : this.#cache.get(captureId, pathsOf(captureId), () => this.getOrProblem(captureId)),
    )
  }

  /** Errors: `capture-not-found`, `capture-malformed`, `capture-newer`, `file-unreadable`. */
  async get(captureId: string): Promise<CaptureSummary> {
    const { live, marks, pathsOf, fileCaptures } = this.#parts
    const paths = pathsOf(captureId)
    const isElsewhere = !live.has(captureId) && (await marks.isSetElsewhere(paths))
    const { header, totals, recovery } = await this.#survey(captureId, paths, isElsewhere)
    const { name, notes, tags, origin } = await this.#facts(paths)
    return {
      captureId,
      name: name ?? header.facts.name,
      startedAtUnixUs: header.facts.startedAtUnixUs,
      live: isElsewhere || live.has(captureId),
      totals,
      recovery: isElsewhere ? cleanRecovery : recovery,
      problem: null,
      interpretation: await this.interpretation(captureId),
      notes,
      tags,
      origin: fileCaptures.get(captureId)?.origin ?? origin,
    }
  }

  /** How a capture is cut and read. Errors: `capture-not-found`, `file-unreadable`. */
  async interpretation(captureId: string): Promise<Interpretation> {
    const { files, live, fileCaptures, pathsOf } = this.#parts
    const inMemory = live.get(captureId)?.interpretation ?? fileCaptures.get(captureId)?.interpretation
    if (inMemory !== undefined && inMemory !== null) return inMemory
    const paths = pathsOf(captureId)
    const reading = readInterpretation(files, paths)
    return paths.isForeign ? reading.catch(() => rawInterpretation) : reading
  }

  /** A request with the framing of the interpretation, where it leaves it out. Errors as `interpretation`. */
  async withFraming<Request extends Pick<CaptureLocateRequest, 'captureId' | 'view' | 'framing'>>(
    request: Request,
  ): Promise<Request> {
    if (request.view !== 'messages' || request.framing !== undefined) return request
    const { sent, received } = await this.interpretation(request.captureId)
    return { ...request, framing: { sent: sent.framing, received: received.framing } }
  }

  /** As `get`, with what is wrong as its `problem`; null for one that is gone. */
  async getOrProblem(captureId: string): Promise<CaptureSummary | null> {
    try {
      return await this.get(captureId)
    } catch (error) {
      const problem = toErrorShape(error)
      const file = this.#parts.fileCaptures.get(captureId)
      if (file === undefined) return problem.code === 'capture-not-found' ? null : problemSummary(captureId, problem)
      return { ...problemSummary(captureId, problem), name: file.paths.fileName, origin: file.origin }
    }
  }

  /** The same for several; those that are gone are left out. */
  async getAll(captureIds: readonly string[]): Promise<readonly CaptureSummary[]> {
    const summaries = await Promise.all(captureIds.map((captureId) => this.getOrProblem(captureId)))
    return summaries.filter((summary) => summary !== null)
  }

  async #facts(paths: CapturePaths): Promise<CaptureFacts> {
    const reading = readFacts(this.#parts.files, paths)
    // What stands beside a file elsewhere may be anybody's: it is of use when it can be read, and nothing else.
    return paths.isForeign ? reading.catch(() => noFacts) : reading
  }

  async #survey(captureId: string, paths: CapturePaths, isElsewhere: boolean): Promise<CaptureSurvey> {
    const { files, live, opened } = this.#parts
    const writing = live.get(captureId)
    if (writing !== undefined) {
      return { header: writing.header, totals: writing.capture.totals(), recovery: cleanRecovery }
    }
    const reading = await opened.get(captureId)
    // Another program may have written on since it was opened.
    if (reading !== undefined && !reading.isWritten && (await this.#sizeOf(paths)) === reading.totals.fileBytes) {
      return reading
    }
    const survey = await surveyCapture(files, paths, captureId)
    if (survey.isComplete || isElsewhere || paths.isForeign) return survey
    // What is in it would be told wrong. Opening it makes its index anew, so that it takes long but once.
    return opened.open(captureId, paths)
  }

  /** Null when there is no such file, or it cannot be looked at. */
  async #sizeOf({ data }: CapturePaths): Promise<number | null> {
    try {
      return (await this.#parts.files.stamp(data)).sizeBytes
    } catch {
      // Opening it gives the reason.
      return null
    }
  }
}
