import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../capture/testing/manual-clock.ts'
import { completeServerDefinition } from '../contract/schemas/server.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { chargenBlockBytes, chargenBytes } from './chargen-pattern.ts'
import { chargenBehaviour } from './chargen-server.ts'
import { securedServer } from './local-server-factory.ts'
import { PlayedClient } from './testing/played-client.ts'

/** Worked out by the words of RFC 864: on line N the characters N to N + 71 of the ring, then CR LF. */
function referencePattern(byteCount: number): Uint8Array {
  const ring = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  let text = ''
  for (let line = 0; text.length < byteCount; line++) {
    for (let column = 0; column < 72; column++) text += ring[(line + column) % 95] ?? ''
    text += '\r\n'
  }
  return new TextEncoder().encode(text.slice(0, byteCount))
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

describe('the pattern of RFC 864', () => {
  it('begins with the space and moves on by a character each line', () => {
    expect(new TextDecoder().decode(chargenBytes(0, 3 * 74)).split('\r\n')).toEqual([
      ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg',
      '!"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefgh',
      '"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghi',
      '',
    ])
  })

  it.each([1, 73, 7030, 65_521])('is the same from piece to piece of %d bytes, far beyond its period', (pieceBytes) => {
    const pieces: Uint8Array[] = []
    let position = 0
    while (position < 100_000) {
      const piece = chargenBytes(position, Math.min(pieceBytes, 100_000 - position))
      pieces.push(piece)
      position += piece.length
    }
    expect(join(pieces)).toEqual(referencePattern(100_000))
  })
})

describe('a character generator', () => {
  it('sends no more than it should a second, each time what has become due', () => {
    const clock = new ManualClock()
    const client = new PlayedClient()
    const service = chargenBehaviour(1_000, clock).serve(client)
    for (let millisecond = 0; millisecond < 1_000; millisecond++) clock.advance(1)
    expect(client.bytes).toEqual(referencePattern(1_000))
    service.closed()
    expect(clock.waitingCount).toBe(0)
  })

  it('of a byte every two seconds sends just that', () => {
    const clock = new ManualClock()
    const client = new PlayedClient()
    chargenBehaviour(0.5, clock).serve(client)
    for (let second = 0; second < 10; second++) clock.advance(1_000)
    expect(client.writes).toEqual([...referencePattern(5)].map((byte) => Uint8Array.of(byte)))
  })

  it('waits for a client that does not read, and does not make up for it', () => {
    const clock = new ManualClock()
    const client = new PlayedClient()
    const service = chargenBehaviour(1_000, clock).serve(client)
    client.hasRoom = false
    clock.advance(20)
    clock.advance(10_000)
    expect([client.bytes.length, clock.waitingCount]).toEqual([20, 0])
    client.hasRoom = true
    service.drained?.()
    expect(client.bytes).toEqual(referencePattern(120))
  })

  it('as fast as can be leaves room for others between two pieces', () => {
    const clock = new ManualClock()
    const client = new PlayedClient()
    chargenBehaviour(null, clock).serve(client)
    clock.advance(0)
    expect(client.writes.map(({ length }) => length)).toEqual([chargenBlockBytes, chargenBlockBytes])
  })

  it('ends after its client did, and not before', () => {
    const clock = new ManualClock()
    const client = new PlayedClient()
    const service = chargenBehaviour(100, clock).serve(client)
    service.received(new Uint8Array(10))
    clock.advance(100)
    service.peerEnded()
    clock.advance(100)
    expect([client.bytes.length, client.endings, clock.waitingCount]).toEqual([10, ['end'], 0])
  })

  it('over a socket sends the pattern without a gap, and is held up by a client that does not read', async () => {
    const server = securedServer({
      definition: completeServerDefinition({ kind: 'chargen', name: 'Pattern' }),
      sources: { clock: new SystemClock() },
    })
    const { port } = await server.listen()
    const client = connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    const chunks: Uint8Array[] = []
    let receivedBytes = 0
    for await (const chunk of client) {
      chunks.push(chunk as Uint8Array)
      receivedBytes += (chunk as Uint8Array).length
      if (receivedBytes > 3_000_000) break
    }
    expect(Buffer.compare(join(chunks), referencePattern(receivedBytes))).toBe(0)
    await server.stop()
  })
})
