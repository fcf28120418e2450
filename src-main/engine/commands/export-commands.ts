import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { ExportService } from '../exports/export-service.ts'

/** Writing captures as files of other kinds. */
export function exportCommands(exports: ExportService) {
  return {
    'capture.export': ({ captureId, options, target }) => exports.begin(captureId, options, target),
  } satisfies Partial<CommandHandlers>
}
