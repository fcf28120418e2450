import type { CaptureStore } from '../capture-store.ts'
import type { Clock } from '../clock.ts'
import { writingCapture } from './imported-capture.ts'
import { importedOrigin } from './imported-origin.ts'
import { piecesOf, type ImportJob, type ImportResult } from './import-source.ts'

/** The connection that bytes without connections belong to. */
export const onlyConnection = 1

/**
 * Takes the bytes of a file as those of one direction, all of them at the time of the import. Errors: `file-unreadable`, and
 * those of making a capture.
 */
export async function importRaw(
  job: ImportJob,
  { store, clock }: { readonly store: CaptureStore; readonly clock: Clock },
): Promise<ImportResult> {
  const { source, options } = job
  const origin = importedOrigin(source.fileName, 'raw', clock)
  const name = options.name ?? source.fileName
  return writingCapture({ store, clock, name, origin, firstUnixNs: null }, async (capture) => {
    for await (const piece of piecesOf(job)) {
      capture.bytes(onlyConnection, options.direction, piece)
      await capture.room()
    }
    return {
      captureId: capture.captureId,
      notes: ['The file has no times: all bytes have that of the import.'],
      isWhole: true,
    }
  })
}
