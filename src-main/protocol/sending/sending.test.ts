import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChunkCutter } from './chunk-cutter.ts'
import { planChunks, type ChunkPlan, type PacingSettings } from './chunk-plan.ts'
import { ProgressMeter } from './progress-meter.ts'
import { SendingSchedule } from './sending-schedule.ts'

function planned(settings: Partial<PacingSettings>): ChunkPlan {
  const result = planChunks({ rate: 100_000, chunkSize: null, chunkRate: null, ...settings })
  if (!result.ok) throw new Error(result.error.message)
  return result.plan
}

function refusal(settings: Partial<PacingSettings>): unknown {
  const result = planChunks({ rate: 100_000, chunkSize: null, chunkRate: null, ...settings })
  return result.ok ? null : [result.error.code, result.error.data.field, result.error.data.reason]
}

/** Sizes and due times of the chunks of so many items. */
function chunksOf(plan: ChunkPlan, itemCount: number): { sizes: number[]; dueMs: number[] } {
  const schedule = new SendingSchedule(plan, 0)
  const sizes: number[] = []
  const dueMs: number[] = []
  for (let rest = itemCount; rest > 0;) {
    const size = Math.min(rest, schedule.itemCount)
    sizes.push(size)
    dueMs.push(schedule.dueMs)
    rest -= size
    schedule.advance()
  }
  return { sizes, dueMs }
}

describe('the measured plans of seed-systems 4.3', () => {
  test('50,000 bytes at 100,000 a second: 500 chunks of 100 within 0.50 s', () => {
    const { sizes, dueMs } = chunksOf(planned({}), 50_000)
    expect([sizes.length, new Set(sizes), dueMs[0], dueMs.at(-1)]).toEqual([500, new Set([100]), 0, 499])
  })

  test('20,000 a second in chunks of 1000: 50 chunks, the last after 2.45 s', () => {
    const { sizes, dueMs } = chunksOf(planned({ rate: 20_000, chunkSize: 1000 }), 50_000)
    expect([sizes.length, new Set(sizes), dueMs.at(-1)]).toEqual([50, new Set([1000]), 2450])
  })

  test('20,000 a second in 7 chunks a second: 2857 or 2858 bytes, the last 1429', () => {
    const { sizes } = chunksOf(planned({ rate: 20_000, chunkRate: 7 }), 50_000)
    expect([new Set(sizes.slice(0, -1)), sizes.at(-1)]).toEqual([new Set([2857, 2858]), 1429])
    expect(sizes.slice(0, 7).reduce((sum, size) => sum + size)).toBe(20_000)
  })

  test('23 lines at 10 a second in chunks of 5', () => {
    const { sizes, dueMs } = chunksOf(planned({ rate: 10, chunkSize: 5 }), 23)
    expect([sizes, dueMs]).toEqual([
      [5, 5, 5, 5, 3],
      [0, 500, 1000, 1500, 2000],
    ])
  })
})

