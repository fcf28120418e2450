import { afterEach, beforeEach, expect, it } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { EventHub } from '../../contract/event-hub.ts'
import type { JobResult, JobSnapshot } from '../../contract/schemas/job.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { Pulse } from '../pulse.ts'
import { JobService, maximumRunningJobs, type JobWork } from './job-service.ts'

const nothing: JobResult = {
  captureIds: [],
  path: null,
  downloadId: null,
  fileName: null,
  byteCount: 0,
  notes: [],
  isWhole: true,
}
const facts = { kind: 'export', subject: 'A capture', captureId: 'a-capture' } as const

let jobs: JobService
let told: JobSnapshot[]

beforeEach(() => {
  const clock = new ManualClock()
  const events = new EventHub()
  told = []
  events.subscribe('job.changed', null, (snapshot) => told.push(snapshot))
  jobs = new JobService({ clock, events, pulse: new Pulse(clock) })
})

afterEach(() => jobs.close())

/** Work that waits until it is cancelled, and notes when it has cleared away. */
function untilCancelled(cleared: string[]): JobWork {
  return ({ signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        cleared.push('cleared')
        reject(new Error('given up'))
      }),
    )
}

async function ended(jobId: string): Promise<JobSnapshot | undefined> {
  for (;;) {
    const job = jobs.list().find((candidate) => candidate.jobId === jobId)
    if (job?.state !== 'running') return job
    await Promise.resolve()
  }
}

it('tells how far a job is, and what came of it', async () => {
  const { jobId } = jobs.begin(facts, ({ progress }) => {
    progress(3, 10)
    return Promise.resolve({ ...nothing, byteCount: 10 })
  })
  await ended(jobId)
  expect(
    told.map(({ state, doneBytes, totalBytes, result }) => [state, doneBytes, totalBytes, result?.byteCount]),
  ).toEqual([
    ['running', 3, 10, undefined],
    ['done', 3, 10, 10],
  ])
  jobs.dismiss(jobId)
  expect(jobs.list()).toEqual([])
})

it('keeps why a job failed', async () => {
  const { jobId } = jobs.begin(facts, () => Promise.reject(new WirebenchError('file-exists', { file: 'out.pcapng' })))
  expect(await ended(jobId)).toMatchObject({ state: 'failed', error: { code: 'file-exists' }, result: null })
})

it('waits for a cancelled job to clear away', async () => {
  const cleared: string[] = []
  const { jobId } = jobs.begin(facts, untilCancelled(cleared))
  await Promise.resolve()
  expect(await jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', error: null })
  expect(cleared).toEqual(['cleared'])
})

it('dismisses only what has ended', async () => {
  const { jobId } = jobs.begin(facts, untilCancelled([]))
  expect(() => jobs.dismiss(jobId)).toThrow(expect.objectContaining({ code: 'job-not-found' }))
  await jobs.cancel(jobId)
  jobs.dismiss(jobId)
  await expect(jobs.cancel(jobId)).rejects.toMatchObject({ code: 'job-not-found' })
})

it('has a bound for jobs at work at the same time', () => {
  for (let count = 0; count < maximumRunningJobs; count++) jobs.begin(facts, untilCancelled([]))
  expect(() => jobs.begin(facts, untilCancelled([]))).toThrow(expect.objectContaining({ code: 'too-many-requests' }))
})
