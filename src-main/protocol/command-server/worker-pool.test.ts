import { describe, expect, it } from 'vitest'
import { WorkerPool } from './worker-pool.ts'

describe('a pool of workers', () => {
  it('begins with as many jobs as it has workers, the others in their order', () => {
    const pool = new WorkerPool<string>({ workers: 2, pollIntervalMs: 0 })
    for (const job of ['a', 'b', 'c', 'd']) pool.submit(job, 0)
    const story = [pool.take(0), pool.activity()]
    pool.release('b')
    story.push(pool.take(0), pool.activity())
    pool.release('d')
    pool.release('a')
    story.push(pool.take(0), pool.activity())
    expect(story).toEqual([
      ['a', 'b'],
      { workers: 2, busyWorkers: 2, queuedRequests: 2, servedRequests: 0 },
      ['c'],
      { workers: 2, busyWorkers: 2, queuedRequests: 1, servedRequests: 1 },
      [],
      { workers: 2, busyWorkers: 1, queuedRequests: 0, servedRequests: 2 },
    ])
  })

  it('6.1.20 looks at the queue every poll interval, and at once after a job', () => {
    const pool = new WorkerPool<string>({ workers: 1, pollIntervalMs: 10 })
    pool.submit('a', 3)
    pool.submit('b', 4)
    const story: unknown[] = [pool.wakeAtMs, pool.take(9.9), pool.take(10), pool.wakeAtMs]
    pool.release('a')
    story.push(pool.wakeAtMs, pool.take(12), pool.wakeAtMs)
    pool.release('b')
    story.push(pool.take(13))
    pool.submit('c', 20)
    story.push(pool.wakeAtMs, pool.take(20), pool.take(30))
    expect(story).toEqual([10, [], ['a'], null, 10, ['b'], null, [], 30, [], ['c']])
  })

  it('forgets a job that is not wanted any more', () => {
    const pool = new WorkerPool<string>({ workers: 1, pollIntervalMs: 0 })
    for (const job of ['a', 'b', 'c']) pool.submit(job, 0)
    expect(pool.take(0)).toEqual(['a'])
    pool.release('b')
    pool.release('a')
    pool.release('never')
    expect([pool.take(0), pool.activity()]).toEqual([
      ['c'],
      { workers: 1, busyWorkers: 1, queuedRequests: 0, servedRequests: 1 },
    ])
  })
})
