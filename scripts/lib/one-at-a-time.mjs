import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { note } from './project.mjs'

const pollMs = 200
/** A lock without an owner's number is one that is being made, or was left half-made. */
const halfMadeAfterMs = 10_000

/**
 * Does a task while no other process does one under the same lock; a lock left behind by a dead process is taken over.
 * @template Result
 * @param {string} lockFolder
 * @param {() => Promise<Result>} task
 * @returns {Promise<Result>}
 */
export async function oneAtATime(lockFolder, task) {
  let announced = false
  while (!tryToLock(lockFolder)) {
    if (!announced) note('Waiting for another Wirebench command to finish installing or building.')
    announced = true
    await delay(pollMs)
  }
  try {
    return await task()
  } finally {
    rmSync(lockFolder, { recursive: true, force: true })
  }
}

/** @param {string} lockFolder */
function tryToLock(lockFolder) {
  mkdirSync(join(lockFolder, '..'), { recursive: true })
  try {
    mkdirSync(lockFolder)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    if (isAbandoned(lockFolder)) rmSync(lockFolder, { recursive: true, force: true })
    return false
  }
  writeFileSync(join(lockFolder, 'owner'), String(process.pid))
  return true
}

/** @param {string} lockFolder */
function isAbandoned(lockFolder) {
  try {
    return !isAlive(Number(readFileSync(join(lockFolder, 'owner'), 'utf8')))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
  const facts = statSync(lockFolder, { throwIfNoEntry: false })
  return facts !== undefined && Date.now() - facts.mtimeMs > halfMadeAfterMs
}

/** @param {number} processId */
function isAlive(processId) {
  if (!Number.isSafeInteger(processId) || processId <= 0) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
