import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CallSettingsInput } from '../../contract/schemas/call-settings.ts'
import type { CallEffect } from './call-inputs.ts'
import { asciiBytes, bytesOf, hexOf, json, playCalls, told, writes, type CallPlay } from './testing/play-calls.ts'

interface Peer {
  readonly settings: CallSettingsInput
  /** A message of this framing around a content. */
  readonly frame: (content: Uint8Array) => Uint8Array
  /** Contents that a server may send: replies to the calls 1 to 4, good ones and bad ones. */
  readonly contents: readonly Uint8Array[]
  /** Spoilt streams to be read: at least 10,000 for each protocol. */
  readonly rounds: number
}

const lengthOf = (content: Uint8Array): string => content.length.toString(16).padStart(8, '0')
const lengthFrame = (content: Uint8Array): Uint8Array => bytesOf(lengthOf(content) + hexOf(content))
const headerFrame = (content: Uint8Array): Uint8Array =>
  asciiBytes(`Content-Type: x\r\ncontent-LENGTH:  ${content.length} \r\n\r\n${String.fromCharCode(...content)}`)
const lineFrame = (ending: string) => (content: Uint8Array) => asciiBytes(String.fromCharCode(...content) + ending)

const messagePackContents = [
  'c0',
  '82a7737563636573 73c3a16101',
  '81a56572726f72c3',
  '82a56572726f72c3a76d657373616765a0',
  'c1',
  '9101',
  '',
  'a2ff00',
  '0101',
]
const jsonContents = [
  ...['1', '2', '3', '4', '7', '"1"', 'null'].flatMap((id) => [
    `{"jsonrpc":"2.0","result":{"n":1.0},"id":${id}}`,
    `{"error":{"code":-1,"message":"no"},"id":${id}}`,
  ]),
  '{"method":"ask","id":"q"}',
  '{"method":"tick","params":[1]}',
  '[{"id":1,"result":"a"},{"id":2,"error":{}},{"method":"ask","id":5}]',
  ...['[]', '5', '{"id":3}', 'no json', '{"id":4,"result":1,"error":1}'],
]
const m2Contents = [
  ...['ack', 'noack', 'success', 'fail'].flatMap((id) =>
    [1, 2, 3, 4, 9].map((n) => `{"id": "${id}", "sequence_id": ${n}}`),
  ),
  ...['{"id": "powerSystemState", "state": 3}', 'no json', '{"id": 5}', '', '{"id": "ack"}'],
]

const peers: Readonly<Record<string, Peer>> = {
  'tcpy, one connection': {
    rounds: 10_000,
    settings: { protocol: 'tcpy', mode: 'session', maximumReplyBytes: 64 },
    frame: lengthFrame,
    contents: messagePackContents.map(bytesOf),
  },
  'tcpy, a connection each': {
    rounds: 2_000,
    settings: { protocol: 'tcpy', maximumReplyBytes: 64 },
    frame: lengthFrame,
    contents: messagePackContents.map(bytesOf),
  },
  M2: { rounds: 10_000, settings: { protocol: 'm2' }, frame: lineFrame('\r\n'), contents: m2Contents.map(asciiBytes) },
  'JSON-RPC, lines': {
    rounds: 3_000,
    settings: { protocol: 'jsonrpc', maximumReplyBytes: 64 },
    frame: lineFrame('\n'),
    contents: jsonContents.map(asciiBytes),
  },
  'JSON-RPC, Content-Length': {
    rounds: 3_000,
    settings: { protocol: 'jsonrpc', framing: 'content-length', serverCalls: 'refuse', maximumReplyBytes: 64 },
    frame: headerFrame,
    contents: jsonContents.map(asciiBytes),
  },
  'JSON-RPC, length prefix': {
    rounds: 3_000,
    settings: { protocol: 'jsonrpc', framing: 'length-prefix', maximumReplyBytes: 64 },
    frame: lengthFrame,
    contents: jsonContents.map(asciiBytes),
  },
  'JSON-RPC, varint': {
    rounds: 3_000,
    settings: { protocol: 'jsonrpc', framing: 'length-prefix', lengthField: 'varint', maximumReplyBytes: 64 },
    frame: (content) => bytesOf(content.length.toString(16).padStart(2, '0') + hexOf(content)),
    contents: jsonContents.map(asciiBytes),
  },
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return bytesOf(parts.map(hexOf).join(''))
}

/** A stream of messages, now and then with bytes that belong to none. */
function streams({ frame, contents }: Peer): fc.Arbitrary<Uint8Array> {
  const message = fc.constantFrom(...contents).map(frame)
  const noise = fc.uint8Array({ maxLength: 12 })
  return fc
    .array(fc.oneof({ weight: 12, arbitrary: message }, { weight: 1, arbitrary: noise }), { maxLength: 8 })
    .map(joined)
}

