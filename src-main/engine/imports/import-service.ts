import type { CaptureStore } from '../../capture/capture-store.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { importFile } from '../../capture/import/import-file.ts'
import type { ImportOptions, ImportSource } from '../../contract/schemas/capture-transfer.ts'
import type { JobResult, JobSnapshot } from '../../contract/schemas/job.ts'
import type { JobContext, JobService } from '../jobs/job-service.ts'
import type { Clock, FileSource } from '../ports.ts'
import type { UploadedFile, UploadService } from '../uploads/upload-service.ts'

export interface ImportServiceOptions {
  readonly clock: Clock
  readonly captures: CaptureStore
  readonly jobs: JobService
  readonly files: FileSource
  readonly uploads: UploadService
}

/** Imports files and checks captures, each as a job. */
export class ImportService {
  readonly #options: ImportServiceOptions

  constructor(options: ImportServiceOptions) {
    this.#options = options
  }

  /**
   * Begins to import a file. Errors: `file-not-found`, `file-unreadable`, `upload-not-found`, `too-many-requests`; those of
   * `importFile` come with the job. An upload is deleted when the job ends, however it does.
   */
  async import(source: ImportSource, options: ImportOptions): Promise<JobSnapshot> {
    const place = await this.#find(source)
    // Opened once to tell at once what cannot be read; a job that is cancelled early would not close it.
    await (await this.#options.files.open(place.path)).close()
    const subject = place.name
    return this.#options.jobs.begin({ kind: 'import', subject, captureId: null }, async (context) => {
      try {
        return await this.#work(place, options, context)
      } finally {
        if (source.kind === 'upload') await this.#options.uploads.discard(source.uploadId)
      }
    })
  }

  /** Begins to check a capture. Errors: `capture-not-found`, `too-many-requests`; `capture-in-use` comes with the job. */
  async check(captureId: string): Promise<JobSnapshot> {
    const { captures, jobs } = this.#options
    const summary = (await captures.list()).find((capture) => capture.captureId === captureId)
    if (summary === undefined) throw new WirebenchError('capture-not-found', { captureId })
    return jobs.begin({ kind: 'check', subject: summary.name, captureId }, async (context) => {
      const { byteCount, notes } = await captures.check(captureId, context)
      const nothing = { captureIds: [], path: null, downloadId: null, fileName: null }
      return { ...nothing, byteCount, notes: [...notes], isWhole: notes.length === 0 }
    })
  }

  async #work({ path, name }: UploadedFile, options: ImportOptions, context: JobContext): Promise<JobResult> {
    const { captures: store, clock, files } = this.#options
    const file = await files.open(path)
    try {
      const { sizeBytes } = file
      const read = (position: number, byteCount: number): Promise<Uint8Array> => file.read(position, byteCount)
      context.progress(0, sizeBytes)
      const job = { source: { fileName: name, sizeBytes, read }, options, ...context }
      const { captureId, notes, isWhole } = await importFile(job, { store, clock })
      const nothing = { path: null, downloadId: null, fileName: null }
      return { captureIds: [captureId], ...nothing, byteCount: sizeBytes, notes: [...notes], isWhole }
    } finally {
      await file.close()
    }
  }

  async #find(source: ImportSource): Promise<UploadedFile> {
    if (source.kind === 'upload') return this.#options.uploads.whole(source.uploadId)
    return { path: source.path, name: lastNameOf(source.path) }
  }
}

/** The name of a file without its folders, as any system writes them. */
function lastNameOf(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path
}
