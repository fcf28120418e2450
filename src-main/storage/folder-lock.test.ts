import { symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FolderLock, lockFileName } from './folder-lock.ts'
import { nodeFileAccess } from './node-file-access.ts'
import { FaultyDisk } from './testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

const deadProcess = 4_194_303
const isProcessAlive = (pid: number): boolean => pid !== deadProcess

const ownedBy = (pid: number, host = hostname()): string => JSON.stringify({ pid, host, token: 'other' })

async function lockWith(text: string, ageMs = 0): Promise<{ folder: string; lock: FolderLock }> {
  const folder = await makeTemporaryFolder()
  await writeFile(join(folder, lockFileName), text)
  const nowUnixMs = (): number => Date.now() + ageMs
  return { folder, lock: new FolderLock({ files: nodeFileAccess, folder, waitMs: 60, isProcessAlive, nowUnixMs }) }
}

describe('the lock of a folder', { timeout: 60_000 }, () => {
  it('lets one holder at a time in, over several instances, and leaves no file', async () => {
    const folder = await makeTemporaryFolder()
    const locks = [1, 2, 3].map(() => new FolderLock({ files: nodeFileAccess, folder }))
    let inside = 0
    let most = 0
    let turns = 0
    const turn = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
      turns++
    }
    await Promise.all(locks.flatMap((lock) => Array.from({ length: 8 }, () => lock.hold(turn))))
    expect({ most, turns, files: await filesIn(folder) }).toEqual({ most: 1, turns: 24, files: {} })
  })

  it('goes on after work that failed', async () => {
    const folder = await makeTemporaryFolder()
    const lock = new FolderLock({ files: nodeFileAccess, folder })
    const failing = lock.hold(() => Promise.reject(new Error('broke')))
    await expect(failing).rejects.toThrow('broke')
    expect(await lock.hold(() => Promise.resolve('well'))).toBe('well')
    expect(await filesIn(folder)).toEqual({})
  })

  it('gives up on a lock file that is a link to nowhere', async () => {
    const folder = await makeTemporaryFolder()
    await symlink(join(folder, 'nowhere'), join(folder, lockFileName))
    const lock = new FolderLock({ files: nodeFileAccess, folder, waitMs: 60 })
    await expect(lock.hold(() => Promise.resolve())).rejects.toMatchObject({ code: 'file-unwritable' })
  })

  it('waits for a living holder, and then names it', async () => {
    const { lock, folder } = await lockWith(ownedBy(process.ppid))
    await expect(lock.hold(() => Promise.resolve())).rejects.toMatchObject({
      code: 'file-unwritable',
      data: {
        file: folder,
        reason: `Another Wirebench (process ${process.ppid} on ${hostname()}) has been writing in the folder for 60 ms. Try again, or end it.`,
      },
    })
    expect(Object.keys(await filesIn(folder))).toEqual([lockFileName])
  })

  it.each([
    ['of a dead process', ownedBy(deadProcess), 0],
    ['of another machine that was not touched for long', ownedBy(process.ppid, 'elsewhere'), 31_000],
    ['that is empty and old', '', 31_000],
    ['that is no lock at all and old', '[1, 2', 31_000],
  ])('breaks a lock %s', async (_name, text, ageMs) => {
    const { folder, lock } = await lockWith(text, ageMs)
    expect(await lock.hold(() => Promise.resolve('in'))).toBe('in')
    expect(await filesIn(folder)).toEqual({})
  })

  it('breaks a lock that an earlier process of the same number left', async () => {
    const { folder, lock } = await lockWith(ownedBy(process.pid))
    const beforeThisProcess = new Date(Date.now() - process.uptime() * 1000 - 10_000)
    await utimes(join(folder, lockFileName), beforeThisProcess, beforeThisProcess)
    // The change of status cannot be set back: the disk tells the time of content only.
    const files = new FaultyDisk()
    files.stamp = async (path) => ({
      ...(await nodeFileAccess.stamp(path)),
      changedAtUnixMs: beforeThisProcess.getTime(),
    })
    const later = new FolderLock({ files, folder, waitMs: 60 })
    expect(await later.hold(() => Promise.resolve('in'))).toBe('in')
    await expect(lock.hold(() => Promise.resolve('free'))).resolves.toBe('free')
  })

  it('does not break a young lock of another machine', async () => {
    const { lock } = await lockWith(ownedBy(deadProcess, 'elsewhere'))
    await expect(lock.hold(() => Promise.resolve())).rejects.toMatchObject({ code: 'file-unwritable' })
  })

  it('lets many break one dead lock and still lets one in at a time', async () => {
    const { folder } = await lockWith(ownedBy(deadProcess))
    const locks = Array.from(
      { length: 12 },
      () => new FolderLock({ files: nodeFileAccess, folder, isProcessAlive: (pid) => pid === process.pid }),
    )
    let inside = 0
    let most = 0
    await Promise.all(
      locks.map((lock) =>
        lock.hold(async () => {
          most = Math.max(most, ++inside)
          await new Promise((resolve) => setImmediate(resolve))
          inside--
        }),
      ),
    )
    expect({ most, files: await filesIn(folder) }).toEqual({ most: 1, files: {} })
  })

  it('says that the folder cannot be written, or that the disk is full', async () => {
    const folder = await makeTemporaryFolder()
    const files = new FaultyDisk()
    const lock = new FolderLock({ files, folder })
    files.fail('claim', 'EACCES')
    await expect(lock.hold(() => Promise.resolve())).rejects.toMatchObject({
      code: 'data-folder-unwritable',
      data: { folder },
    })
    files.mend()
    files.fail('claim', 'ENOSPC')
    await expect(lock.hold(() => Promise.resolve())).rejects.toMatchObject({
      code: 'disk-full',
      data: { file: folder },
    })
  })

  it('clears away temporaries of a killed process', async () => {
    const { folder, lock } = await lockWith(ownedBy(deadProcess))
    await writeFile(join(folder, '.echo-abc234.json.0123456789ab.tmp'), '{"half":')
    await lock.hold(() => Promise.resolve())
    expect(await filesIn(folder)).toEqual({})
  })
})
