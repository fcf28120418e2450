/**
 * How fast a capture is written as other files, beside `cp` of its data file in the same run: everything in the page cache, the
 * targets on the same disk.
 *
 * Options: --runs N (default 5), --megabytes N (of the capture, default 1024), --chunk N (bytes of a chunk, default 65536),
 * --formats A,B (default pcapng,jsonl,raw,hexdump,wirebench).
 */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { exportCapture } from '../src-main/capture/export/export-capture.ts'
import { encodeFileHeader } from '../src-main/capture/file-header.ts'
import { encodeRecordHeader, recordHeaderBytes, recordKind } from '../src-main/capture/record-codec.ts'
import { exportFormat, exportOptions, type ExportFormat } from '../src-main/contract/schemas/capture-transfer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { DiskExportFile } from '../src-main/storage/disk-export-file.ts'
import { benchOptions } from './bench-options.ts'
import { describeMachine, median, megabytesPerSecond } from './measure.ts'

const given = benchOptions({
  runs: { type: 'string', default: '5' },
  megabytes: { type: 'string', default: '1024' },
  chunk: { type: 'string', default: '65536' },
  formats: { type: 'string', default: 'pcapng,jsonl,raw,hexdump,wirebench' },
})
const runs = Number(given.runs)
const chunkBytes = Number(given.chunk)
const chunkCount = Math.floor((Number(given.megabytes) * 1024 * 1024) / chunkBytes)
const formats = given.formats.split(',').map((name) => v.parse(exportFormat, name))
const goalRatio = 0.3
const captureId = 'bench-export'
const salt = 0x5eed

/** A data file as the writer of captures makes it: a connection on loopback that only receives. */
async function writeCapture(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    const facts = { captureId, name: 'Bench', startedAtUnixUs: 1_700_000_000_000_000, programVersion: '0' }
    await file.write(encodeFileHeader(salt, facts))
    const end = (port: number) => ({ address: '127.0.0.1', port, family: 'ipv4' })
    const event = { kind: 'connected', transition: null, local: end(40_000), remote: end(7000), elapsedMs: 1 }
    const json = new TextEncoder().encode(JSON.stringify(event))
    const head = new Uint8Array(recordHeaderBytes)
    encodeRecordHeader(head, 0, salt, recordKind.event, json.length, 0, 1, 0)
    await file.write(head)
    await file.write(json)
    const record = new Uint8Array(recordHeaderBytes + chunkBytes)
    for (let at = recordHeaderBytes; at < record.length; at++) record[at] = (at * 31) ^ (at >>> 8)
    for (let index = 0; index < chunkCount; index++) {
      encodeRecordHeader(record, 0, salt, recordKind.received, chunkBytes, index * 60_000, 1, index * chunkBytes)
      await file.write(record)
    }
  } finally {
    await file.close()
  }
}

function copy(from: string, to: string): number {
  const begin = performance.now()
  const { status } = spawnSync('cp', [from, to])
  if (status !== 0) throw new Error('cp failed.')
  return performance.now() - begin
}

async function exportAs(store: CaptureStore, format: ExportFormat, to: string): Promise<number> {
  const begin = performance.now()
  const source = await store.openForExport(captureId)
  const file = await DiskExportFile.create(to)
  await exportCapture({
    source,
    options: v.parse(exportOptions, { format }),
    facts: { program: 'Wirebench', system: 'bench', hardware: 'bench' },
    sink: (bytes) => file.write(bytes),
    readStream: (range) => store.readStream(captureId, range),
    signal: new AbortController().signal,
    progress: () => undefined,
  })
  await file.keep(true)
  await source.close()
  return performance.now() - begin
}

const folder = await mkdtemp(join(tmpdir(), 'wirebench-bench-export-'))
try {
  const captures = join(folder, 'captures')
  await mkdir(captures)
  const dataFile = join(captures, `${captureId}.wirebench`)
  const target = join(folder, 'target')
  await writeCapture(dataFile)
  const { size } = await stat(dataFile)
  const store = await CaptureStore.open({ folder: captures, clock: new SystemClock(), programVersion: '0' })
  await store.openCapture(captureId)
  console.log(`${describeMachine()}\n${(size / 2 ** 20).toFixed(0)} MiB in chunks of ${chunkBytes} bytes, ${runs} runs`)
  const copies: number[] = []
  const times = new Map<ExportFormat, number[]>(formats.map((format) => [format, []]))
  for (let run = 0; run < runs; run++) {
    copies.push(copy(dataFile, target))
    await rm(target)
    for (const [format, taken] of times) {
      taken.push(await exportAs(store, format, target))
      await rm(target)
    }
  }
  await store.close()
  const copied = median(copies)
  console.log(`cp         ${megabytesPerSecond(size, copied).toFixed(0)} MB/s`)
  for (const [format, taken] of times) {
    const exported = median(taken)
    const ratio = copied / exported
    const goal = format === 'pcapng' ? ` (goal ${goalRatio}: ${ratio >= goalRatio ? 'reached' : 'MISSED'})` : ''
    console.log(
      `${format.padEnd(10)} ${megabytesPerSecond(size, exported).toFixed(0)} MB/s, ${ratio.toFixed(2)} of cp${goal}`,
    )
  }
} finally {
  await rm(folder, { recursive: true })
}
