import { exportCapture } from '../../capture/export/export-capture.ts'
import { ExportScope } from '../../capture/export/export-scope.ts'
import type { ExportSource } from '../../capture/export/export-source.ts'
import type { CaptureStore } from '../../capture/capture-store.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { ExportOptions, ExportTarget } from '../../contract/schemas/capture-transfer.ts'
import type { HostDescription } from '../../contract/schemas/host.ts'
import type { JobResult, JobSnapshot } from '../../contract/schemas/job.ts'
import type { JobContext, JobService } from '../jobs/job-service.ts'
import type { ExportFile, ExportFiles } from '../ports.ts'
import { exportFileName } from './export-file-name.ts'

export interface ExportServiceOptions {
  readonly captures: CaptureStore
  readonly jobs: JobService
  readonly files: ExportFiles
  describe(): HostDescription
}

/** Writes captures as files of other kinds, each as a job. */
export class ExportService {
  readonly #options: ExportServiceOptions

  constructor(options: ExportServiceOptions) {
    this.#options = options
  }

  /**
   * Begins an export and answers at once. Errors: `capture-not-found`, `export-impossible`, `file-exists`, `file-unwritable`,
   * `disk-full`, `too-many-requests`, and as opening the capture.
   */
  async begin(captureId: string, options: ExportOptions, target: ExportTarget): Promise<JobSnapshot> {
    const { captures, files, jobs } = this.#options
    checkOptions(options)
    const source = await captures.openForExport(captureId)
    let file: ExportFile | null = null
    try {
      const made = await files.create(target, exportFileName(source.name, options.format))
      file = made
      return jobs.begin({ kind: 'export', subject: source.name, captureId }, (context) =>
        this.#write(source, options, made, context),
      )
    } catch (thrown) {
      await Promise.allSettled([source.close(), file?.discard()])
      throw thrown
    }
  }

  async #write(
    source: ExportSource,
    options: ExportOptions,
    file: ExportFile,
    context: JobContext,
  ): Promise<JobResult> {
    const { captures } = this.#options
    const { signal } = context
    const { version, platform } = this.#options.describe()
    const [system = platform, hardware = ''] = platform.split(' ')
    try {
      const { byteCount, notes, isWhole } = await exportCapture({
        source,
        options,
        facts: { program: `Wirebench ${version}`, system, hardware },
        sink: (bytes) => file.write(bytes),
        readStream: (range) => captures.readStream(source.captureId, range),
        signal,
        progress: (doneBytes, totalBytes) => context.progress(doneBytes, totalBytes),
      })
      signal.throwIfAborted()
      const kept = await file.keep()
      return { captureIds: [], ...kept, byteCount, notes: [...notes], isWhole }
    } catch (thrown) {
      await file.discard()
      throw thrown
    } finally {
      await source.close()
    }
  }
}

/** Errors: `export-impossible`. */
function checkOptions({ format, scope }: ExportOptions): void {
  if (format === 'wirebench' && !ExportScope.isEverything(scope)) {
    throw new WirebenchError('export-impossible', { format, reason: 'A copy holds everything: choose no part of it.' })
  }
}
