import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CaptureFilterInput } from '../contract/schemas/capture-filter.ts'
import { parseFramingSpec } from '../protocol/framing/framing-spec.ts'
import type { TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'
import { connectToSendingPeer } from './testing/sending-peer.ts'

let driver: EngineDriver
const peers: TestPeer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close()
  await driver.close()
})

async function connected() {
  const connection = await connectToSendingPeer(driver)
  peers.push(connection.peer)
  return connection
}

/** The rows that a filter shows, once there are so many. */
async function shown(captureId: string, view: 'records' | 'messages', filter: CaptureFilterInput, count: number) {
  const lf = parseFramingSpec('lf')
  const framing = view === 'messages' ? { framing: { sent: lf, received: lf } } : {}
  for (;;) {
    const asked = { captureId, view, filter, ...framing }
    const window = await driver.call('capture.window', { ...asked, firstRow: 0, rowCount: 50, previewBytes: 64 })
    if (window.complete && window.totalRows >= count) return { asked, window }
  }
}

const readable = (rows: readonly object[]): string[] =>
  rows.flatMap((row) =>
    'preview' in row && row.preview instanceof Uint8Array ? [Buffer.from(row.preview).toString()] : [],
  )

test('a filter follows a session that goes on, over chunks and over messages', async () => {
  const { sessionId, captureId, peerSends } = await connected()
  await peerSends('first nee')
  await driver.send(sessionId, 'a needle that was sent\n')
  await peerSends('dle\nnothing\n')
  const content = { kind: 'text', text: 'needle' } as const
  const received: CaptureFilterInput = { content, showsEvents: false, scope: { direction: 'received' } }
  const chunks = await shown(captureId, 'records', received, 1)
  expect(readable(chunks.window.rows)).toEqual(['first nee'])
  const messages = await shown(captureId, 'messages', received, 1)
  expect(readable(messages.window.rows)).toEqual(['first needle'])
  await peerSends('Needle 2\nno\nneedle 3\n')
  const expression = { kind: 'expression', source: 'needle \\d', ignoresCase: true } as const
  const later = await shown(captureId, 'messages', { content: expression, showsEvents: false }, 2)
  expect(readable(later.window.rows)).toEqual(['Needle 2', 'needle 3'])
  const place = { kind: 'message', direction: 'received', number: 4 } as const
  expect(await driver.call('capture.locate', { ...later.asked, place })).toEqual({
    row: 1,
    totalRows: 2,
    complete: true,
  })
  const hidden = { ...place, number: 1 }
  expect(await driver.call('capture.locate', { ...later.asked, place: hidden })).toMatchObject({ row: null })
})

test('an expression that is too slow, or none, is refused where it is asked for', async () => {
  const { captureId, peerSends } = await connected()
  await peerSends(`${'a'.repeat(5000)}!\n`)
  const look = (source: string) =>
    shown(captureId, 'records', { content: { kind: 'expression', source } }, Number.POSITIVE_INFINITY)
  await expect(look('(a+)+b')).rejects.toMatchObject({ code: 'pattern-too-slow' })
  await expect(look('(a')).rejects.toMatchObject({ code: 'pattern-malformed' })
})