/** Calls are under way: as many as the protocol allows; of tcpy `queued` ones wait for the first. */
function begin({ settings }: Peer, queued: number): CallPlay {
  const play = playCalls(settings)
  const count = settings.protocol !== 'tcpy' ? 4 : settings.mode === undefined ? 1 : 1 + queued
  for (let number = 1; number <= count; number++) play.call(number, 'x')
  return play
}

const endings = [{ kind: 'peer-ended' }, { kind: 'closed', error: null }] as const

function receiveAll(peer: Peer, chunks: readonly Uint8Array[]): readonly CallEffect[] {
  const play = begin(peer, 0)
  return [...chunks.flatMap((chunk) => play.receive(chunk)), ...endings.flatMap((ending) => play.accept(ending))]
}

describe.each(Object.entries(peers))('%s', (_, peer) => {
  test('any split of what is received gives the same effects', () => {
    fc.assert(
      fc.property(streams(peer), fc.array(fc.nat(40), { maxLength: 40 }), (stream, sizes) => {
        const whole = receiveAll(peer, [stream])
        const chunks: Uint8Array[] = []
        let at = 0
        for (const size of sizes) chunks.push(stream.slice(at, (at += size)))
        expect(receiveAll(peer, [...chunks, stream.slice(at)])).toEqual(whole)
        expect(
          receiveAll(
            peer,
            Array.from(stream, (byte) => Uint8Array.of(byte)),
          ),
        ).toEqual(whole)
      }),
      { numRuns: 150 },
    )
  })

  test('spoilt streams: nothing is thrown, every call ends exactly once', () => {
    const random = randomNumbers(20_260_101)
    const { frame, contents, rounds } = peer
    for (let round = 0; round < rounds; round++) {
      const parts = Array.from({ length: 1 + random(4) }, () => frame(contents[random(contents.length)]!))
      const stream = joined(parts)
      for (let spoilt = random(4); spoilt > 0 && stream.length > 0; spoilt--)
        stream[random(stream.length)] = random(256)
      const play = begin(peer, 3)
      const begun = play.machine.pendingCount
      const cut = random(stream.length + 1)
      const effects = [...play.receive(stream.slice(0, cut)), ...play.receive(stream.slice(cut))]
      for (const ending of endings) effects.push(...play.accept(ending))
      const ended = effects.flatMap((effect) =>
        effect.kind === 'failed' || (effect.kind === 'replied' && effect.ends) ? [effect.number] : [],
      )
      if (ended.length !== begun || new Set(ended).size !== begun || play.machine.pendingCount !== 0) {
        expect.fail(`${hexOf(stream)} ended ${ended.join(', ')} of ${begun} calls: ${told(effects).join('; ')}`)
      }
    }
  }, 60_000)
})

/** Numbers from 0 below a bound, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

/** A server that answers each call with its own parameter, late, twice, never, and in any order. */
test.each([
  ['M2', { protocol: 'm2' }],
  ['JSON-RPC', { protocol: 'jsonrpc' }],
] as const)('%s: two clients of one server never get the reply of another call', (_, settings) => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('call' as const), client: fc.nat(1) }),
    fc.record({ kind: fc.constant('reply' as const), client: fc.nat(1), which: fc.nat(20) }),
    fc.record({ kind: fc.constant('wait' as const), client: fc.nat(1) }),
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const clients = [playCalls(settings, { timeoutMs: 30 }), playCalls(settings, { timeoutMs: 30 })] as const
      const asked: [string[], string[]] = [[], []]
      const seen = [new Map<number, string>(), new Map<number, string>()] as const
      let next = 1
      for (const { kind, client, ...more } of actions) {
        const play = clients[client as 0 | 1]
        const requests = asked[client as 0 | 1]
        if (kind === 'call') {
          const [bytes] = writes(play.call(next, 'echo', `{"own": "${client}-${next}"}`))
          requests.push(String.fromCharCode(...bytes!))
          next++
          continue
        }
        if (kind === 'wait') {
          play.wait(20)
          play.accept({ kind: 'timer-fired' })
          continue
        }
        const request = requests['which' in more ? more.which % Math.max(1, requests.length) : 0]
        if (request === undefined) continue
        for (const effect of play.receive(asciiBytes(replyTo(request)))) {
          if (effect.kind !== 'replied') continue
          expect(effect.reply.text).toContain(`${client}-${effect.number}"`)
          if (effect.ends) {
            expect(seen[client as 0 | 1].has(effect.number)).toBe(false)
            seen[client as 0 | 1].set(effect.number, effect.reply.text)
          }
        }
      }
    }),
  )
})

function replyTo(request: string): string {
  const own = /"own": ?("[^"]*")/.exec(request)?.[1] ?? ''
  const sequenceId = /"sequence_id": (\d+)/.exec(request)?.[1]
  const id = /"id":(\d+)/.exec(request)?.[1]
  const reply =
    sequenceId === undefined
      ? `{"jsonrpc":"2.0","id":${id ?? ''},"result":${own}}\n`
      : `{"id": "success", "sequence_id": ${sequenceId}, "own": ${own}}\r\n`
  json(reply)
  return reply
}
