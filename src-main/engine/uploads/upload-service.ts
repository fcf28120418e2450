import { WirebenchError } from '../../contract/errors.ts'
import type { Clock } from '../ports.ts'
import type { UploadFile, UploadFiles } from './upload-files.ts'

/** Files that may be on their way, or wait to be imported, at the same time. */
export const maximumUploads = 32
/** One that nobody has used for so long is deleted. */
export const unusedAfterMs = 3_600_000
/** What an upload leaves free of the disk: captures need it. */
const keptFreeBytes = 256 * 1024 * 1024

export interface UploadServiceOptions {
  readonly clock: Clock
  readonly files: UploadFiles
}

/** A file that a window brought whole. */
export interface UploadedFile {
  readonly path: string
  /** What the window called it. */
  readonly name: string
}

interface Upload {
  readonly name: string
  readonly sizeBytes: number
  readonly file: UploadFile
  receivedBytes: number
  /** The last piece that is being written. */
  writing: Promise<void>
  cancelExpiry: () => void
}

/** The files that windows bring. Its owner closes it. */
export class UploadService {
  readonly #options: UploadServiceOptions
  readonly #uploads = new Map<string, Upload>()
  #lastNumber = 0

  constructor(options: UploadServiceOptions) {
    this.#options = options
  }

  /** Errors: `disk-full`, `data-folder-unwritable`, `too-many-requests`. */
  async begin(name: string, sizeBytes: number): Promise<{ uploadId: string }> {
    const { clock, files } = this.#options
    if (this.#uploads.size >= maximumUploads) {
      throw new WirebenchError('too-many-requests', { limit: maximumUploads, what: 'uploads' })
    }
    await files.clear(clock.unixMicroseconds() / 1000 - unusedAfterMs)
    const freeBytes = await files.freeBytes()
    if (freeBytes !== null && sizeBytes + this.#promisedBytes() + keptFreeBytes > freeBytes) {
      throw new WirebenchError('disk-full', { file: name, consequence: 'Free some space and try again.' })
    }
    const file = await files.create(name)
    const uploadId = `upload-${(this.#lastNumber += 1)}`
    const writing = Promise.resolve()
    const upload: Upload = { name, sizeBytes, file, receivedBytes: 0, writing, cancelExpiry: () => undefined }
    this.#uploads.set(uploadId, upload)
    this.#expireLater(uploadId, upload)
    return { uploadId }
  }

  /** Errors: `upload-not-found`, `bad-payload` for a piece that does not follow, `disk-full`, `file-unwritable`. */
  async append(uploadId: string, offset: number, bytes: Uint8Array): Promise<{ receivedBytes: number }> {
    const upload = this.#find(uploadId)
    const writing = upload.writing.then(async () => {
      const { receivedBytes, sizeBytes } = upload
      if (offset !== receivedBytes) throw badPiece(`The next byte of the file is ${receivedBytes}, not ${offset}.`)
      if (offset + bytes.length > sizeBytes) throw badPiece(`The file was said to have ${sizeBytes} bytes.`)
      await upload.file.append(bytes)
      upload.receivedBytes += bytes.length
    })
    // The next piece is judged on its own.
    upload.writing = writing.catch(() => undefined)
    this.#expireLater(uploadId, upload)
    await writing
    return { receivedBytes: upload.receivedBytes }
  }

  /** A file that came whole. It stays until it is discarded. Errors: `upload-not-found`, `bad-payload`. */
  async whole(uploadId: string): Promise<UploadedFile> {
    const upload = this.#find(uploadId)
    this.#expireLater(uploadId, upload)
    await upload.writing
    const { receivedBytes, sizeBytes, name, file } = upload
    if (receivedBytes < sizeBytes) {
      throw new WirebenchError('bad-payload', {
        command: 'capture.import',
        reason: `Only ${receivedBytes} of ${sizeBytes} bytes of the file have come.`,
      })
    }
    return { path: file.path, name }
  }

  /** Deletes a file. One that is not there any more is no failure. Errors: `file-unwritable`. */
  async discard(uploadId: string): Promise<void> {
    const upload = this.#uploads.get(uploadId)
    if (upload === undefined) return
    this.#uploads.delete(uploadId)
    upload.cancelExpiry()
    await upload.writing
    await upload.file.remove()
  }

  /** Deletes everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((uploadId) => this.discard(uploadId)))
  }

  /** Bytes that are still to come of the files on their way. */
  #promisedBytes(): number {
    let promised = 0
    for (const { sizeBytes, receivedBytes } of this.#uploads.values()) promised += sizeBytes - receivedBytes
    return promised
  }

  #expireLater(uploadId: string, upload: Upload): void {
    upload.cancelExpiry()
    upload.cancelExpiry = this.#options.clock.wakeAfter(unusedAfterMs, () => {
      // What cannot be deleted now is old when the next upload begins.
      this.discard(uploadId).catch(() => undefined)
    })
  }

  #find(uploadId: string): Upload {
    const upload = this.#uploads.get(uploadId)
    if (upload === undefined) throw new WirebenchError('upload-not-found', { uploadId })
    return upload
  }
}

function badPiece(reason: string): WirebenchError {
  return new WirebenchError('bad-payload', { command: 'upload.append', reason })
}
