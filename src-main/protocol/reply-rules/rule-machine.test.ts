import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { FramingSettingsInput } from '../../contract/schemas/framing.ts'
import { latin1Bytes } from '../sequence/byte-regular-expression.ts'
import { longestRuledMessageBytes } from './message-cutter.ts'
import { reply, RulePlay, type GivenRule } from './testing/rule-play.ts'

const ping: GivenRule = { match: { kind: 'text', text: 'PING', where: 'whole' }, actions: [reply('PONG')] }
const set: GivenRule = {
  match: { kind: 'regular-expression', expression: '^SET (\\w+)=(?<value>\\w+)$' },
  actions: [reply('{{$captured 1}} is {{$captured value}}')],
}

describe('messages', () => {
  it.each<[string, readonly GivenRule[], FramingSettingsInput | null, readonly string[], readonly string[]]>([
    ['taken by a rule', [ping], null, ['PING\n'], ['applied r1', 'reply PONG\n']],
    ['taken by no rule are handed on with their framing', [ping], null, ['PONG\n\n'], ['pass PONG\n', 'pass \n']],
    ['in pieces', [ping], null, ['PI', 'N', 'G', '\nPI'], ['applied r1', 'reply PONG\n']],
    [
      'several in a chunk',
      [ping],
      null,
      ['PING\nx\nPING\n'],
      ['applied r1', 'reply PONG\n', 'pass x\n', 'applied r1', 'reply PONG\n'],
    ],
    ['with what was captured', [ping, set], null, ['SET a=1\n'], ['applied r2', 'reply a is 1\n']],
    [
      'with a framing of the rules, around replies too',
      [ping],
      { kind: 'length-prefix', field: 'u16be' },
      ['\0\x04PING\0\x01x'],
      ['applied r1', 'reply \0\x04PONG', 'pass \0\x01x'],
    ],
    ['as chunks', [ping], { kind: 'raw' }, ['PING', 'PI', 'NG'], ['applied r1', 'reply PONG', 'pass PI', 'pass NG']],
    [
      'unescaped',
      [{ match: { kind: 'hex', pattern: 'c0', where: 'whole' } }],
      { kind: 'slip' },
      ['\xdb\xdc\xc0'],
      ['applied r1'],
    ],
    [
      'that break their framing are handed on',
      [{ match: { kind: 'any' } }],
      { kind: 'slip' },
      ['a\xdbb\xc0', 'a\xc0'],
      ['pass a\xdbb\xc0', 'applied r1'],
    ],
  ])('%s', (_, rules, framing, chunks, story) => {
    expect(new RulePlay(rules, framing).receive(...chunks).story).toEqual(story)
  })

  it('of one long chunk are looked at in their order, with what comes after them', () => {
    const chunk = 'x\n'.repeat(2000) + 'PING\n'
    const play = new RulePlay([ping]).receive(chunk + chunk + 'PI').end()
    expect([play.all('pass').length, play.story.filter((line) => !line.startsWith('pass x'))]).toEqual([
      8002,
      ['applied r1', 'reply PONG\n', 'applied r1', 'reply PONG\n', 'pass PI', 'pass-end'],
    ])
  })

  it('that are chunks are whole, however long', () => {
    const long: GivenRule = { match: { kind: 'regular-expression', expression: '^x{20000}$' } }
    expect(new RulePlay([long], { kind: 'raw' }).receive('x'.repeat(20_000)).story).toEqual(['applied r1'])
  })

  it('that are not whole are handed on before the end', () => {
    expect(new RulePlay([ping]).receive('x\nPING').end().story).toEqual(['pass x\n', 'pass PING', 'pass-end'])
  })

  it('that end with the stream are messages', () => {
    const play = new RulePlay([{ match: { kind: 'json', path: '$' } }], { kind: 'json' })
    expect(play.receive('12').end().story).toEqual(['applied r1', 'pass-end'])
  })

  it('that end by silence are looked at then', () => {
    const play = new RulePlay([ping], { kind: 'idle-gap', idleGapMs: 20 })
    play.receive('PI').pass(10).receive('NG').pass(19)
    expect(play.story).toEqual([])
    expect(play.pass(2).story).toEqual(['applied r1', 'reply PONG'])
  })

  it('of more than 1 MiB are handed on as they come, and what follows is looked at', () => {
    const long = new Uint8Array(longestRuledMessageBytes - 10).fill(0x61)
    const play = new RulePlay([{ match: { kind: 'any' } }], { kind: 'lf', maximumFrameBytes: 64 * 1024 * 1024 })
    play.receive(long, 'x'.repeat(20))
    expect(play.all('pass')).toHaveLength(long.length + 20)
    play.receive('y'.repeat(9), '\nshort\n')
    expect([play.all('pass').length, play.story.at(-1)]).toEqual([long.length + 30, 'applied r1'])
  })
})

it.each<[string, FramingSettingsInput, string]>([
  ['tcpy', { kind: 'tcpy' }, '{"cmd":'],
  ['length-prefix', { kind: 'length-prefix', field: 'varint' }, '\xff\xff\xff\x0fab'],
])('a huge length of %s is handed on at once', (_, framing, bytes) => {
  expect(new RulePlay([{ match: { kind: 'any' } }], framing).receive(bytes).story).toEqual([`pass ${bytes}`])
})

