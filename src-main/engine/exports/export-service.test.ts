import { afterEach, beforeEach, expect, it } from 'vitest'
import * as v from 'valibot'
import { CaptureStore } from '../../capture/capture-store.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { MemoryFiles } from '../../capture/testing/memory-files.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { EventHub } from '../../contract/event-hub.ts'
import { exportOptions, type ExportOptionsInput } from '../../contract/schemas/capture-transfer.ts'
import type { HostDescription } from '../../contract/schemas/host.ts'
import type { JobSnapshot } from '../../contract/schemas/job.ts'
import { JobService } from '../jobs/job-service.ts'
import type { ExportFile } from '../ports.ts'
import { Pulse } from '../pulse.ts'
import { ExportService } from './export-service.ts'

const description: HostDescription = {
  version: '1.2.3',
  nodeVersion: '20',
  platform: 'linux x64',
  dataFolder: '/data',
  capabilities: { kind: 'cli', nativeFileDialogs: false, secretStorage: 'none' },
  dataFolderProblem: null,
}

let files: MemoryFiles
let store: CaptureStore
let jobs: JobService
let captureId: string
let told: string[]
/** Called before each write of an export. */
let beforeWrite: (byteCount: number) => void

beforeEach(async () => {
  const clock = new ManualClock()
  files = new MemoryFiles()
  store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  const capture = await store.create({ name: 'A run: 1/2' })
  for (let turn = 0; turn < 30; turn++) {
    capture.recordSent(1, new Uint8Array(400_000).fill(turn))
    await capture.flush()
  }
  await capture.close()
  captureId = capture.captureId
  jobs = new JobService({ clock, events: new EventHub(), pulse: new Pulse(clock) })
  told = []
  beforeWrite = () => undefined
})

afterEach(async () => {
  await jobs.close()
  await store.close()
  expect(files.openFiles).toBe(0)
})

function service(): ExportService {
  const file: ExportFile = {
    write: async (bytes) => {
      await Promise.resolve()
      beforeWrite(bytes.length)
    },
    keep: async () => {
      told.push('kept')
      return { path: '/out', downloadId: null, fileName: 'out' }
    },
    discard: async () => {
      told.push('discarded')
    },
  }
  const create = async (_target: unknown, fileName: string): Promise<ExportFile> => {
    told.push(fileName)
    return file
  }
  return new ExportService({ captures: store, jobs, files: { create }, describe: () => description })
}

const begin = (options: ExportOptionsInput): Promise<JobSnapshot> =>
  service().begin(captureId, v.parse(exportOptions, options), { kind: 'download' })

async function ended(jobId: string): Promise<JobSnapshot | undefined> {
  for (;;) {
    const job = jobs.list().find((candidate) => candidate.jobId === jobId)
    if (job?.state !== 'running') return job
    await new Promise((resolve) => setImmediate(resolve))
  }
}

it('writes a capture as a job, and keeps the file when it is whole', async () => {
  const { jobId, subject } = await begin({ format: 'raw' })
  const job = await ended(jobId)
  expect([subject, job?.state, job?.doneBytes === job?.totalBytes, job?.result, told]).toEqual([
    'A run: 1/2',
    'done',
    true,
    {
      captureIds: [],
      path: '/out',
      downloadId: null,
      fileName: 'out',
      byteCount: 12_000_000,
      notes: [],
      isWhole: true,
    },
    ['A run- 1-2.bin', 'kept'],
  ])
})

it('tells of a full disk and leaves nothing', async () => {
  let room = 5_000_000
  beforeWrite = (byteCount) => {
    room -= byteCount
    if (room < 0) throw new WirebenchError('disk-full', { file: '/out' })
  }
  const job = await ended((await begin({ format: 'pcapng' })).jobId)
  expect([job?.state, job?.error?.code, told.at(-1)]).toEqual(['failed', 'disk-full', 'discarded'])
})

it('leaves nothing when it is cancelled', async () => {
  beforeWrite = () => void jobs.cancel('job-1')
  const { jobId } = await begin({ format: 'jsonl' })
  expect([(await ended(jobId))?.state, told.at(-1)]).toEqual(['cancelled', 'discarded'])
})

it('begins nothing while the engine closes, and leaves nothing', async () => {
  const beginning = begin({ format: 'raw' })
  await jobs.close()
  await expect(beginning).rejects.toMatchObject({ code: 'cancelled' })
  expect(told).toEqual(['A run- 1-2.bin', 'discarded'])
})

it('refuses a part of a copy before anything is made', async () => {
  await expect(begin({ format: 'wirebench', scope: { direction: 'sent' } })).rejects.toMatchObject({
    code: 'export-impossible',
  })
  await expect(begin({ format: 'wirebench', scope: { fromNs: 0 } })).rejects.toMatchObject({
    code: 'export-impossible',
  })
  expect(told).toEqual([])
})
