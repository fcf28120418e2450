import { CaptureStore } from '../capture-store.ts'
import type { Clock } from '../clock.ts'

/**
 * A process that writes a capture at full speed until it is killed. Tells its parent, about once a millisecond, how
 * many bytes its capture had accepted and written by then, so that the parent knows what was there how long ago.
 */
const clock: Clock = {
  monotonicNs: () => Number(process.hrtime.bigint()),
  unixMicroseconds: () => Date.now() * 1000,
  wakeAfter: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

const [, , folder = ''] = process.argv
const store = await CaptureStore.open({ folder, clock, programVersion: 'kill test' })
const capture = await store.create({ name: 'killed' })
const sink = capture.sink(1)
let counter = 0
let isWritable = true
sink.onWritable = () => {
  isWritable = true
}

function tell(): void {
  // The parent closes the channel by killing this process; nothing is left to do then.
  process.send?.({
    captureId: capture.captureId,
    accepted: capture.acceptedTotals().receivedBytes,
    onDisk: capture.totals().receivedBytes,
    atNs: clock.monotonicNs(),
  })
}

function turn(): void {
  // Chunks of ever other sizes; each byte follows from its place, so that the reader can check it.
  for (let chunk = 0; isWritable && chunk < 4; chunk++) {
    const region = sink.reserve(1 + ((counter * 7919) % 30_000))
    for (let at = 0; at < region.length; at++) region[at] = (counter + at) % 251
    counter += region.length
    isWritable = sink.commit(region.length)
  }
  tell()
  setTimeout(turn, 1)
}
turn()
