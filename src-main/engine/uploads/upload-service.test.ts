import { afterEach, beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { maximumUploads, unusedAfterMs, UploadService } from './upload-service.ts'
import type { UploadFile, UploadFiles } from './upload-files.ts'

/** Uploads in memory. */
class PlayedUploadFiles implements UploadFiles {
  readonly contents = new Map<string, number[]>()
  free: number | null = null
  clearedBefore: number[] = []
  /** Thrown by the next write. */
  failure: Error | null = null

  freeBytes(): Promise<number | null> {
    return Promise.resolve(this.free)
  }

  create(name: string): Promise<UploadFile> {
    const path = `/uploads/${this.contents.size}-${name}`
    const bytes: number[] = []
    this.contents.set(path, bytes)
    return Promise.resolve({
      path,
      append: async (piece) => {
        await Promise.resolve()
        const { failure } = this
        this.failure = null
        if (failure !== null) throw failure
        bytes.push(...piece)
      },
      remove: () => Promise.resolve(void this.contents.delete(path)),
    })
  }

  clear(beforeUnixMs: number): Promise<void> {
    this.clearedBefore.push(beforeUnixMs)
    return Promise.resolve()
  }
}

let clock: ManualClock
let files: PlayedUploadFiles
let uploads: UploadService

beforeEach(() => {
  clock = new ManualClock()
  files = new PlayedUploadFiles()
  uploads = new UploadService({ clock, files })
})

afterEach(() => uploads.close())

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values)

it('takes a file in pieces, and gives it out once it is whole', async () => {
  const { uploadId } = await uploads.begin('a.pcap', 3)
  expect(await uploads.append(uploadId, 0, bytes(1, 2))).toEqual({ receivedBytes: 2 })
  await expect(uploads.whole(uploadId)).rejects.toMatchObject({ code: 'bad-payload' })
  expect(await uploads.append(uploadId, 2, bytes(3))).toEqual({ receivedBytes: 3 })
  const { path, name } = await uploads.whole(uploadId)
  expect([name, files.contents.get(path)]).toEqual(['a.pcap', [1, 2, 3]])
  await uploads.discard(uploadId)
  await uploads.discard(uploadId)
  await expect(uploads.append(uploadId, 3, bytes(4))).rejects.toMatchObject({ code: 'upload-not-found' })
  expect([...files.contents.keys()]).toEqual([])
})

it('refuses pieces that do not follow, or are more than was said; the right one still goes on', async () => {
  const { uploadId } = await uploads.begin('a', 2)
  const [first, again, far] = await Promise.allSettled([
    uploads.append(uploadId, 0, bytes(1)),
    uploads.append(uploadId, 0, bytes(1)),
    uploads.append(uploadId, 1, bytes(2, 3)),
  ])
  expect([first.status, again, far]).toMatchObject([
    'fulfilled',
    { reason: { code: 'bad-payload' } },
    { reason: { code: 'bad-payload' } },
  ])
  files.failure = new Error('the disk fails once')
  await expect(uploads.append(uploadId, 1, bytes(2))).rejects.toThrow('the disk fails once')
  expect(await uploads.append(uploadId, 1, bytes(2))).toEqual({ receivedBytes: 2 })
})

it('leaves room on the disk for captures, and counts what is on its way', async () => {
  files.free = 256 * 1024 * 1024 + 100
  const { uploadId } = await uploads.begin('a', 60)
  await expect(uploads.begin('b', 60)).rejects.toMatchObject({ code: 'disk-full', data: { file: 'b' } })
  await uploads.discard(uploadId)
  await uploads.begin('b', 60)
})

it('has a bound for files at the same time', async () => {
  for (let count = 0; count < maximumUploads; count++) await uploads.begin(`${count}`, 1)
  await expect(uploads.begin('more', 1)).rejects.toMatchObject({ code: 'too-many-requests' })
})

it('forgets a file that nobody used for an hour', async () => {
  const { uploadId } = await uploads.begin('a', 2)
  clock.advance(unusedAfterMs - 1)
  await uploads.append(uploadId, 0, bytes(1))
  clock.advance(unusedAfterMs - 1)
  await uploads.append(uploadId, 1, bytes(2))
  clock.advance(unusedAfterMs)
  await expect(uploads.whole(uploadId)).rejects.toMatchObject({ code: 'upload-not-found' })
})

it('deletes what others left long ago, and everything when it closes', async () => {
  await uploads.begin('a', 2)
  expect(files.clearedBefore).toEqual([clock.unixMicroseconds() / 1000 - unusedAfterMs])
  await uploads.close()
  expect([[...files.contents.keys()], clock.waitingCount]).toEqual([[], 0])
})
