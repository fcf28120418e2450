import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { LatestState } from './latest-messages.svelte.ts'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'

const silence = (idleGapMs: number) =>
  v.parse(interpretation, { received: { framing: { kind: 'idle-gap', idleGapMs } } })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('messages that end by silence', () => {
  const asked = (link: FakeCapture, name: string): number => link.calls.filter((call) => call.name === name).length

  async function watched(link: FakeCapture): Promise<() => void> {
    const view = new TrafficView(link, link.captureId, { view: 'records', following: true })
    const end = view.rows.start()
    await view.interpret(silence(300))
    view.rows.showRows(0, 10)
    await vi.advanceTimersByTimeAsync(1000)
    link.calls.length = 0
    return end
  }

  it('are asked for once more after the silence, and then no more', async () => {
    const link = new FakeCapture().data('received', 'first')
    const end = await watched(link)
    link.data('received', 'second').grow()
    await vi.advanceTimersByTimeAsync(290)
    const before = asked(link, 'capture.window')
    await vi.advanceTimersByTimeAsync(20)
    const after = asked(link, 'capture.window')
    await vi.advanceTimersByTimeAsync(60_000)
    expect([before, after, asked(link, 'capture.window')]).toEqual([1, 2, 2])
    end()
  })

  it('are waited for anew with every growth', async () => {
    const link = new FakeCapture().data('received', 'first')
    const end = await watched(link)
    for (const part of ['a', 'b', 'c']) {
      link.data('received', part).grow()
      await vi.advanceTimersByTimeAsync(200)
    }
    const before = asked(link, 'capture.window')
    await vi.advanceTimersByTimeAsync(200)
    expect([before, asked(link, 'capture.window')]).toEqual([3, 4])
    end()
  })

  it('are not asked for once nobody looks any more', async () => {
    const link = new FakeCapture().data('received', 'first')
    const end = await watched(link)
    link.data('received', 'second').grow()
    await vi.advanceTimersByTimeAsync(100)
    end()
    await vi.advanceTimersByTimeAsync(60_000)
    expect([asked(link, 'capture.window'), vi.getTimerCount()]).toEqual([1, 0])
  })

  it('come to the latest messages however long the silence is', async () => {
    const link = new FakeCapture().data('received', 'first')
    const latest = new LatestState(link, link.captureId, () => [20_000])
    const end = latest.start()
    link.grow()
    await vi.advanceTimersByTimeAsync(19_990)
    const before = asked(link, 'capture.latest')
    await vi.advanceTimersByTimeAsync(40)
    const after = asked(link, 'capture.latest')
    await vi.advanceTimersByTimeAsync(600_000)
    expect([after - before, asked(link, 'capture.latest') - after, vi.getTimerCount()]).toEqual([1, 0, 0])
    end()
  })
})
