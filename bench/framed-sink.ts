/**
 * A child process that reads a socket as plain Node does (`data`) and counts the messages, or nothing but the bytes.
 * Arguments: `lf`, `u32be` or `none`, port. Prints {"receivedBytes","messageCount","elapsedMs"}.
 */
import { connect } from 'node:net'
import { FrameBatch } from '../src-main/protocol/framing/frame-batch.ts'
import { createFramer } from '../src-main/protocol/framing/framer.ts'
import { parseFramingSpec } from '../src-main/protocol/framing/framing-spec.ts'
import { specOf } from './message-stream.ts'

const kind = process.argv[2]
const framer = kind === 'lf' || kind === 'u32be' ? createFramer(parseFramingSpec(specOf(kind))) : null
const batch = new FrameBatch()
let receivedBytes = 0
let messageCount = 0
let startedAtMs = 0

connect({ port: Number(process.argv[3]), host: '127.0.0.1' })
  .on('connect', () => (startedAtMs = performance.now()))
  .on('data', (chunk) => {
    receivedBytes += chunk.length
    if (framer === null) return
    framer.scanInto(chunk, 0, batch)
    messageCount += batch.count
    batch.clear()
  })
  .on('end', () => {
    const elapsedMs = performance.now() - startedAtMs
    process.stdout.write(`${JSON.stringify({ receivedBytes, messageCount, elapsedMs })}\n`)
  })
