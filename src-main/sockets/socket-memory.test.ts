import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parseSocketMemory } from './socket-memory.ts'
import { StreamRecorder } from './testing/stream-recorder.ts'
import { TestPeer } from './testing/test-peer.ts'

const local = { address: '127.0.0.1', port: 40_000, family: 'ipv4' } as const
const remote = { address: '127.0.0.1', port: 8080, family: 'ipv4' } as const
const line = (from: string, to: string, memory: string): string => `ESTAB 0      0      ${from} ${to} ${memory}\n`
const memory = 'skmem:(r0,rb131072,t0,tb2626560,f0,w0,o0,bl0,d0)'

test.each([
  ['the line of the connection', line('127.0.0.1:40000', '127.0.0.1:8080', memory), [2626560, 131072]],
  ['that of another connection with the same ports', line('127.0.0.2:40000', '127.0.0.1:8080', memory), [null, null]],
  ['sizes that are none', line('127.0.0.1:40000', '127.0.0.1:8080', 'skmem:(r0,rb-1,t0,tbx,f0)'), [null, null]],
  ['nothing', '', [null, null]],
])('%s', (_, output, sizes) => {
  const { sendBufferBytes, receiveBufferBytes, reason } = parseSocketMemory(output, local, remote)
  expect([[sendBufferBytes, receiveBufferBytes], reason === null]).toEqual([sizes, sizes[0] !== null])
})

const hasSs = (() => {
  try {
    execFileSync('ss', ['-V'])
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasSs)(
  'the system tells them while the connection is open, and 0 once it is closed (skipped without ss)',
  async () => {
    const peer = await TestPeer.listen(() => undefined)
    const stream = new StreamRecorder(peer.port)
    const dialling = await stream.handle.details()
    await stream.seen('connected')
    const [open, again] = await Promise.all([stream.handle.details(), stream.handle.details()])
    stream.handle.destroy(false)
    await stream.seen('closed')
    const closed = await stream.handle.details()
    await peer.close()
    expect([dialling.reason, again === open, open.reason, closed]).toEqual([
      'The connection is not open yet.',
      true,
      null,
      { sendBufferBytes: 0, receiveBufferBytes: 0, reason: null },
    ])
    expect(open.sendBufferBytes).toBeGreaterThan(0)
    expect(open.receiveBufferBytes).toBeGreaterThan(0)
  },
)
