import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CaptureStore } from './capture-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { readAll } from './testing/read-all.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-kill-'))
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('testing/writer-process.ts', import.meta.url)),
      outDir: join(folder, 'program'),
      rolldownOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
    ssr: { noExternal: true },
  })
})

afterAll(() => rm(folder, { recursive: true }))

interface Told {
  readonly captureId: string
  readonly accepted: number
  readonly onDisk: number
  readonly atNs: number
}

/** Runs the writer until it has told `messages` times, kills it, and gives everything it told. */
async function writeAndKill(captures: string, messages: number): Promise<readonly Told[]> {
  const child = fork(join(folder, 'program', 'writer.mjs'), [captures], { stdio: 'ignore' })
  const told: Told[] = []
  child.on('message', (message) => {
    told.push(message as Told)
    if (told.length === messages) child.kill('SIGKILL')
  })
  await once(child, 'exit')
  return told
}

test('after kill -9 everything older than 50 ms is there, whole and in order', async () => {
  const keptAllOld: boolean[] = []
  for (const messages of [1, 40, 90, 170]) {
    const captures = join(folder, `captures-${messages}`)
    const told = await writeAndKill(captures, messages)
    const last = told.at(-1)
    if (last === undefined) throw new Error('the writer told nothing')
    const store = await CaptureStore.open({ folder: captures, clock: new ManualClock(), programVersion: '1' })
    const summary = await store.openCapture(last.captureId)
    const old = told.findLast(({ atNs }) => last.atNs - atNs > 50e6)
    keptAllOld.push(old !== undefined && summary.totals.receivedBytes >= old.accepted)
    expect(summary.recovery).toMatchObject({ unclean: true, damagedBytes: 0 })
    expect(summary.totals.receivedBytes).toBeGreaterThanOrEqual(last.onDisk)
    const rows = await readAll(store, last.captureId, 'records')
    let offset = 0
    for (const row of rows) {
      if (row.kind !== 'data') throw new Error(`unexpected ${row.kind}`)
      expect([row.streamOffset, row.preview.length]).toEqual([offset, row.length])
      const start = offset
      expect(row.preview.findIndex((value, at) => value !== (start + at) % 251)).toBe(-1)
      offset += row.length
    }
    expect(offset).toBe(summary.totals.receivedBytes)
    await store.close()
  }
  // A machine under load may hold up a write for longer than 50 ms; it does not do so every time.
  expect(keptAllOld).toContain(true)
})
