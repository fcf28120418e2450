import type { ImportFormat } from '../../contract/schemas/capture-transfer.ts'
import type { KeptOrigin } from '../capture-facts.ts'
import type { Clock } from '../clock.ts'

/** Where a capture comes from that is imported now. */
export function importedOrigin(
  fileName: string,
  format: ImportFormat,
  clock: Pick<Clock, 'unixMicroseconds'>,
): KeptOrigin {
  return { kind: 'imported', fileName, format, importedAtUnixUs: clock.unixMicroseconds() }
}
