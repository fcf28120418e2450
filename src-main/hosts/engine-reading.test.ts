import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandInput } from '../contract/commands.ts'
import type { ReadOutcome } from '../contract/schemas/reading.ts'
import type { SessionSnapshot } from '../contract/schemas/session.ts'
import { TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const peers: TestPeer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  // The peers first: sessions that end wait for them.
  for (const peer of peers.splice(0)) await peer.close()
  await driver.close()
})

type RequestInput = CommandInput<'session.read'>['request']

/** A session that reads by hand, and its peer. */
class Held {
  readonly sessionId: string
  readonly captureId: string
  readonly peer: Socket

  constructor({ sessionId, captureId }: SessionSnapshot, peer: Socket) {
    this.sessionId = sessionId
    this.captureId = captureId
    this.peer = peer
  }

  read(request: RequestInput, timeoutMs: number | null = null): Promise<ReadOutcome> {
    return driver.call('session.read', { sessionId: this.sessionId, request, timeoutMs })
  }

  /** In short: `abc`, `abc = value`, `nothing`, `code: abc`. */
  async told(request: RequestInput, timeoutMs: number | null = null): Promise<string> {
    const outcome = await this.read(request, timeoutMs)
    if (outcome.kind === 'nothing') return 'nothing'
    const text = new TextDecoder('latin1').decode(outcome.bytes)
    if (outcome.kind === 'failed') return `${outcome.error.code}: ${text}`
    const { value } = outcome
    if (value === null) return outcome.atEnd ? `${text}, end` : text
    return `${text.trimEnd()} = ${value.kind === 'structure' ? value.summary : value.text}`
  }

  /** Resolves once the system of this side has the bytes, which on loopback is when the peer has written them. */
  async gets(content: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.peer.write(content, (error) => {
        if (error) reject(error)
        else resolve()
      })
    })
  }

  /** The peer closes its side, and this system knows. */
  async ends(): Promise<void> {
    this.peer.end()
    if (!this.peer.writableFinished) await once(this.peer, 'finish')
  }

  snapshot(): Promise<SessionSnapshot> {
    return driver.session(this.sessionId)
  }

  /** Sizes of the received records; ends the session, so that all are on disk. */
  async recordSizes(): Promise<number[]> {
    const { sessionId } = this
    await driver.call('session.abort', { sessionId })
    await driver.call('session.close', { sessionId })
    return (await driver.records(this.captureId)).flatMap((row) =>
      row.kind === 'data' && row.direction === 'received' ? [row.length] : [],
    )
  }

  async readBySelf(): Promise<void> {
    await driver.call('session.set-reading', { sessionId: this.sessionId, reading: { mode: 'automatic' } })
  }
}

async function held(readSizeBytes = 8096, serviceIntervalMs: number | null = null): Promise<Held> {
  const listening = await TestPeer.listen((socket) => socket.on('error', () => undefined))
  peers.push(listening)
  const accepted = listening.client()
  const { sessionId } = await driver.openSession(listening.port)
  const reading = { mode: 'manual' as const, readSizeBytes, serviceIntervalMs }
  await driver.call('session.set-reading', { sessionId, reading })
  await driver.call('session.connect', { sessionId })
  const session = await driver.until(sessionId, ({ state }) => state === 'open')
  const peer = await accepted
  return new Held(session, peer.resume())
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await nextTurn()
}

const upTo = (byteCount: number): RequestInput => ({ kind: 'up-to', byteCount })
const poll = (byteCount: number): RequestInput => ({ kind: 'poll', byteCount })
const exactly = (byteCount: number): RequestInput => ({ kind: 'exactly', byteCount })
const text: RequestInput = { kind: 'text' }
const refused = (code: string): unknown => expect.objectContaining({ code })

