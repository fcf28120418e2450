/**
 * A child process that writes a capture under load until it is killed: a connection at full speed whose bytes are the block
 * stream, events and sent bytes between. Argument: folder. Tells, about once a millisecond over IPC, how many bytes it had
 * accepted by then: {"captureId","accepted","atNs"}.
 */
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { blockBytes, makeBlocks, stampBlocks } from './block-stream.ts'

const clock = new SystemClock()
const store = await CaptureStore.open({ folder: process.argv[2] ?? '', clock, programVersion: 'crash bench' })
const capture = await store.create({ name: 'killed' })
const sink = capture.sink(1)
const block = makeBlocks(1)
let position = 0
let isWritable = true
let lastToldNs = 0
sink.onWritable = () => {
  isWritable = true
  setImmediate(turn)
}

function tell(): void {
  const atNs = clock.monotonicNs()
  if (atNs - lastToldNs < 1e6) return
  lastToldNs = atNs
  process.send?.({ captureId: capture.captureId, accepted: capture.acceptedTotals().receivedBytes, atNs })
}

/** Lets the next bytes of the stream arrive, in chunks of ever other sizes. */
function receive(): void {
  const region = sink.reserve(1 + ((position * 7919) % 200_000))
  for (let at = 0; at < region.length;) {
    const inBlock = (position + at) % blockBytes
    if (inBlock === 0 || at === 0) stampBlocks(block, Math.floor((position + at) / blockBytes))
    const part = block.subarray(inBlock, Math.min(blockBytes, inBlock + region.length - at))
    region.set(part, at)
    at += part.length
  }
  position += region.length
  isWritable = sink.commit(region.length)
}

function turn(): void {
  for (let count = 0; isWritable && count < 8; count += 1) receive()
  capture.recordSent(1, Uint8Array.of(1, 2, 3))
  capture.recordEvent(1, { kind: 'note', text: String(position) })
  tell()
  if (isWritable) setImmediate(turn)
  else setTimeout(tell, 1)
}

setInterval(tell, 1)
turn()
