/**
 * How fast a capture is searched for 8 rare bytes, beside `grep -c` over the same data file, which the system holds in memory.
 *
 * Options: --runs N (default 5), --megabytes N (of each capture, default 1074), --folder DIR (for the captures).
 */
import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { SearchScan } from '../src-main/capture/search/search-scan.ts'
import { nodeSearchTools } from '../src-main/capture/search/search-tools.ts'
import type { BytePattern } from '../src-main/contract/schemas/capture-filter.ts'
import { createLimitedExpressionScan } from '../src-main/engine/expressions/limited-expression-scan.ts'
import { compilePattern } from '../src-main/protocol/byte-search/compile-pattern.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { benchOptions } from './bench-options.ts'
import { describeMachine, median, megabytesPerSecond } from './measure.ts'

const options = benchOptions({
  runs: { type: 'string', default: '5' },
  megabytes: { type: 'string', default: '1074' },
  folder: { type: 'string', default: tmpdir() },
})
const runs = Number(options.runs)
const totalBytes = Number(options.megabytes) * 1e6
const everything = {
  direction: null,
  connections: null,
  minimumBytes: null,
  maximumBytes: null,
  fromNs: null,
  toNs: null,
}
const needle = 'zQ7kXp9w'
const needleBytes = new TextEncoder().encode(needle)
const placedNeedles = 3

interface Look {
  readonly name: string
  readonly pattern: BytePattern
  /** What `grep` is told instead. */
  readonly grep: readonly string[]
}

const looks: readonly Look[] = [
  {
    name: 'text of 8 bytes',
    pattern: { kind: 'text', text: needle, ignoresCase: false, encoding: 'utf-8' },
    grep: ['-F', needle],
  },
  {
    name: 'hex of 8 bytes with wildcards',
    pattern: { kind: 'hex', hex: '7a 51 ?? 6b 5? 70 39 77' },
    grep: ['-P', '\\x7a\\x51[^\\n]\\x6b[\\x50-\\x5f]\\x70\\x39\\x77'],
  },
  {
    name: 'text of 8 letters ignoring case',
    pattern: { kind: 'text', text: 'zQ7kXp9w', ignoresCase: true, encoding: 'utf-8' },
    grep: ['-i', '-F', needle],
  },
  {
    name: 'regular expression',
    pattern: { kind: 'expression', source: 'zQ\\d[j-l]Xp\\d+w', ignoresCase: false },
    grep: ['-P', 'zQ\\d[j-l]Xp\\d+w'],
  },
]

/** Writes a capture of random bytes, in records of one size, with a few needles; half of it sent, half received. */
async function writeCapture(store: CaptureStore, recordBytes: number): Promise<string> {
  const capture = await store.create({ name: `records of ${recordBytes} bytes` })
  const pool = randomFillSync(new Uint8Array(64 * 1024 * 1024))
  // No needle by chance, in any case.
  for (let at = pool.indexOf(0x51); at >= 0; at = pool.indexOf(0x51, at + 1)) pool[at] = 0x52
  for (let at = pool.indexOf(0x71); at >= 0; at = pool.indexOf(0x71, at + 1)) pool[at] = 0x72
  const recordCount = Math.floor(totalBytes / (recordBytes + 32))
  const every = Math.floor(recordCount / placedNeedles)
  for (let number = 0; number < recordCount; number++) {
    const from = (number * recordBytes) % (pool.length - recordBytes)
    let bytes = pool.subarray(from, from + recordBytes)
    if (number % every === every - 1) {
      bytes = bytes.slice()
      bytes.set(needleBytes, 8)
    }
    capture.recordSent(1 + (number & 1), bytes)
    if ((number & 1023) === 0 && !capture.hasRoom) await capture.flush()
  }
  await capture.close()
  return capture.captureId
}

/** Seconds that a search of a whole capture takes. */
async function search(store: CaptureStore, captureId: string, pattern: BytePattern): Promise<number> {
  const compiled = compilePattern(pattern, nodeSearchTools(createLimitedExpressionScan()))
  if (!compiled.ok) throw new Error(compiled.error.message)
  let found = 0
  const scan = new SearchScan({
    pattern: compiled.pattern,
    scope: everything,
    onFound: () => found++,
    onRestart: () => {
      throw new Error('The capture is damaged.')
    },
  })
  const begin = performance.now()
  while ((await store.access(captureId, (access) => scan.advance(access))) === 'more');
  const elapsedMs = performance.now() - begin
  if (found !== placedNeedles) throw new Error(`${found} needles were found, not ${placedNeedles}.`)
  return elapsedMs
}

function grep(file: string, parameters: readonly string[]): number {
  const begin = performance.now()
  const { status, error } = spawnSync('grep', ['-c', '-a', ...parameters, file], {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: 'ignore',
  })
  const elapsedMs = performance.now() - begin
  if (error !== undefined || status !== 0) throw new Error(`grep failed: ${error?.message ?? String(status)}`)
  return elapsedMs
}

process.stdout.write(`${describeMachine()}\n`)
const folder = await mkdtemp(join(options.folder, 'wirebench-bench-'))
try {
  const store = await CaptureStore.open({ folder, clock: new SystemClock(), programVersion: 'bench' })
  try {
    for (const recordBytes of [64 * 1024, 64]) {
      const captureId = await writeCapture(store, recordBytes)
      const name = (await readdir(folder)).find((file) => file === `${captureId}.wirebench`)
      if (name === undefined) throw new Error('The data file is missing.')
      const file = join(folder, name)
      for (const { name: lookName, pattern, grep: parameters } of looks) {
        // Once for the compiler and for the system to hold the file in memory.
        await search(store, captureId, pattern)
        grep(file, parameters)
        const results: { own: number; other: number }[] = []
        for (let run = 0; run < runs; run++) {
          results.push({ other: grep(file, parameters), own: await search(store, captureId, pattern) })
        }
        const speed = megabytesPerSecond(totalBytes, median(results.map(({ own }) => own)))
        const ratio = median(results.map(({ own, other }) => other / own))
        process.stdout.write(
          `${lookName}, records of ${recordBytes} bytes: ${speed.toFixed(0)} MB/s, ${ratio.toFixed(2)} of grep -c\n`,
        )
      }
      await store.discard(captureId)
    }
  } finally {
    await store.close()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
