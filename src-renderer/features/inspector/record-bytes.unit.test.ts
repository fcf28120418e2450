import { describe, expect, it, vi } from 'vitest'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { PageCache } from './page-cache.ts'
import { RecordBytes } from './record-bytes.svelte.ts'

const large = new Uint8Array(100_000).map((_, index) => index % 251)

describe('bytes of a record', () => {
  it('are read page by page as they are looked at', async () => {
    const link = new FakeCapture().data('received', 'first').data('received', large)
    const bytes = new RecordBytes(link, link.captureId)
    bytes.look(1, 50_000)
    await vi.waitFor(() => expect(bytes.length).toBe(100_000))
    const near = bytes.bytesAt(50_000, 8)
    const notYet = bytes.bytesAt(0, 8).length
    bytes.want(0, 8)
    bytes.want(0, 8)
    await vi.waitFor(() => expect(bytes.bytesAt(0, 8)).toEqual(large.slice(0, 8)))
    expect({ near, notYet, reads: link.calls.length }).toEqual({
      near: large.slice(50_000, 50_008),
      notYet: 0,
      reads: 2,
    })
  })

  it('of a record left meanwhile are not taken for those of the next', async () => {
    const link = new FakeCapture().data('received', 'first').data('received', 'second')
    const bytes = new RecordBytes(link, link.captureId)
    bytes.look(0, 0)
    bytes.look(1, 0)
    await vi.waitFor(() => expect(bytes.row?.record).toBe(1))
    expect(new TextDecoder().decode(bytes.bytesAt(0, 100))).toBe('second')
  })

  it('are kept only up to a limit', () => {
    const cache = new PageCache(2)
    for (const page of [1, 2, 3]) {
      cache.ask(page)
      cache.keep(page, Uint8Array.of(page))
    }
    expect([1, 2, 3].map((page) => cache.page(page)?.[0] ?? null)).toEqual([null, 2, 3])
  })
})
