import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { latin1Bytes } from '../sequence/byte-regular-expression.ts'
import { mostHeldBytes } from './fault-machine.ts'
import { FaultPlay } from './testing/fault-play.ts'

test.each<[string, string, (play: FaultPlay) => FaultPlay, readonly string[], Record<string, number>]>([
  ['none', '', (play) => play.write('abc', 'de').end(), ['0 abc', '0 de', '0 end'], {}],
  ['mute', 'mute', (play) => play.write('abc', 'de').pass(99), [], { mute: 2 }],
  [
    'mute holds the end until the client has ended',
    'mute',
    (play) => play.write('a').end().pass(5).clientEnded(),
    ['5 end'],
    { mute: 1 },
  ],
  ['drop', 'drop:1', (play) => play.write('abc', 'de').end(), ['0 end'], { drop: 2 }],
  ['drop of none', 'drop:0', (play) => play.write('abc'), ['0 abc'], {}],
  [
    'cut-message',
    'cut-message:2',
    (play) => play.write('abcd', 'efgh', 'ijkl').end(),
    ['0 abcd', '0 ef', '0 end'],
    { 'cut-message': 1 },
  ],
  ['cut-message of one byte', 'cut-message:1', (play) => play.write('a'), ['0 end'], { 'cut-message': 1 }],
  ['stall', 'stall:5', (play) => play.write('abc', 'def', 'ghi').pass(99), ['0 abc', '0 de'], { stall: 1 }],
  [
    'stall at the end of a message',
    'stall:3',
    (play) => play.write('abc').write('d').end().pass(9),
    ['0 abc'],
    { stall: 1 },
  ],
  [
    'half-close',
    'half-close:4',
    (play) => play.write('abc', 'def', 'g').end(),
    ['0 abc', '0 d', '0 end'],
    { 'half-close': 1 },
  ],
  ['half-close at once', 'half-close:0', (play) => play.write('abc'), ['0 end'], { 'half-close': 1 }],
  ['reset', 'reset:4', (play) => play.write('abc', 'def', 'g'), ['0 abc', '0 d', '0 reset'], { reset: 1 }],
  ['reset as soon as it is reached', 'reset:3', (play) => play.write('abc'), ['0 abc', '0 reset'], { reset: 1 }],
  ['reset at once', 'reset:0', (play) => play.write('abc'), ['0 reset'], { reset: 1 }],
  [
    'the earliest of several positions',
    'half-close:4 reset:2',
    (play) => play.write('abcdef'),
    ['0 ab', '0 reset'],
    { 'half-close': 1, reset: 1 },
  ],
  [
    'coalesce',
    'coalesce:50',
    (play) => play.write('a').pass(20).write('b').pass(99).write('c').end().pass(99),
    ['50 ab', '169 c', '169 end'],
    { coalesce: 2 },
  ],
  [
    'delay',
    'delay:20',
    (play) => play.write('a').pass(5).write('b').end().pass(99),
    ['20 a', '25 b', '25 end'],
    { delay: 2 },
  ],
  [
    'throttle',
    'throttle:100',
    (play) => play.write('abcdef').end().pass(99),
    ['0 ab', '0 cd', '20 ef', '20 end'],
    { throttle: 1 },
  ],
  [
    'throttle below a byte in 20 ms',
    'throttle:10',
    (play) => play.write('abc').pass(999),
    ['0 a', '80 b', '180 c'],
    { throttle: 1 },
  ],
  [
    'split into bytes',
    'split',
    (play) => play.write('abc').end().pass(0),
    ['0 a', '0 b', '0 c', '0 end'],
    { split: 1 },
  ],
  [
    'split with a gap',
    'split:2,gap=10',
    (play) => play.write('abcde').pass(99),
    ['0 ab', '10 cd', '20 e'],
    { split: 1 },
  ],
  [
    'a delay before a split',
    'split:2,gap=10 delay:5',
    (play) => play.write('abcd').pass(99),
    ['5 ab', '15 cd'],
    { delay: 1, split: 1 },
  ],
  [
    'what coalesces is one message',
    'split:3 coalesce:5',
    (play) => play.write('ab', 'cd').pass(9),
    ['5 abc', '5 d'],
    { coalesce: 1, split: 1 },
  ],
])('%s', (_, spec, act, story, counts) => {
  const play = act(new FaultPlay(spec))
  expect({ story: play.story, counts: play.tally.counts() }).toEqual({ story, counts })
})

