import type { CapturePaths } from './capture-paths.ts'
import type { ReaderSetup } from './capture-reader.ts'
import type { FileAccess } from './file-access.ts'
import type { LiveMarks } from './live-marks.ts'
import { OpenedCapture, surveyCapture } from './opened-capture.ts'

/** Captures open for reading at the same time; the one used longest ago is closed for another. */
const maximumOpenedCaptures = 8

/** The kept captures that are open for reading. */
export class OpenedCaptures {
  /** A capture was mended. */
  onMended: (() => void) | null = null
  readonly #files: FileAccess
  readonly #setup: ReaderSetup
  readonly #marks: LiveMarks
  readonly #opened = new Map<string, Promise<OpenedCapture>>()
  readonly #closings = new Set<Promise<void>>()

  constructor(files: FileAccess, setup: ReaderSetup, marks: LiveMarks) {
    this.#files = files
    this.#setup = setup
    this.#marks = marks
  }

  /** The capture when it is open. Errors: those of opening it. */
  get(captureId: string): Promise<OpenedCapture> | undefined {
    return this.#opened.get(captureId)
  }

  /** The capture, open for reading. Errors: those of opening it. */
  async open(captureId: string, paths: CapturePaths): Promise<OpenedCapture> {
    const opening = this.#opened.get(captureId) ?? this.#openFiles(captureId, paths)
    this.#opened.delete(captureId)
    this.#opened.set(captureId, opening)
    if (this.#opened.size > maximumOpenedCaptures) {
      const oldest = this.#opened.keys().next()
      if (oldest.done !== true) this.#closeLater(oldest.value)
    }
    try {
      const opened = await opening
      opened.onMended = () => this.onMended?.()
      return opened
    } catch (error) {
      if (this.#opened.get(captureId) === opening) this.#opened.delete(captureId)
      throw error
    }
  }

  /** Opens again when the file has grown since, by another program that writes it. */
  async openAfresh(captureId: string, paths: CapturePaths): Promise<void> {
    const known = this.#opened.get(captureId)
    if (known !== undefined) {
      const { totals, isWritten } = await known
      const survey = await surveyCapture(this.#files, paths, captureId)
      if (isWritten || survey.totals.fileBytes !== totals.fileBytes) await this.close(captureId)
    }
    await this.open(captureId, paths)
  }

  /** Waits for the requests under way. */
  async close(captureId: string): Promise<void> {
    const opening = this.#opened.get(captureId)
    if (opening === undefined) return
    this.#opened.delete(captureId)
    const [result] = await Promise.allSettled([opening])
    if (result.status === 'fulfilled') await result.value.close()
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#opened.keys()].map((captureId) => this.close(captureId)))
    while (this.#closings.size > 0) await Promise.allSettled(this.#closings)
  }

  async #openFiles(captureId: string, paths: CapturePaths): Promise<OpenedCapture> {
    const isWritten = await this.#marks.isSetElsewhere(paths)
    return OpenedCapture.open(this.#files, this.#setup, paths, captureId, isWritten)
  }

  #closeLater(captureId: string): void {
    const closing = this.close(captureId)
    this.#closings.add(closing)
    void Promise.allSettled([closing]).then(() => this.#closings.delete(closing))
  }
}
