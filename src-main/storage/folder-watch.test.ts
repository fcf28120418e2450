import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { FileAccess } from './file-access.ts'
import { FolderWatcher } from './folder-watch.ts'
import { nodeFileAccess } from './node-file-access.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

interface Watched {
  readonly folder: string
  readonly watcher: FolderWatcher
  /** Resolves with the next change that is told. */
  nextChange(): Promise<void>
  readonly told: () => number
}

async function watched(files: FileAccess = nodeFileAccess): Promise<Watched> {
  const folder = join(await makeTemporaryFolder(), 'watched')
  await mkdir(folder)
  let told = 0
  let waiting: (() => void)[] = []
  const watcher = new FolderWatcher({
    files,
    folder,
    concerns: (name) => name.endsWith('.json'),
    onChanged: () => {
      told++
      for (const resolve of waiting.splice(0)) resolve()
      waiting = []
    },
    debounceMs: 5,
  })
  onTestFinished(() => watcher.close())
  await watcher.rearm()
  return { folder, watcher, told: () => told, nextChange: () => new Promise((resolve) => waiting.push(resolve)) }
}

describe('watching a folder', { timeout: 60_000 }, () => {
  it('tells a burst of changes, and again after the folder was removed and made again', async () => {
    const { folder, watcher, nextChange } = await watched()
    const first = nextChange()
    await Promise.all([1, 2, 3].map((number) => writeFile(join(folder, `${number}.json`), 'x')))
    await first
    const removed = nextChange()
    await rm(folder, { recursive: true })
    await removed
    await mkdir(folder)
    await watcher.rearm()
    const again = nextChange()
    await writeFile(join(folder, 'a.json'), 'x')
    await again
    expect(watcher.active).toBe(true)
  })

  it('is silent, and harmless, where watching is not available', async () => {
    const files: FileAccess = {
      ...nodeFileAccess,
      watch: () => {
        throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' })
      },
    }
    const { watcher } = await watched(files)
    expect(watcher.active).toBe(false)
  })

  it('goes on without when the system gives the watch up', async () => {
    let giveUp: () => void = () => undefined
    const files: FileAccess = {
      ...nodeFileAccess,
      watch: (_folder, _onEvent, onFailed) => {
        giveUp = onFailed
        return { close: () => undefined }
      },
    }
    const { watcher } = await watched(files)
    const before = watcher.active
    giveUp()
    const after = watcher.active
    await watcher.rearm()
    expect([before, after, watcher.active]).toEqual([true, false, true])
  })

  it('tells only what concerns', async () => {
    let change: (name: string | null) => void = () => undefined
    const files: FileAccess = {
      ...nodeFileAccess,
      watch: (_folder, onEvent) => {
        change = onEvent
        return { close: () => undefined }
      },
    }
    const { nextChange, told } = await watched(files)
    change('.wirebench-lock')
    const next = nextChange()
    change('a.json')
    change('b.json')
    await next
    const unnamed = nextChange()
    change(null)
    await unnamed
    expect(told()).toBe(2)
  })
})