describe('actions', () => {
  it('happen in order, and the next message waits for them', () => {
    const slow: GivenRule = {
      match: { kind: 'text', text: 'slow' },
      actions: [reply('one'), { kind: 'delay', delayMs: 50 }, reply('two')],
    }
    const play = new RulePlay([slow, ping]).receive('slow\nPING\n').pass(49)
    expect([play.story, play.machine.isBusy]).toEqual([['applied r1', 'reply one\n'], true])
    play.end().pass(1)
    expect([play.story.slice(2), play.machine.isBusy]).toEqual([
      ['reply two\n', 'applied r2', 'reply PONG\n', 'pass-end'],
      false,
    ])
  })

  it('end and reset the client', () => {
    const rules: GivenRule[] = [
      { match: { kind: 'text', text: 'bye' }, actions: [reply('ok'), { kind: 'end' }] },
      { match: { kind: 'text', text: 'die' }, actions: [{ kind: 'reset' }] },
    ]
    expect(new RulePlay(rules).receive('bye\ndie\n').story).toEqual([
      'applied r1',
      'reply ok\n',
      'end',
      'applied r2',
      'reset',
    ])
  })

  it('come before the server where the message is handed on as well', () => {
    expect(new RulePlay([{ ...ping, passesOn: true }]).receive('PING\n').story).toEqual([
      'applied r1',
      'reply PONG\n',
      'pass PING\n',
    ])
  })

  it('happen only so many times, and then the next rule has its turn', () => {
    const once: GivenRule = { match: { kind: 'any' }, timesPerClient: 2, actions: [reply('first')] }
    const play = new RulePlay([once, { match: { kind: 'any' }, timesPerClient: 1 }]).receive('a\nb\nc\nd\n')
    expect(play.story).toEqual(['applied r1', 'reply first\n', 'applied r1', 'reply first\n', 'applied r2', 'pass d\n'])
  })
})

describe('other rules', () => {
  it('apply from the next message on, and go on counting', () => {
    const once: GivenRule = { ...ping, timesPerClient: 1 }
    const play = new RulePlay([once]).receive('PING\nPI').redefine([once, set]).receive('NG\nSET a=1\n')
    expect(play.story).toEqual(['applied r1', 'reply PONG\n', 'pass PING\n', 'applied r2', 'reply a is 1\n'])
  })

  it('with another framing cut anew what waits', () => {
    const play = new RulePlay([ping]).receive('PING;').redefine([ping], { kind: 'delimiter', delimiterHex: '3b' })
    expect(play.story).toEqual(['applied r1', 'reply PONG;'])
  })

  it('none at all: what waits is handed on, and everything after it', () => {
    const play = new RulePlay([ping]).receive('PI').redefine([]).receive('NG\n')
    expect([play.story, play.machine.isIdle]).toEqual([['pass PI', 'pass NG\n'], true])
  })
})

test('many messages at once take several turns', () => {
  const play = new RulePlay([{ match: { kind: 'text', text: 'never' } }])
  play.receive('\n'.repeat(20_000))
  const inFirstTurn = play.story.length
  play.pass(0)
  expect([inFirstTurn < 20_000, play.story.length, play.machine.isBusy]).toEqual([true, 20_000, false])
})

const framings: readonly FramingSettingsInput[] = [
  { kind: 'lf' },
  { kind: 'lf', maximumFrameBytes: 3 },
  { kind: 'crlf' },
  { kind: 'length-prefix', field: 'u8', maximumFrameBytes: 9 },
  { kind: 'slip' },
  { kind: 'cobs' },
  { kind: 'json' },
  { kind: 'json-lines' },
  { kind: 'msgpack' },
  { kind: 'fixed', frameBytes: 3 },
  { kind: 'markers', startHex: '02', endHex: '03' },
]
const stream = fc
  .array(fc.constantFrom(...latin1Bytes('a1\n\r\0\x01\x02\x03\xc0\xdb{}"P')), { maxLength: 60 })
  .map((bytes) => Uint8Array.from(bytes))

test('any split of the stream gives the same replies, and the server the same bytes', () => {
  const rules: readonly GivenRule[] = [
    { match: { kind: 'text', text: 'a' }, actions: [reply('has a')] },
    {
      match: { kind: 'hex', pattern: '0?' },
      timesPerClient: 2,
      passesOn: true,
      actions: [reply('{{$captured message}}')],
    },
    { match: { kind: 'json', path: '$' }, actions: [{ kind: 'delay', delayMs: 3 }] },
  ]
  const outcome = (framing: FramingSettingsInput, chunks: readonly Uint8Array[]): unknown => {
    const play = new RulePlay(rules, framing)
    for (const chunk of chunks) play.receive(chunk)
    play.end().pass(1000)
    return [play.story.filter((line) => !line.startsWith('pass ')), play.all('pass')]
  }
  fc.assert(
    fc.property(
      fc.constantFrom(...framings),
      stream,
      fc.array(fc.integer({ min: 1, max: 7 })),
      (framing, bytes, sizes) => {
        let at = 0
        const chunks = [...sizes, bytes.length].map((size) => bytes.subarray(at, (at += size)))
        expect(outcome(framing, chunks)).toEqual(outcome(framing, [bytes]))
      },
    ),
    { numRuns: 1000 },
  )
})

test('what no rule takes reaches the server exactly, whatever the framing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...framings), fc.array(stream, { maxLength: 6 }), (framing, chunks) => {
      const play = new RulePlay([{ match: { kind: 'text', text: 'never there' } }], framing)
      for (const chunk of chunks) play.receive(chunk)
      play.end()
      expect([latin1Bytes(play.all('pass')), play.story.at(-1)]).toEqual([
        Uint8Array.from(chunks.flatMap((chunk) => [...chunk])),
        'pass-end',
      ])
    }),
    { numRuns: 1000 },
  )
})
