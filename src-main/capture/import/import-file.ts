import type { CaptureSummary } from '../../contract/schemas/capture.ts'
import type { ImportFormat } from '../../contract/schemas/capture-transfer.ts'
import type { CaptureStore } from '../capture-store.ts'
import type { Clock } from '../clock.ts'
import { formatOf } from './import-format.ts'
import { importHexdump } from './import-hexdump.ts'
import { importPackets } from './import-packets.ts'
import { importRaw } from './import-raw.ts'
import type { ImportJob, ImportResult } from './import-source.ts'

/** What imports stand on. */
export interface ImportParts {
  readonly store: CaptureStore
  readonly clock: Clock
}

/**
 * Reads a file into a new capture of the store. Cancelled or failed, it leaves nothing behind. Errors:
 * `import-unknown-format`, `import-damaged` when nothing could be read, `capture-malformed` and `capture-newer` for the header of
 * a capture, `file-unreadable`, `disk-full`, `file-unwritable`.
 */
export async function importFile(job: ImportJob, parts: ImportParts): Promise<ImportResult> {
  const format: ImportFormat = job.options.format ?? (await formatOf(job.source))
  switch (format) {
    case 'wirebench':
      return describeAdopted(await parts.store.adopt(job))
    case 'pcap':
    case 'pcapng':
      return importPackets(job, format, parts)
    case 'hexdump':
      return importHexdump(job, parts)
    case 'raw':
      return importRaw(job, parts)
  }
}

/** A copied capture may have been damaged where it comes from: opening it has told. */
function describeAdopted({ captureId, recovery }: CaptureSummary): ImportResult {
  const { unclean, damagedBytes, tailBytesIgnored } = recovery
  const notes = [
    ...(unclean ? ['The capture was not closed properly: its program ended in the middle.'] : []),
    ...(damagedBytes > 0 ? [`Bytes in its middle that cannot be read: ${damagedBytes}.`] : []),
    ...(tailBytesIgnored > 0 ? [`Bytes at its end that are no whole record: ${tailBytesIgnored}.`] : []),
  ]
  return { captureId, notes, isWhole: damagedBytes === 0 && tailBytesIgnored === 0 }
}
