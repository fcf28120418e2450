import { watch } from 'node:fs'
import { mkdir, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises'
import type { FileAccess } from './file-access.ts'
import { systemCodeOf } from './disk-errors.ts'

/** The real disk. */
export const nodeFileAccess: FileAccess = {
  list: (folder) => readdir(folder),

  async stamp(path) {
    const facts = await stat(path, { bigint: true })
    return {
      sizeBytes: Number(facts.size),
      key: [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join('.'),
      changedAtUnixMs: Number((facts.ctimeNs > facts.mtimeNs ? facts.ctimeNs : facts.mtimeNs) / 1_000_000n),
    }
  },

  async read(path, maximumBytes) {
    const facts = await stat(path)
    // Opening a pipe would wait for its other end.
    if (!facts.isFile()) throw Object.assign(new Error('no regular file'), { code: notRegular(facts.isDirectory()) })
    const { size } = facts
    const file = await open(path, 'r')
    try {
      if (size > maximumBytes) return { kind: 'too-large', sizeBytes: size }
      // One byte more than allowed: the file may have grown since its size was taken.
      const room = new Uint8Array(Math.min(size + 4096, maximumBytes + 1))
      let length = 0
      while (length < room.length) {
        const { bytesRead } = await file.read(room, length, room.length - length, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      if (length > maximumBytes) return { kind: 'too-large', sizeBytes: length }
      return { kind: 'read', bytes: room.subarray(0, length) }
    } finally {
      await file.close()
    }
  },

  async writeNew(path, bytes, access) {
    const file = access === 'private' ? await open(path, 'wx', 0o600) : await open(path, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  },

  async claim(path, text) {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(text)
    } catch (error) {
      // An empty claim on a full disk would keep everybody out.
      await unlink(path)
      throw error
    } finally {
      await file.close()
    }
  },

  async touch(path) {
    const now = new Date()
    await utimes(path, now, now)
  },

  rename: (from, to) => rename(from, to),

  remove: (path) => unlink(path),

  async makeFolder(folder) {
    await mkdir(folder, { recursive: true })
  },

  async syncFolder(folder) {
    // Windows cannot open a folder for this, and some network file systems refuse it.
    try {
      const handle = await open(folder, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (!foldersCannotBeSynced.has(systemCodeOf(error) ?? '')) throw error
    }
  },

  watch(folder, onEvent, onFailed) {
    const watcher = watch(folder, { persistent: false }, (_event, name) => onEvent(name))
    watcher.on('error', onFailed)
    return { close: () => watcher.close() }
  },
}

const notRegular = (isFolder: boolean): string => (isFolder ? 'EISDIR' : 'ENXIO')

const foldersCannotBeSynced = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF'])