describe('what can be asked for', () => {
  test.each([
    [{ rate: 500 }, [1, 2]],
    [{ rate: 1000 }, [1, 1]],
    [{ rate: 2500 }, [2, 1]],
    [{ rate: 3, chunkSize: 6 }, [6, 2000]],
    [{ rate: 1e12, chunkSize: 1e12 }, [1e12, 1000]],
    [{ rate: 0.001 }, [1, 1_000_000]],
  ] as const)('%j has a first chunk and an interval of %j', (settings, expected) => {
    const plan = planned(settings)
    expect([plan.itemsOfFirst(1), plan.intervalMs]).toEqual(expected)
  })

  test('without a rate nothing but the peer sets the pace', () => {
    const [sized, free] = [planned({ rate: null, chunkSize: 10 }), planned({ rate: null })]
    expect([sized.itemsOfFirst(3), sized.intervalMs, free.itemsOfFirst(1), free.intervalMs]).toEqual([
      30,
      0,
      Infinity,
      0,
    ])
  })

  test.each([
    [{ chunkSize: 0.5 }, 'chunkSize', /^chunkSize cannot be less than 1/],
    [{ chunkSize: 0 }, 'chunkSize', /^chunkSize cannot be less than 1/],
    [{ chunkSize: -3 }, 'chunkSize', /^chunkSize cannot be less than 1/],
    [{ chunkSize: Number.NaN }, 'chunkSize', /^chunkSize cannot be less than 1/],
    [{ chunkSize: 2.5 }, 'chunkSize', /whole number/],
    [{ rate: 10, chunkRate: 20 }, 'chunkRate', /^chunkSize cannot be less than 1, and would be 0.5/],
    [{ chunkRate: 0 }, 'chunkRate', /above 0/],
    [{ chunkSize: 10, chunkRate: 10 }, 'chunkRate', /not both/],
    [{ rate: null, chunkRate: 10 }, 'chunkRate', /needs a rate/],
    [{ rate: 0 }, 'rate', /above 0/],
    [{ rate: 0.001, chunkSize: 1000 }, 'rate', /more than a day/],
  ])('%j is refused', (settings, field, reason) => {
    expect(refusal(settings)).toEqual(['rate-malformed', field, expect.stringMatching(reason)])
  })

  test('fractions are averaged: after any number of chunks less than one item is missing', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.nat(100_000),
        (rate, chunkRate, count) => {
          fc.pre(rate >= chunkRate)
          const { plan } = { plan: planned({ rate, chunkRate }) }
          const missing = (count * rate) / chunkRate - plan.itemsOfFirst(count)
          expect(missing).toBeGreaterThanOrEqual(0)
          expect(missing).toBeLessThan(1)
        },
      ),
    )
  })
})

test('a halt shifts the plan, and what was due meanwhile is due once', () => {
  const schedule = new SendingSchedule(planned({ rate: 10, chunkSize: 1 }), 0)
  schedule.advance()
  schedule.goOnAt(50)
  const undisturbed = schedule.dueMs
  schedule.goOnAt(5000)
  const first = schedule.dueMs
  schedule.advance()
  expect([undisturbed, first, schedule.dueMs]).toEqual([100, 5000, 5100])
})

describe('where chunks end', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  test('lines go through LF, and a line without one is a line', () => {
    const cutter = new ChunkCutter('lines')
    const rest = bytes('a\nbb\n\nlast')
    cutter.begin(2)
    const first = cutter.look(rest)
    cutter.take(rest.subarray(0, first.byteCount))
    const linesOfFirst = cutter.lineCount
    cutter.begin(2)
    const second = cutter.look(rest.subarray(first.byteCount))
    cutter.take(rest.subarray(first.byteCount))
    expect([first, linesOfFirst, second, cutter.lineCount]).toEqual([
      { byteCount: 5, isWhole: true },
      2,
      { byteCount: 5, isWhole: false },
      4,
    ])
  })

  test('pieces of any size give the chunks of the whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('bytes' as const, 'lines' as const),
        fc.array(fc.constantFrom(0x0a, 0x61), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (unit, values, itemCount, pieces) => {
          const all = Uint8Array.from(values)
          expect(ends(unit, all, itemCount, pieces)).toEqual(ends(unit, all, itemCount, [all.length]))
        },
      ),
    )
  })

  /** Where chunks end when never more than a piece is there at once. */
  function ends(unit: 'bytes' | 'lines', all: Uint8Array, itemCount: number, pieces: readonly number[]): number[] {
    const cutter = new ChunkCutter(unit)
    const found: number[] = []
    cutter.begin(itemCount)
    for (let at = 0, turn = 0; at < all.length; turn++) {
      const there = all.subarray(at, at + (pieces[turn % pieces.length] ?? 1))
      const { byteCount, isWhole } = cutter.look(there)
      cutter.take(there.subarray(0, byteCount))
      at += byteCount
      if (!isWhole) continue
      found.push(at)
      cutter.begin(itemCount)
    }
    return found
  }
})

test('the rate is that of the last seconds, without a halt', () => {
  const meter = new ProgressMeter(0)
  const before = meter.bytesPerSecond(0, 100)
  for (let ms = 100; ms <= 10_000; ms += 100) meter.add(ms <= 5000 ? ms : 5000 + (ms - 5000) * 3, ms)
  const after = meter.bytesPerSecond(20_000, 10_000)
  meter.restart(20_000, 60_000)
  expect([before, after, meter.bytesPerSecond(20_000, 60_100), meter.bytesPerSecond(20_500, 61_000)]).toEqual([
    null,
    3000,
    null,
    500,
  ])
})