describe('pieces', () => {
  test('an echo of 42 bytes is read in pieces of 16, 16 and 10, each a record of its own', async () => {
    const session = await held(16)
    session.peer.pipe(session.peer)
    await driver.send(session.sessionId, 'This is the message.  It will be repeated.')
    await driver.until(session.sessionId, ({ counters }) => counters.sentBytes === 42)
    const pieces: string[] = []
    while (pieces.join('').length < 42) pieces.push(await session.told(upTo(16)))
    expect(pieces.map(({ length }) => length)).toEqual([16, 16, 10])
    expect(await session.recordSizes()).toEqual([16, 16, 10])
  })

  test('3000 bytes in reads of 1024', async () => {
    const session = await held(1024)
    await session.gets(new Uint8Array(3000))
    await session.read(exactly(3000))
    expect(await session.recordSizes()).toEqual([1024, 1024, 952])
  })

  test('300 bytes that wait are polled as 256, then 44, then nothing', async () => {
    const session = await held()
    expect(await session.told(poll(256))).toBe('nothing')
    await session.gets('x'.repeat(300))
    const sizes = [(await session.told(poll(256))).length, (await session.told(poll(256))).length]
    expect([sizes, await session.told(poll(256))]).toEqual([[256, 44], 'nothing'])
    expect(await session.recordSizes()).toEqual([256, 44])
  })

  test('a service takes all 40 bytes that wait, in reads of 16; the next finds nothing', async () => {
    const session = await held(16)
    await session.gets('x'.repeat(40))
    const outcome = await session.read({ kind: 'service' })
    expect(outcome).toMatchObject({ kind: 'read', bytes: new Uint8Array(40).fill(0x78), pieces: [16, 16, 8] })
    expect(await session.told({ kind: 'service' })).toBe('nothing')
    await session.ends()
    expect(await session.told({ kind: 'service' })).toBe(', end')
  })

  test('serviced by itself every 1/32 s, what comes is held for the reads, and the end is noticed', async () => {
    const session = await held(16, 31.25)
    await session.gets('x'.repeat(40))
    await driver.until(session.sessionId, ({ reading }) => reading.mode === 'manual' && reading.heldBytes === 40)
    await session.ends()
    await driver.until(session.sessionId, ({ state }) => state === 'half-closed-remote')
    expect([await session.told(upTo(100)), await session.told(upTo(1))]).toEqual(['x'.repeat(40), ', end'])
    expect(await session.recordSizes()).toEqual([16, 16, 8])
  })

  test('a peer that closes early: what came is read, then the end once, then nothing any more', async () => {
    const session = await held(16)
    await session.gets('x'.repeat(24))
    await session.ends()
    const told = [await session.told(poll(16)), await session.told(poll(16)), await session.told(poll(16))]
    expect(told).toEqual(['x'.repeat(16), 'x'.repeat(8), ', end'])
    expect(await session.told(poll(16))).toBe('not-connected: ')
  })

  test('24 of 42 bytes, then the peer closed', async () => {
    const session = await held(16)
    await session.gets('x'.repeat(24))
    await session.ends()
    const outcome = await session.read(exactly(42))
    expect(outcome).toMatchObject({
      kind: 'failed',
      bytes: new Uint8Array(24).fill(0x78),
      error: { code: 'read-incomplete', data: { receivedBytes: 24, expectedBytes: 42 } },
    })
    expect(outcome.kind === 'failed' && outcome.error.message).toBe('24 of 42 bytes, then the peer closed.')
  })

  test('a reset is told by the read that meets it', async () => {
    const session = await held()
    session.peer.resetAndDestroy()
    await once(session.peer, 'close')
    await turns()
    expect((await session.snapshot()).state).toBe('open')
    expect(await session.told(upTo(1))).toBe('connection-reset: ')
    expect((await session.snapshot()).ending).toMatchObject({ by: 'peer', how: 'rst' })
    expect(await session.told(upTo(1))).toBe('not-connected: ')
  })

  test('until close', async () => {
    const session = await held()
    const whole = session.told({ kind: 'until-close' })
    await session.gets('one ')
    await session.gets('two')
    await session.ends()
    expect(await whole).toBe('one two, end')
  })
})

describe('messages', () => {
  test('CR LF split across segments; LF alone ends nothing', async () => {
    const session = await held()
    const line = session.told(text)
    await session.gets('a\nb\r')
    await turns()
    await session.gets('\nnext\r\n')
    expect([await line, await session.told(text)]).toEqual(['a\nb = a\nb', 'next = next'])
  })

  test('a line in bad UTF-8 costs only that line', async () => {
    const session = await held()
    await session.gets(Uint8Array.of(0x61, 0xff, 0x0d, 0x0a))
    await session.gets('good\r\n')
    expect([await session.told(text), await session.told(text)]).toEqual(['text-malformed: a\u00ff\r\n', 'good = good'])
    expect((await session.snapshot()).state).toBe('open')
  })

  test('a line of 65536 bytes is taken, one of 65537 is told, and the rest is there', async () => {
    const session = await held()
    session.peer.write(`${'a'.repeat(65_536)}\r\n${'b'.repeat(65_537)}\r\nnext\r\n`)
    const good = await session.read(text)
    expect(good.kind === 'read' && good.bytes.length).toBe(65_538)
    expect([await session.told(text), await session.told(text)]).toEqual(Array(2).fill('read-limit-overrun: '))
    expect(await session.told(upTo(1))).toBe('b')
    const drained = await session.read(text)
    expect(drained.kind === 'read' && drained.bytes.length).toBe(65_538)
    expect(await session.told(text)).toBe('next = next')
  })

  test('a structure is read by its size, packed and aligned', async () => {
    const fields = [
      { name: 'a', type: { kind: 'integer' as const, integer: 'u16' as const } },
      { name: 'b', type: { kind: 'integer' as const, integer: 'i64' as const } },
    ]
    const ids: string[] = []
    for (const alignment of ['packed', 'natural'] as const) {
      const definition = { name: `Sample_${alignment}`, alignment, fields }
      const content = { name: alignment, definition }
      ids.push((await driver.call('structure.create', { content })).id)
    }
    const session = await held()
    const packed = Uint8Array.from([1, 0, 2, 0, 0, 0, 0, 0, 0, 0])
    const natural = Uint8Array.from([3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0])
    await session.gets(Buffer.concat([packed, natural, Buffer.from('rest')]))
    const summaries: unknown[] = []
    for (const structureId of ids) {
      const outcome = await session.read({ kind: 'structure', structureId })
      summaries.push(outcome.kind === 'read' && [outcome.bytes.length, outcome.value])
    }
    expect(summaries).toEqual([
      [10, { kind: 'structure', structureId: ids[0], summary: 'a=1 b=2' }],
      [16, { kind: 'structure', structureId: ids[1], summary: 'a=3 b=4' }],
    ])
    expect(await session.told(upTo(9))).toBe('rest')
    await expect(session.read({ kind: 'structure', structureId: 'gone' })).rejects.toEqual(
      refused('structure-not-found'),
    )
  })

  test('an empty terminator and an unknown encoding are refused', async () => {
    const session = await held()
    await expect(session.read({ kind: 'text', terminator: new Uint8Array(0) })).rejects.toEqual(
      refused('separator-empty'),
    )
    await expect(session.read({ kind: 'text', encoding: 'utf-99' })).rejects.toEqual(refused('encoding-unknown'))
  })
})

