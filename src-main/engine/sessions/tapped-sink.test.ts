import { expect, test } from 'vitest'
import type { ReceiveSink } from '../ports.ts'
import { TappedSink } from './tapped-sink.ts'

test('shows what arrived once it was taken, and passes everything on', () => {
  const log: string[] = []
  const region = new Uint8Array(8)
  const inner: ReceiveSink = {
    reserve: (maximumBytes) => region.subarray(0, maximumBytes),
    commit: (byteCount) => {
      log.push(`commit ${byteCount}`)
      return false
    },
    append: (bytes) => {
      log.push(`append ${bytes.length}`)
      return true
    },
    onWritable: null,
    close: () => log.push('close'),
  }
  const sink = new TappedSink(inner, (bytes) => log.push(`tap ${[...bytes].join(' ')}`))
  sink.onWritable = () => log.push('writable')
  sink.reserve(4).set([1, 2, 3])
  const goesOn = [sink.commit(3), sink.append(Uint8Array.of(9))]
  inner.onWritable?.()
  sink.close()
  expect([goesOn, log]).toEqual([
    [false, true],
    ['commit 3', 'tap 1 2 3', 'append 1', 'tap 9', 'writable', 'close'],
  ])
})
