import { describe, expect, it } from 'vitest'
import { CancelSource } from './cancel-source.ts'
import { connect, type Link } from './connect.ts'
import { describeError, WirebenchError, type ErrorShape } from './errors.ts'
import { contractVersion, type Wire, type WireMessage } from './wire.ts'
import { createMemoryWirePair } from './wires/memory-wire.ts'

const hello = { type: 'hello', contractVersion } as const

/** A link whose engine is the test. */
function openLink(): { link: Link; engine: Wire; received: unknown[] } {
  const [client, engine] = createMemoryWirePair()
  const received: unknown[] = []
  engine.onMessage((message) => received.push(message))
  return { link: connect(client), engine, received }
}

const failure = async (call: Promise<unknown>): Promise<ErrorShape> =>
  call.then(
    () => expect.unreachable('the call succeeded'),
    (thrown: unknown) => (thrown as WirebenchError).toShape(),
  )

const reasonOf = (link: Link): Promise<ErrorShape> => new Promise((resolve) => void link.onGone(resolve))

const notice = { level: 'warning', message: 'The disk is full.', error: null, captureId: null } as const

describe('a link', () => {
  it.each<[string, unknown, string]>([
    ['a reply before hello', { type: 'reply', id: 1, reply: {} }, 'wire-malformed'],
    ['what is no message', 42, 'wire-malformed'],
    [
      'an error without a code of the catalogue',
      { type: 'error', id: 1, error: { code: 'nonsense' } },
      'wire-malformed',
    ],
    ['its own end', { type: 'end', error: describeError('wire-overrun', { bytes: 7 }) }, 'wire-overrun'],
  ])('is gone when the engine sends %s', async (_title, message, code) => {
    const { link, engine } = openLink()
    const pending = failure(link.call('host.describe', {}))
    engine.send(message as WireMessage)
    expect([(await reasonOf(link)).code, (await pending).code, link.gone]).toEqual([code, code, true])
  })

  it('is gone when a message comes that only windows send', async () => {
    const { link, engine, received } = openLink()
    engine.send(hello)
    engine.send({ type: 'cancel', id: 1 })
    const reason = describeError('wire-malformed', { reason: '"cancel" was not expected.' })
    expect(await reasonOf(link)).toEqual(reason)
    await new Promise<void>((resolve) => void engine.onClose(resolve))
    expect(received).toEqual([hello, { type: 'end', error: reason }])
  })

  it('is gone when an event does not fit its schema', async () => {
    const { link, engine } = openLink()
    link.subscribe('host.notice', null, () => expect.unreachable('a malformed event was delivered'))
    engine.send(hello)
    engine.send({ type: 'event', id: 1, payload: { ...notice, level: 'loud' } })
    expect(await reasonOf(link)).toMatchObject({ code: 'bad-event', data: { event: 'host.notice', path: 'level' } })
  })

  it('is gone when a subscription is refused', async () => {
    const { link, engine } = openLink()
    link.subscribe('host.notice', null, () => undefined)
    engine.send(hello)
    engine.send({ type: 'error', id: 1, error: describeError('unknown-event', { event: 'host.notice' }) })
    expect(await reasonOf(link)).toEqual(describeError('unknown-event', { event: 'host.notice' }))
  })

  it('ignores replies, errors and events of what it has given up', async () => {
    const { link, engine } = openLink()
    const source = new CancelSource()
    const cancelled = failure(link.call('host.vitals', {}, { signal: source.signal }))
    const heard: unknown[] = []
    const stop = link.subscribe('host.notice', null, (payload) => heard.push(payload))
    const vitals = link.call('host.vitals', {})
    source.cancel()
    stop()
    engine.send(hello)
    engine.send({ type: 'reply', id: 1, reply: { engineMemoryBytes: 1, diskFreeBytes: null } })
    engine.send({ type: 'error', id: 1, error: describeError('internal') })
    engine.send({ type: 'event', id: 2, payload: notice })
    engine.send({ type: 'reply', id: 3, reply: { engineMemoryBytes: 3, diskFreeBytes: null } })
    expect([await cancelled, await vitals, heard, link.gone]).toEqual([
      describeError('cancelled'),
      { engineMemoryBytes: 3, diskFreeBytes: null },
      [],
      false,
    ])
  })

  it('sends nothing for a call that was cancelled beforehand', async () => {
    const { link, engine, received } = openLink()
    const source = new CancelSource()
    source.cancel()
    const cancelled = await failure(link.call('host.describe', {}, { signal: source.signal }))
    link.close()
    await new Promise<void>((resolve) => void engine.onClose(resolve))
    expect([cancelled, received]).toEqual([describeError('cancelled'), [hello]])
  })

  it('fails only the call that the wire cannot carry', async () => {
    const [client] = createMemoryWirePair()
    const link = connect(client)
    client.send = (message) => {
      if (message.type === 'call') throw new WirebenchError('message-too-large', { bytes: 99, limit: 10 })
    }
    expect([await failure(link.call('host.describe', {})), link.gone]).toEqual([
      describeError('message-too-large', { bytes: 99, limit: 10 }),
      false,
    ])
  })
})
