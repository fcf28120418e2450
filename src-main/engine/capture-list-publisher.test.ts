import { expect, test } from 'vitest'
import { ManualClock } from '../capture/testing/manual-clock.ts'
import { WirebenchError } from '../contract/errors.ts'
import { EventHub } from '../contract/event-hub.ts'
import type { CaptureSummary } from '../contract/schemas/capture.ts'
import { CaptureListPublisher, listIntervalMs } from './capture-list-publisher.ts'

interface Reading {
  resolve(list: readonly CaptureSummary[]): void
  reject(error: Error): void
}

/** A list whose readings are answered by the test. */
class PlayedCaptures {
  onListChanged: (() => void) | null = null
  readonly readings: Reading[] = []

  list(): Promise<readonly CaptureSummary[]> {
    return new Promise((resolve, reject) => this.readings.push({ resolve, reject }))
  }
}

class Bench {
  readonly clock = new ManualClock()
  readonly captures = new PlayedCaptures()
  readonly publisher: CaptureListPublisher
  readonly told: string[] = []

  constructor() {
    const events = new EventHub()
    events.subscribe('capture.list-changed', null, (list) => this.told.push(`list ${list.length}`))
    events.subscribe('host.notice', null, ({ error }) => this.told.push(`notice ${error?.code}`))
    this.publisher = new CaptureListPublisher(this.captures, events, this.clock)
  }

  change(): void {
    this.captures.onListChanged?.()
  }

  /** Answers the reading under way and lets what follows from it happen. */
  async answer(): Promise<void> {
    this.captures.readings.at(-1)?.resolve([])
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }

  get readings(): number {
    return this.captures.readings.length
  }
}

test('the first change is told at once, those that follow together at the next interval', async () => {
  const bench = new Bench()
  bench.change()
  await bench.answer()
  expect(bench.told).toEqual(['list 0'])
  bench.change()
  bench.change()
  bench.clock.advance(listIntervalMs - 1)
  bench.change()
  expect(bench.readings).toBe(1)
  bench.clock.advance(1)
  await bench.answer()
  expect(bench.told).toEqual(['list 0', 'list 0'])
  bench.clock.advance(10 * listIntervalMs)
  expect(bench.readings).toBe(2)
  bench.change()
  expect(bench.readings).toBe(3)
})

test('a list that is read slowly is read once more when it changed meanwhile, one reading at a time', async () => {
  const bench = new Bench()
  bench.change()
  bench.change()
  bench.clock.advance(3 * listIntervalMs)
  bench.change()
  expect(bench.readings).toBe(1)
  await bench.answer()
  expect(bench.readings).toBe(2)
  await bench.answer()
  expect([bench.readings, bench.told, bench.clock.waitingCount]).toEqual([2, ['list 0', 'list 0'], 0])
})

test('a list that cannot be read is told as a notice, and read again after the next change', async () => {
  const bench = new Bench()
  bench.change()
  bench.captures.readings[0]?.reject(new WirebenchError('file-unreadable', { file: 'captures' }))
  await bench.answer()
  bench.clock.advance(listIntervalMs)
  bench.change()
  await bench.answer()
  expect(bench.told).toEqual(['notice file-unreadable', 'list 0'])
})

test('closing waits for the reading under way; nothing is read afterwards', async () => {
  const bench = new Bench()
  bench.change()
  bench.change()
  const closing = bench.publisher.close()
  await bench.answer()
  await closing
  bench.change()
  bench.clock.advance(listIntervalMs)
  expect([bench.readings, bench.told, bench.clock.waitingCount]).toEqual([1, ['list 0'], 0])
  const waiting = new Bench()
  waiting.change()
  await waiting.answer()
  waiting.change()
  await waiting.publisher.close()
  expect([waiting.readings, waiting.clock.waitingCount]).toEqual([1, 0])
})
