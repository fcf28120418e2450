import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TcpSegment } from '../packet-files/tcp-segment.ts'
import { TcpReassembler, type TcpReassemblerLimits, type TcpSide } from './tcp-reassembler.ts'

const fin = 1
const syn = 2
const rst = 4
const ack = 16
const client = new Uint8Array([10, 0, 0, 1])
const server = new Uint8Array([10, 0, 0, 2])

interface Step {
  readonly from?: TcpSide
  readonly sequence: number
  readonly acknowledgment?: number
  readonly flags?: number
  readonly text?: string
  /** Longer than the text where the packet was cut. */
  readonly length?: number
  readonly clientPort?: number
}

function segmentOf({
  from = 'client',
  sequence,
  acknowledgment = 0,
  flags = ack,
  text = '',
  length,
  clientPort = 40_000,
}: Step): TcpSegment {
  const payload = new TextEncoder().encode(text)
  const isClient = from === 'client'
  return {
    family: 'ipv4',
    source: isClient ? client : server,
    sourcePort: isClient ? clientPort : 7000,
    destination: isClient ? server : client,
    destinationPort: isClient ? 7000 : clientPort,
    sequence: sequence >>> 0,
    acknowledgment: acknowledgment >>> 0,
    flags,
    payload,
    payloadLength: length ?? payload.length,
  }
}

/** What a script of segments tells, a line each; bytes of the same side in a row are joined. */
function play(steps: readonly Step[], limits?: TcpReassemblerLimits): string[] {
  const told: string[] = []
  const reassembler = new TcpReassembler(
    {
      onBegan: ({ number }, beginning) => told.push(`${number} began ${beginning}`),
      onAnswered: ({ number }) => told.push(`${number} answered`),
      onBytes: ({ number }, from, bytes) => {
        const text = new TextDecoder().decode(bytes)
        const last = told.at(-1) ?? ''
        if (last.startsWith(`${number} ${from}: `)) told[told.length - 1] = last + text
        else told.push(`${number} ${from}: ${text}`)
      },
      onMissing: ({ number }, from, byteCount) => told.push(`${number} ${from} misses ${byteCount}`),
      onEnded: ({ number }, side) => told.push(`${number} ${side} ended`),
      onReset: ({ number }, by) => told.push(`${number} reset by ${by}`),
      onForgotten: ({ number }, isOpen) => {
        if (isOpen) told.push(`${number} left open`)
      },
    },
    limits,
  )
  for (const step of steps) reassembler.accept(segmentOf(step))
  reassembler.finish()
  return told
}

const handshake = (clientSequence = 100, serverSequence = 500): Step[] => [
  { sequence: clientSequence, flags: syn },
  { from: 'server', sequence: serverSequence, acknowledgment: clientSequence + 1, flags: syn | ack },
  { sequence: clientSequence + 1, acknowledgment: serverSequence + 1 },
]

test('a whole connection', () => {
  const told = play([
    ...handshake(),
    { sequence: 101, text: 'ping' },
    { from: 'server', sequence: 501, acknowledgment: 105, text: 'pong' },
    { sequence: 105, acknowledgment: 505, flags: fin | ack },
    { from: 'server', sequence: 505, acknowledgment: 106, flags: fin | ack },
    { sequence: 106, acknowledgment: 506 },
  ])
  expect(told).toEqual([
    '1 began syn',
    '1 answered',
    '1 client: ping',
    '1 server: pong',
    '1 client ended',
    '1 server ended',
  ])
})

test.each([
  [
    'reordered',
    [
      { sequence: 104, text: 'def' },
      { sequence: 101, text: 'abc' },
    ],
    ['1 client: abcdef'],
  ],
  [
    'retransmitted',
    [
      { sequence: 101, text: 'abc' },
      { sequence: 101, text: 'abc' },
      { sequence: 104, text: 'd' },
    ],
    ['1 client: abcd'],
  ],
  [
    'overlapping what was given: the first bytes count',
    [
      { sequence: 101, text: 'abc' },
      { sequence: 102, text: 'XYde' },
    ],
    ['1 client: abcde'],
  ],
  [
    'overlapping what waits: the first bytes count',
    [
      { sequence: 103, text: 'cd' },
      { sequence: 101, text: 'abXYe' },
    ],
    ['1 client: abcde'],
  ],
  [
    'around two that wait',
    [
      { sequence: 102, text: 'b' },
      { sequence: 104, text: 'd' },
      { sequence: 101, text: 'aXcXe' },
    ],
    ['1 client: abcde'],
  ],
  [
    'kept alive',
    [
      { sequence: 101, text: 'a' },
      { sequence: 101, text: '\0' },
      { sequence: 102, text: 'b' },
    ],
    ['1 client: ab'],
  ],
  ['lost', [{ sequence: 104, text: 'def' }], ['1 client misses 3', '1 client: def']],
  [
    'cut when captured',
    [
      { sequence: 101, text: 'ab', length: 5 },
      { sequence: 106, text: 'c' },
    ],
    ['1 client: ab', '1 client misses 3', '1 client: c'],
  ],
  [
    'behind the end',
    [
      { sequence: 104, flags: fin | ack },
      { sequence: 101, text: 'abc' },
    ],
    ['1 client: abc', '1 client ended'],
  ],
  ['lost before the end', [{ sequence: 104, flags: fin | ack }], ['1 client misses 3', '1 client ended']],
  [
    'beyond any window',
    [
      { sequence: 101 + 2 ** 30 + 5, text: 'stray' },
      { sequence: 101, text: 'a' },
    ],
    ['1 client: a'],
  ],
] as [string, Step[], string[]][])('segments that are %s', (_name, steps, expected) => {
  expect(play([...handshake(), ...steps])).toEqual(['1 began syn', '1 answered', ...expected, '1 left open'])
})

