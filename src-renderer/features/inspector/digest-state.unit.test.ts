import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FakeEngine } from '../../testing/fake-link.ts'
import { DigestState, unaskedDigestBytes, type Stretch } from './digest-state.svelte.ts'

const stretch: Stretch = {
  captureId: 'capture-1',
  direction: 'received',
  connection: 1,
  streamOffset: 10,
  skipBytes: 2,
  length: 4,
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(answer: (length: number) => Promise<{ byteCount: number; digests: { name: string; hex: string }[] }>) {
  const engine = new FakeEngine()
  const asked: unknown[] = []
  const cancelled: number[] = []
  engine.answers = {
    'capture.digest': (request, { signal }) => {
      asked.push({ ...request, digestId: undefined })
      signal.addEventListener('abort', () => cancelled.push(request.length))
      return answer(request.length)
    },
  }
  return { engine, asked, cancelled, digest: new DigestState(engine.open()) }
}

const crc = (length: number) => Promise.resolve({ byteCount: length, digests: [{ name: 'CRC-8', hex: 'f4' }] })

it('asks once a selection rests, and only for the last one', async () => {
  const { asked, digest } = setUp(crc)
  digest.look({ ...stretch, length: 2 })
  digest.look({ ...stretch, length: 3 })
  digest.look(stretch)
  digest.look({ ...stretch })
  await vi.runAllTimersAsync()
  await vi.waitFor(() => expect(digest.result?.byteCount).toBe(4))
  expect(asked).toEqual([{ ...stretch, digestId: undefined }])
})

it('waits for a person before a long stretch, tells how far it is and gives it up when told', async () => {
  const { engine, asked, cancelled, digest } = setUp(() => new Promise(() => {}))
  const length = unaskedDigestBytes + 1
  digest.look({ ...stretch, length, connection: null })
  await vi.runAllTimersAsync()
  expect(asked).toEqual([])
  void digest.compute()
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  expect(digest.doneBytes).toBe(0)
  engine.events.publish('digest.progress', { digestId: 'another', doneBytes: 9, totalBytes: length })
  digest.cancel()
  await vi.waitFor(() => expect(cancelled).toEqual([length]))
  expect([digest.doneBytes, digest.isCancelled, digest.result, digest.error]).toEqual([null, true, null, null])
})

it('tells an error, and looks at the next stretch without it', async () => {
  const { digest } = setUp((length) => (length === 4 ? Promise.reject(new Error('disk')) : crc(length)))
  digest.look(stretch)
  await vi.runAllTimersAsync()
  await vi.waitFor(() => expect(digest.error?.code).toBe('internal'))
  digest.look({ ...stretch, length: 5 })
  expect(digest.error).toBeNull()
  await vi.runAllTimersAsync()
  await vi.waitFor(() => expect(digest.result?.byteCount).toBe(5))
})
