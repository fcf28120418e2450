import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { ImportService } from '../imports/import-service.ts'
import type { UploadService } from '../uploads/upload-service.ts'

/** Answers `capture.import`, `capture.check` and `upload.*`. */
export function importCommands(imports: ImportService, uploads: UploadService) {
  return {
    'capture.import': ({ source, options }) => imports.import(source, options),
    'capture.check': ({ captureId }) => imports.check(captureId),
    'upload.begin': ({ name, sizeBytes }) => uploads.begin(name, sizeBytes),
    'upload.append': ({ uploadId, offset, bytes }) => uploads.append(uploadId, offset, bytes),
    'upload.discard': async ({ uploadId }) => {
      await uploads.discard(uploadId)
      return {}
    },
  } satisfies Partial<CommandHandlers>
}