describe('what depends on chance', () => {
  it('is the same for the same seed and client, and another for others', () => {
    const outcome = (seed: number, client: number): string => {
      const play = new FaultPlay(`drop:0.3 garbage:0.4,max=4 flip-bits:0.05 seed:${seed}`, client)
      for (let index = 0; index < 50; index++) play.write(`message ${index}\n`)
      return play.text
    }
    const outcomes = [outcome(1, 1), outcome(1, 2), outcome(2, 1)]
    expect([outcome(1, 1), new Set(outcomes).size]).toEqual([outcomes[0], 3])
  })

  it('happens about as often as asked', () => {
    const play = new FaultPlay('drop:0.25 garbage:0.5,max=2 flip-bits:0.01')
    for (let index = 0; index < 4000; index++) play.write(new Uint8Array(10))
    const { drop = 0, garbage = 0, 'flip-bits': flips = 0 } = play.tally.counts()
    const sent = 4000 - drop
    expect([drop / 4000, garbage / sent, flips / play.bytes.length]).toEqual([
      expect.closeTo(0.25, 1),
      expect.closeTo(0.5, 1),
      expect.closeTo(0.01, 2),
    ])
  })

  it('of one fault does not change that of the others', () => {
    const dropped = (spec: string): string[] =>
      Array.from({ length: 40 }, (_, index) => `${index},`).filter(
        ((play) => (message) => {
          const before = play.tally.counts().drop
          play.write(message)
          return play.tally.counts().drop !== before
        })(new FaultPlay(spec)),
      )
    expect(dropped('drop:0.5 garbage:0.5 flip-bits:0.5 delay:1,jitter=5')).toEqual(dropped('drop:0.5'))
  })

  it('keeps the order under jitter', () => {
    const play = new FaultPlay('delay:1,jitter=100')
    for (let index = 0; index < 50; index++) play.write(`${index},`).pass(1)
    play.end().pass(200)
    expect([play.text, play.ending]).toEqual([Array.from({ length: 50 }, (_, index) => `${index},`).join(''), 'end'])
  })
})

/** Something that happens to a machine. */
const event = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
  fc.record({ kind: fc.constant('pass' as const), durationMs: fc.integer({ min: 0, max: 60 }) }),
)
const keeping = ['split', 'split:3,gap=2', 'coalesce:10', 'delay:5,jitter=20', 'throttle:500'] as const
const hurting = [
  'drop:0.3',
  'garbage:0.3',
  'flip-bits:0.1',
  'cut-message:4',
  'stall:40',
  'half-close:33',
  'reset:21',
  'mute',
] as const

/** One of each kind at most. */
const specOf = (specs: readonly string[]): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.constantFrom(...specs), { selector: (spec) => /^[a-z-]+/.exec(spec)?.[0] })
    .chain((chosen) => fc.nat(1000).map((seed) => [...chosen, `seed:${seed}`].join(' ')))

test('without destructive faults the stream is whole and in order, then ends', () => {
  fc.assert(
    fc.property(specOf(keeping), fc.array(event, { maxLength: 40 }), (spec, events) => {
      const play = new FaultPlay(spec)
      const written: number[] = []
      for (const step of events) {
        if (step.kind === 'pass') play.pass(step.durationMs)
        else {
          play.write(step.bytes)
          written.push(...step.bytes)
        }
      }
      play.end().pass(60_000)
      expect([[...play.bytes], play.ending, play.machine.heldBytes]).toEqual([written, 'end', 0])
    }),
  )
})

