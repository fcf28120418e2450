import type { CaptureStoreOptions } from '../capture-store-options.ts'
import { CaptureStore } from '../capture-store.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryFiles } from './memory-files.ts'

interface MemoryStoreOptions extends Partial<Pick<CaptureStoreOptions, 'sizes' | 'runExpression'>> {
  readonly files?: MemoryFiles
  readonly clock?: ManualClock
}

/** A store on a disk in memory and a clock that is moved by hand; both are made where not given. */
export async function openMemoryStore(options: MemoryStoreOptions = {}) {
  const { files = new MemoryFiles(), clock = new ManualClock(), ...rest } = options
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1.2.3', files, ...rest })
  return { store, files, clock }
}