test('sequence numbers wrap', () => {
  const told = play([...handshake(0xffff_fffd), { sequence: 1, text: 'cdef' }, { sequence: 0xffff_fffe, text: 'xyz' }])
  expect(told.slice(2)).toEqual(['1 client: xyzcdef', '1 left open'])
})

test('a gap is given up when the other end has acknowledged it long ago, and what is later stays in order', () => {
  const steps: Step[] = [...handshake(), { sequence: 104, text: 'd' }]
  for (let count = 0; count < 70; count++) steps.push({ from: 'server', sequence: 501, acknowledgment: 105 })
  steps.push({ from: 'server', sequence: 501, acknowledgment: 105, text: 'answer' }, { sequence: 105, text: 'e' })
  expect(play(steps).slice(2)).toEqual([
    '1 client misses 3',
    '1 client: d',
    '1 server: answer',
    '1 client: e',
    '1 left open',
  ])
})

test('a connection that began before the file', () => {
  const told = play([
    { from: 'server', sequence: 9, acknowledgment: 77, text: 'late' },
    { sequence: 76, acknowledgment: 13, text: '\0' },
    { sequence: 77, text: 'here' },
    { sequence: 70, text: 'old' },
  ])
  expect(told).toEqual(['1 began middle', '1 server: late', '1 client: here', '1 left open'])
})

test('the answer to the SYN alone shows who opened it', () => {
  const told = play([handshake()[1] ?? { sequence: 0 }, { sequence: 101, text: 'a' }])
  expect(told).toEqual(['1 began syn-ack', '1 answered', '1 client: a', '1 left open'])
})

test('a refused connection is not answered', () => {
  expect(
    play([
      { sequence: 1, flags: syn },
      { sequence: 1, flags: syn },
      { from: 'server', sequence: 0, acknowledgment: 2, flags: rst | ack },
    ]),
  ).toEqual(['1 began syn', '1 reset by server'])
})

test('the same addresses and ports again are another connection, with or without its handshake', () => {
  const told = play([
    ...handshake(),
    { sequence: 101, text: 'one', flags: fin | ack },
    { from: 'server', sequence: 501, acknowledgment: 105, flags: fin | ack },
    ...handshake(9000, 8000),
    { sequence: 9001, text: 'two' },
    { sequence: 9004, flags: rst },
    { sequence: 9004, text: 'after' },
    { sequence: 50_000_000, text: 'three' },
  ])
  expect(told).toEqual([
    '1 began syn',
    '1 answered',
    '1 client: one',
    '1 client ended',
    '1 server ended',
    '2 began syn',
    '2 answered',
    '2 client: two',
    '2 reset by client',
    '2 client: after',
    '3 began middle',
    '3 client: three',
    '3 left open',
  ])
})

test('a bound of connections lets go of those that were silent longest', () => {
  const steps = Array.from({ length: 5 }, (_value, index) => ({
    sequence: 1,
    text: `${index}`,
    clientPort: 40_000 + index,
  }))
  expect(play(steps, { connections: 4 }).find((line) => line.includes('left open'))).toBe('1 left open')
  expect(play(steps, { connections: 4 })).toHaveLength(15)
})

test('a bound of waiting bytes gives up the gap that waited longest', () => {
  const steps = [
    ...handshake(),
    ...Array.from({ length: 4 }, (_value, index) => ({ sequence: 102 + index * 2, text: 'x' })),
  ]
  expect(play(steps, { waitingBytes: 3 * 257 })).toEqual([
    '1 began syn',
    '1 answered',
    ...[1, 2, 3, 4].flatMap(() => ['1 client misses 1', '1 client: x']),
    '1 left open',
  ])
})

test('whatever the order, the cuts and the repeats, the bytes come out whole', () => {
  const cuts = fc.array(fc.record({ start: fc.nat(199), length: fc.integer({ min: 1, max: 60 }) }), { maxLength: 40 })
  const text = Array.from({ length: 200 }, (_value, index) => String.fromCharCode(33 + (index % 90))).join('')
  fc.assert(
    fc.property(cuts, fc.nat(0xffff_ffff), fc.nat(1000), (extra, initial, seed) => {
      const whole = Array.from({ length: 20 }, (_value, index) => ({ start: index * 10, length: 10 }))
      const mixed = [...whole, ...extra].map((cut, index) => ({ cut, rank: (index * 7919 + seed * 104_729) % 1009 }))
      mixed.sort((one, other) => one.rank - other.rank)
      const steps = mixed.map(({ cut }) => ({
        sequence: initial + 1 + cut.start,
        text: text.slice(cut.start, cut.start + cut.length),
      }))
      expect(play([{ sequence: initial, flags: syn }, ...steps])).toEqual([
        '1 began syn',
        '1 answered',
        `1 client: ${text}`,
        '1 left open',
      ])
    }),
    { seed: 6, numRuns: 1000 },
  )
})

test('no sequence of segments breaks it', () => {
  const step = fc.record({
    from: fc.constantFrom<TcpSide>('client', 'server'),
    sequence: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff })),
    acknowledgment: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff })),
    flags: fc.constantFrom(0, ack, syn, syn | ack, fin | ack, rst, syn | fin | rst),
    text: fc.string({ maxLength: 8 }),
    length: fc.option(fc.nat(20), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      for (const line of play(steps as Step[], { connections: 3, waitingBytes: 900 })) {
        const missing = /misses (-?\d+)/.exec(line)
        if (missing !== null) expect(Number(missing[1])).toBeGreaterThan(0)
      }
    }),
    { seed: 6, numRuns: 2000 },
  )
})
