import type { ImportOptionsInput } from '../../contract/schemas/capture-transfer.ts'
import type { CaptureRow } from '../../contract/schemas/capture.ts'
import { CaptureStore } from '../capture-store.ts'
import { importFile } from '../import/import-file.ts'
import type { ImportResult } from '../import/import-source.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryFiles } from './memory-files.ts'
import { readAll } from './read-all.ts'

/** A store in memory that files are imported into. */
export class ImportBench {
  readonly clock: ManualClock
  readonly files: MemoryFiles
  readonly store: CaptureStore

  private constructor(clock: ManualClock, files: MemoryFiles, store: CaptureStore) {
    this.clock = clock
    this.files = files
    this.store = store
  }

  static async make(files = new MemoryFiles()): Promise<ImportBench> {
    const clock = new ManualClock()
    const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '0.0.0-test', files })
    return new ImportBench(clock, files, store)
  }

  /** Imports bytes as a file. */
  import(
    bytes: Uint8Array,
    options: ImportOptionsInput = {},
    { signal = new AbortController().signal, fileName = 'file' } = {},
  ): Promise<ImportResult> {
    const read = async (position: number, byteCount: number): Promise<Uint8Array> => {
      await Promise.resolve()
      return bytes.slice(position, position + byteCount)
    }
    const { format = null, name = null, direction = 'received', localPort = null } = options
    const job = {
      source: { fileName, sizeBytes: bytes.length, read },
      options: { format, name, direction, localPort },
      signal,
      progress: () => undefined,
    }
    return importFile(job, { store: this.store, clock: this.clock })
  }

  /** What a capture holds, a line per record: time, connection, and bytes as Latin-1 or the event. */
  async lines(captureId: string): Promise<string[]> {
    return (await readAll(this.store, captureId, 'records')).map(lineOf)
  }
}

function lineOf(row: CaptureRow): string {
  const base = `${row.timeNs} #${row.connection}`
  if (row.kind === 'data') return `${base} ${row.direction} ${String.fromCharCode(...row.preview)}`
  if (row.kind !== 'event') return `${base} ${row.kind}`
  const { event } = row
  switch (event.kind) {
    case 'note':
      return `${base} note: ${event.text}`
    case 'connected':
    case 'accepted':
      return `${base} ${event.kind} ${event.local.address}:${event.local.port} ${event.remote.address}:${event.remote.port}`
    case 'ended':
      return `${base} ended by ${event.ending.by}, ${event.ending.how}`
    default:
      return `${base} ${event.kind}`
  }
}
