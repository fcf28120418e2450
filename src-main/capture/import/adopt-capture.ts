import { join } from 'node:path'
import { capturePaths, chance, isCaptureId, makeCaptureId, type CapturePaths } from '../capture-paths.ts'
import type { Clock } from '../clock.ts'
import { describeWriteFailure, systemCode, type FileAccess } from '../file-access.ts'
import { decodeFileHeader, fileHeaderBytes, type FileHeader } from '../file-header.ts'
import type { LiveMarks } from '../live-marks.ts'
import type { FactsKeeper } from '../facts-keeper.ts'
import { importedOrigin } from './imported-origin.ts'
import { piecesOf, type ImportJob } from './import-source.ts'

/** What a capture is called in the folder while it is being copied: no list shows it. */
const incomingSuffix = '.incoming'

export interface AdoptionParts {
  readonly files: FileAccess
  readonly clock: Clock
  /** Of the captures; those that were removed are in its folder `trash`. */
  readonly folder: string
  readonly marks: LiveMarks
  /** Keeps where the capture comes from, and a new name, once it is there. */
  readonly facts: FactsKeeper
}

/**
 * Copies the data file of a capture into the folder as it is, under its identifier, or under a new one when that is taken. What
 * is damaged in it stays damaged. Gives the identifier. Errors: `capture-malformed` and `capture-newer` for its header,
 * `file-unreadable`, `disk-full`, `file-unwritable`.
 */
export async function adoptCapture(job: ImportJob, parts: AdoptionParts): Promise<string> {
  const { source, options } = job
  const header = decodeFileHeader(await source.read(0, fileHeaderBytes), source.fileName)
  const { captureId, paths } = await claimPlace(header, parts)
  const incoming = `${paths.data}${incomingSuffix}`
  try {
    await copy(job, parts.files, incoming, paths.fileName)
    await parts.files.rename(incoming, paths.data)
    const origin = importedOrigin(source.fileName, 'wirebench', parts.clock)
    await parts.facts.change(paths, options.name === null ? { origin } : { origin, name: options.name })
    return captureId
  } catch (error) {
    for (const path of [incoming, paths.data, paths.facts]) await parts.files.remove(path).catch(() => undefined)
    throw describeFailure(error, job.signal, paths.fileName)
  } finally {
    await parts.marks.clear(paths)
  }
}

/** An identifier that nobody uses, marked as ours. */
async function claimPlace(
  header: FileHeader,
  { files, folder, marks }: AdoptionParts,
): Promise<{ captureId: string; paths: CapturePaths }> {
  const own = header.facts.captureId
  for (let captureId = isCaptureId(own) ? own : newId(header); ; captureId = newId(header)) {
    const paths = capturePaths(folder, captureId)
    if ((await exists(files, paths.data)) || (await exists(files, capturePaths(join(folder, 'trash'), captureId).data)))
      continue
    try {
      await marks.set(paths)
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue
      throw describeWriteFailure(error, paths.fileName)
    }
    // Another import of the same capture may have come in between.
    if (!(await exists(files, paths.data))) return { captureId, paths }
    await marks.clear(paths)
  }
}

/** Times that no date has give an identifier of 1970. */
function newId({ facts }: FileHeader): string {
  return makeCaptureId(facts.startedAtUnixUs <= 8.64e18 / 1000 ? facts.startedAtUnixUs : 0, chance)
}

async function exists(files: FileAccess, path: string): Promise<boolean> {
  try {
    await files.stamp(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

async function copy(job: ImportJob, files: FileAccess, path: string, fileName: string): Promise<void> {
  const file = await files.open(path, 'replace')
  let position = 0
  try {
    for await (const piece of piecesOf(job)) {
      for (let written = 0; written < piece.length;) {
        const count = await file.write([piece.subarray(written)], position)
        if (count === 0) throw new Error('The system wrote nothing.')
        written += count
        position += count
      }
    }
  } catch (error) {
    throw describeFailure(error, job.signal, fileName)
  } finally {
    await file.close()
  }
}

/** Being cancelled is no failure of the disk. */
function describeFailure(error: unknown, signal: AbortSignal, fileName: string): unknown {
  return signal.aborted ? error : describeWriteFailure(error, fileName)
}

/** Deletes what a killed import left of a copy. Errors: `file-unwritable`. */
export async function clearIncoming(files: FileAccess, { data, fileName }: CapturePaths): Promise<void> {
  try {
    await files.remove(`${data}${incomingSuffix}`)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw describeWriteFailure(error, fileName)
  }
}
