import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { oneAtATime } from './one-at-a-time.mjs'

/** @type {string} */
let folder
/** @type {string} */
let lock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-lock-'))
  lock = join(folder, 'cache', 'lock')
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

test('a second task waits for the first to end', async () => {
  /** @type {string[]} */
  const events = []
  /** @type {() => void} */
  let finish = () => {}
  const first = oneAtATime(lock, async () => {
    events.push('first begins')
    await new Promise((resolve) => (finish = () => resolve(undefined)))
    events.push('first ends')
  })
  const second = oneAtATime(lock, async () => void events.push('second begins'))
  await vi.waitFor(() => expect(process.stderr.write).toHaveBeenCalled())
  finish()
  await Promise.all([first, second])
  expect([events, existsSync(lock)]).toEqual([['first begins', 'first ends', 'second begins'], false])
})

test('the lock is released when the task fails', async () => {
  await expect(oneAtATime(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(lock)).toBe(false)
})

test('the lock of a dead process is taken over', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid
  mkdirSync(lock, { recursive: true })
  writeFileSync(join(lock, 'owner'), String(dead))
  expect(await oneAtATime(lock, async () => 'done')).toBe('done')
})
