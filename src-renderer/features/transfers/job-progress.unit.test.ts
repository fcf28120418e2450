import { expect, it } from 'vitest'
import type { JobSnapshot } from '../../../src-main/contract/schemas/job.ts'
import { percentOf, summarizeJobs } from './job-progress.ts'

const job = (state: JobSnapshot['state'], doneBytes: number, totalBytes: number): JobSnapshot => ({
  jobId: 'job-1',
  kind: 'export',
  subject: 'A capture',
  captureId: 'a-capture',
  state,
  doneBytes,
  totalBytes,
  startedAtUnixUs: 0,
  error: null,
  result: null,
})

it('counts jobs by their bytes, and says 100 only when all is done', () => {
  expect([
    percentOf([]),
    percentOf([job('running', 0, 0)]),
    percentOf([job('running', 999, 1000)]),
    percentOf([job('running', 10, 10), job('running', 0, 90)]),
    percentOf([job('running', 20, 10)]),
  ]).toEqual([0, 0, 99, 10, 100])
})

it('says what is at work, else how many have ended', () => {
  const running = job('running', 1, 2)
  expect([
    summarizeJobs([running, job('done', 2, 2)]),
    summarizeJobs([running, running]),
    summarizeJobs([job('failed', 0, 2), job('done', 2, 2)]),
  ]).toEqual(['Exporting 50 %', '2 jobs 50 %', '2 jobs have ended'])
})