describe('who reads', () => {
  test('nothing is taken from the socket unless a read asks for it', async () => {
    const session = await held()
    await session.gets('waiting')
    await turns()
    expect((await session.snapshot()).counters.receivedBytes).toBe(0)
    expect(await session.told(upTo(4))).toBe('wait')
    expect((await session.snapshot()).counters.receivedBytes).toBe(4)
  })

  test('what a read took too much is held for the next one, and is in the capture once', async () => {
    const session = await held()
    await session.gets('one\r\ntwo\r\n')
    expect(await session.told(text)).toBe('one = one')
    expect((await session.snapshot()).reading).toEqual({
      mode: 'manual',
      readSizeBytes: 8096,
      isReading: false,
      heldBytes: 5,
      serviceIntervalMs: null,
    })
    expect([await session.told(text), await session.recordSizes()]).toEqual(['two = two', [10]])
  })

  test('back to automatic it goes on where it stood; a read that waits is cancelled', async () => {
    const session = await held()
    await session.gets('by hand')
    expect(await session.told(upTo(3))).toBe('by ')
    const waiting = session.told(exactly(99))
    await driver.until(session.sessionId, ({ counters }) => counters.receivedBytes === 7)
    await session.readBySelf()
    expect(await waiting).toBe('cancelled: ')
    await session.gets(' and by itself')
    const { reading } = await driver.until(session.sessionId, ({ counters }) => counters.receivedBytes === 21)
    expect(reading).toEqual({ mode: 'automatic' })
    await expect(session.read(upTo(1))).rejects.toEqual(refused('reading-automatic'))
  })

  test('a session that read by itself is switched; the end that was read before is told', async () => {
    const session = await held()
    await session.readBySelf()
    await session.gets('before')
    await driver.until(session.sessionId, ({ counters }) => counters.receivedBytes === 6)
    await session.ends()
    await driver.until(session.sessionId, ({ state }) => state === 'half-closed-remote')
    const { sessionId } = session
    await driver.call('session.set-reading', { sessionId, reading: { mode: 'manual' } })
    expect([await session.told(upTo(9)), await session.told(upTo(9))]).toEqual([', end', 'not-connected: '])
  })

  test('one read at a time; time that runs out and a call that is cancelled take nothing', async () => {
    const session = await held()
    await session.gets('ab')
    const waiting = session.told(exactly(3), 1)
    await expect(session.read(upTo(1))).rejects.toEqual(refused('read-active'))
    expect(await waiting).toBe('wait-timeout: ')
    const abort = new AbortController()
    const handler = driver.composed.engine.handlers['session.read']
    const { sessionId } = session
    const cancelled = Promise.resolve(
      handler({ sessionId, request: { kind: 'exactly', byteCount: 3 }, timeoutMs: null }, { signal: abort.signal }),
    )
    abort.abort()
    expect(await cancelled).toMatchObject({ kind: 'failed', error: { code: 'cancelled' } })
    await session.gets('c')
    expect(await session.told(exactly(3))).toBe('abc')
  })

  test('a disconnect ends properly although nobody reads, and what still came is in the capture', async () => {
    const session = await held()
    await session.gets('unread')
    session.peer.on('end', () => session.peer.end(' at last'))
    const waiting = session.told(exactly(99))
    const { sessionId } = session
    await driver.call('session.disconnect', { sessionId })
    expect(await waiting).toBe('not-connected: ')
    const { ending, counters } = await driver.until(sessionId, ({ state }) => state === 'closed')
    expect([ending, counters.receivedBytes]).toEqual([{ by: 'local', how: 'fin', unsentBytes: 0, error: null }, 14])
    expect(await session.told(upTo(1))).toBe('not-connected: ')
  })

  test('the switch stays for the next connection', async () => {
    const session = await held()
    const { sessionId } = session
    await driver.call('session.abort', { sessionId })
    await driver.until(sessionId, ({ state }) => state === 'closed')
    await driver.call('session.connect', { sessionId })
    await driver.until(sessionId, ({ state }) => state === 'open')
    expect([(await session.snapshot()).reading.mode, await session.told(poll(1))]).toEqual(['manual', 'nothing'])
  })
})