test('the same messages give the same bytes and ending at any times', () => {
  fc.assert(
    fc.property(
      specOf([...keeping, ...hurting]),
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { maxLength: 20 }),
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 20, maxLength: 20 }),
      (spec, messages, pauses) => {
        const [steady, slow] = [new FaultPlay(spec), new FaultPlay(spec)]
        for (const message of messages) steady.write(message)
        for (const [index, message] of messages.entries()) slow.write(message).pass(pauses[index] ?? 0)
        for (const play of [steady, slow]) play.end().clientEnded().pass(60_000)
        expect([slow.text, slow.ending]).toEqual([steady.text, steady.ending])
      },
    ),
  )
})

test('what counts bytes does not depend on how they were written', () => {
  fc.assert(
    fc.property(
      specOf(['flip-bits:0.1', 'stall:40', 'half-close:33', 'reset:21', ...keeping]),
      fc.uint8Array({ maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (spec, bytes, sizes) => {
        const [whole, pieces] = [new FaultPlay(spec), new FaultPlay(spec)]
        whole.write(bytes)
        let at = 0
        for (const size of [...sizes, bytes.length]) {
          pieces.write(bytes.subarray(at, at + size))
          at += size
        }
        for (const play of [whole, pieces]) play.end().clientEnded().pass(60_000)
        expect([pieces.text, pieces.ending]).toEqual([whole.text, whole.ending])
      },
    ),
  )
})

test('a server that never stops is asked to, under every fault', () => {
  for (const spec of [...keeping, ...hurting, '']) {
    const play = new FaultPlay(`${spec} delay:1000`.replace(/(delay\S+) delay\S+/, '$1'))
    let written = 0
    while (play.machine.hasRoom(play.nowMs) && written < 100_000_000) {
      const message = new Uint8Array(1000)
      play.write(message)
      written += message.length
    }
    expect({ spec, bounded: written < 4 * mostHeldBytes }).toEqual({ spec, bounded: true })
    play.pass(1_100_000)
    expect({ spec, room: play.machine.hasRoom(play.nowMs) }).toEqual({ spec, room: true })
  }
})

describe('a segment of split', () => {
  it('waits until the system has taken the one before', () => {
    const play = new FaultPlay('split')
    play.unsentBytes = 1
    play.write('ab').pass(50)
    expect(play.story).toEqual([])
    play.unsentBytes = 0
    play.pass(10)
    expect(play.text).toBe('ab')
  })

  it('goes out in a turn of its own', () => {
    const play = new FaultPlay('split').write('ab')
    expect(play.story).toEqual(['0 a'])
  })
})

test('a reset waits for what the system has not taken, but not for ever', () => {
  const play = new FaultPlay('reset:2')
  play.unsentBytes = 2
  play.write('abc').pass(4000)
  expect(play.story).toEqual(['0 ab'])
  play.pass(4000)
  expect(play.story).toEqual(['0 ab', '5000 reset'])
})

describe('other faults', () => {
  it('apply to what is written from then on, and positions go on', () => {
    const play = new FaultPlay('delay:20').write('ab').redefine('stall:3').write('cd').pass(20).redefine('').write('e')
    expect(play.story).toEqual(['20 ab', '20 c', '20 e'])
  })

  it('let an end go that was held', () => {
    expect(new FaultPlay('mute').end().pass(7).redefine('').story).toEqual(['7 end'])
  })

  it('keep the order of what still gathers', () => {
    expect(new FaultPlay('coalesce:50').write('a').redefine('').write('b').end().story).toEqual(['0 a', '0 b', '0 end'])
  })
})

test('bytes that were given are never changed', () => {
  const message = latin1Bytes('never changed')
  new FaultPlay('flip-bits:1 garbage:1').write(message)
  expect(message).toEqual(latin1Bytes('never changed'))
})
