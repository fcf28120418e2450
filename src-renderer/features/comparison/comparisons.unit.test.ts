import { expect, it, vi } from 'vitest'
import type { MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { ComparedPair, ComparisonState } from '../../../src-main/contract/schemas/comparison.ts'
import type { ComparedMessage } from '../../state/comparisons.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import { CaptureComparison } from './capture-comparison.svelte.ts'
import { MessageComparison } from './message-comparison.svelte.ts'

function messageRow(content: string, number = 0): MessageRow {
  const preview = new TextEncoder().encode(content)
  return {
    kind: 'message',
    record: number,
    connection: 1,
    timeNs: 0,
    direction: 'received',
    number,
    streamOffset: 0,
    length: preview.length,
    headBytes: 0,
    tailBytes: 0,
    firstByteTimeNs: null,
    problem: null,
    preview,
    previewIsWhole: true,
  }
}

const message = (content: string): ComparedMessage => ({
  captureId: 'capture-1',
  row: messageRow(content),
  framing: { kind: 'raw' },
  title: content,
})

it('compares two messages, and the last two asked for alone', async () => {
  const comparison = new MessageComparison(new FakeEngine().open())
  const before = comparison.show(message('old'), message('other'))
  await comparison.show(message('value 1'), message('value 22'))
  await before
  expect([comparison.phase, comparison.compared?.comparison.counts]).toEqual([
    'idle',
    { changedBytes: 1, insertedBytes: 1, deletedBytes: 0, places: 1 },
  ])
  await comparison.show(message('only'), null)
  expect(comparison.compared?.comparison.counts).toMatchObject({ deletedBytes: 4, places: 1 })
})

it('says why a message could not be read', async () => {
  const comparison = new MessageComparison(new FakeEngine().open())
  const row = { ...messageRow('x'), previewIsWhole: false, length: 1e9 }
  await comparison.show({ ...message('x'), row }, message('y'))
  expect([comparison.error?.code, comparison.compared]).toEqual(['message-too-large', null])
})

it('reads the pairs in view, again when there are more, and closes the comparison', async () => {
  const engine = new FakeEngine()
  const state = (same: number, complete: boolean): ComparisonState => ({
    comparisonId: 'comparison-1',
    counts: { same, changed: 0, leftOnly: 0, rightOnly: 0 },
    scannedBytes: 0,
    totalBytes: 10,
    complete,
    limited: false,
    error: null,
  })
  const closed: string[] = []
  let reached = state(1, false)
  engine.answers = {
    'comparison.start': () => reached,
    'comparison.pairs': ({ first, count }) => {
      const pairs = Array.from({ length: Math.max(0, Math.min(count, reached.counts.same - first)) }, (_, at) => {
        return { number: first + at, kind: 'same', left: null, right: null } satisfies ComparedPair
      })
      return { state: reached, totalPairs: reached.counts.same, pairs }
    },
    'comparison.close': ({ comparisonId }) => {
      closed.push(comparisonId)
      return {}
    },
  }
  const comparison = new CaptureComparison(engine.open())
  const side = { captureId: 'capture-1', connection: null, framing: null }
  await comparison.start('received', side, side)
  expect([comparison.totalPairs, comparison.pairAt(0)?.number]).toEqual([1, 0])
  reached = state(1000, true)
  engine.events.publish('comparison.changed', reached)
  await vi.waitFor(() => expect(comparison.totalPairs).toBe(1000))
  comparison.want(500, 30)
  await vi.waitFor(() => expect(comparison.pairAt(529)?.number).toBe(529))
  expect(comparison.pairAt(0)).toBeNull()
  await comparison.stop()
  expect([closed, comparison.state, comparison.totalPairs]).toEqual([['comparison-1'], null, 0])
})
