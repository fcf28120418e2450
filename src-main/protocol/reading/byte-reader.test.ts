import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import type { ReadOutcome } from '../../contract/schemas/reading.ts'
import { ByteReader } from './byte-reader.ts'
import {
  bytesOf,
  exactly,
  json,
  line,
  plan,
  poll,
  service,
  structure,
  text,
  told,
  until,
  untilClose,
  upTo,
  type RequestInput,
} from './testing/read-requests.ts'

type Step = { got: string } | 'end' | 'reset' | 'close' | 'give up' | 'socket empty' | RequestInput
const got = (escaped: string): Step => ({ got: escaped })

/** Plays the steps and tells every outcome, in order. */
function play(...steps: readonly Step[]): string[] {
  const reader = new ByteReader()
  const story: string[] = []
  for (const step of steps) {
    const wasReading = reader.isReading
    let outcome: ReadOutcome | null = null
    if (step === 'end') outcome = reader.acceptEnd()
    else if (step === 'reset') outcome = reader.acceptFailure(describeError('connection-reset'))
    else if (step === 'close') outcome = reader.close()
    else if (step === 'socket empty') outcome = reader.acceptNothing()
    else if (step === 'give up') reader.giveUp()
    else if ('got' in step) outcome = reader.acceptChunk(bytesOf(step.got))
    else outcome = reader.request(plan(step))
    const isRequest = typeof step === 'object' && 'kind' in step
    if (isRequest || (wasReading && outcome !== null)) story.push(told(outcome))
  }
  return story
}

const stories: readonly (readonly [name: string, steps: readonly Step[], outcomes: readonly string[]])[] = [
  // up to n
  ['up to n takes what is there', [got('abc'), upTo(8)], ['read "abc"']],
  ['up to n takes n and leaves the rest', [got('abc'), upTo(2), upTo(2)], ['read "ab"', 'read "c"']],
  ['up to n waits for the first byte', [upTo(8), got('a'), upTo(8)], ['waits', 'read "a"', 'waits']],
  ['at the end up to n is empty once', ['end', upTo(8), upTo(8)], ['read "", end', 'failed not-connected ""']],
  ['what came before the end comes first', [got('a'), 'end', upTo(8), upTo(8)], ['read "a"', 'read "", end']],
  ['the end reaches a read that waits', [upTo(8), 'end', line()], ['waits', 'read "", end', 'failed not-connected ""']],
  // poll
  ['a poll finds what is held', [got('abc'), poll(2), poll(2)], ['read "ab"', 'read "c"']],
  ['a poll finds nothing', [poll(256), 'socket empty', poll(256)], ['waits', 'nothing', 'waits']],
  ['a poll finds the end', [poll(256), 'end', poll(256)], ['waits', 'read "", end', 'failed not-connected ""']],
  ['an empty socket ends no other read', [upTo(1), 'socket empty', got('a')], ['waits', 'read "a"']],
  // service
  [
    'a service takes everything that is held and that is there',
    [got('ab'), service(), got('cd'), got('e'), 'socket empty', service()],
    ['waits', 'read "abcde"', 'waits'],
  ],
  ['a service that finds nothing says so', [service(), 'socket empty'], ['waits', 'nothing']],
  [
    'a service finds the end',
    [service(), got('ab'), 'end', upTo(1)],
    ['waits', 'read "ab", end', 'failed not-connected ""'],
  ],
  [
    'a service gives what came before the connection broke, then what broke it',
    [service(), got('ab'), 'reset', service(), service()],
    ['waits', 'read "ab"', 'failed connection-reset ""', 'failed not-connected ""'],
  ],
  // exactly
  ['exactly n waits for n', [exactly(3), got('ab'), got('cd'), upTo(9)], ['waits', 'read "abc"', 'read "d"']],
  [
    'exactly n cut short by the end shows what came',
    [got('ab'), 'end', exactly(3), upTo(1)],
    ['failed read-incomplete "ab"', 'failed not-connected ""'],
  ],
  [
    'exactly what is left, then the end',
    [got('abc'), 'end', exactly(3), upTo(1), upTo(1)],
    ['read "abc"', 'read "", end', 'failed not-connected ""'],
  ],
  // until
  ['until takes the separator along', [got('ab;cd;'), until(';'), until(';')], ['read "ab;"', 'read "cd;"']],
  ['a separator in pieces', [until('<>'), got('a<'), got('<'), got('>b')], ['waits', 'read "a<<>"']],
  ['a separator that begins in itself', [until('aab'), got('aaab')], ['waits', 'read "aaab"']],
  [
    'until cut short by the end',
    [got('ab'), 'end', until(';'), until(';')],
    ['failed read-incomplete "ab"', 'failed not-connected ""'],
  ],
  ['nothing at all before the end', ['end', until(';')], ['failed read-incomplete ""']],
  [
    'over the limit the data stays, and the failure too, until it is drained',
    [got('abcde;f;'), until(';', 4), until(';', 4), upTo(2), until(';', 4), until(';', 4)],
    ['failed read-limit-overrun ""', 'failed read-limit-overrun ""', 'read "ab"', 'read "cde;"', 'read "f;"'],
  ],
  ['content of the limit is accepted', [got('abcd;'), until(';', 4)], ['read "abcd;"']],
  [
    'a raised limit reads what overran',
    [got('abcde;'), until(';', 4), until(';', 9)],
    ['failed read-limit-overrun ""', 'read "abcde;"'],
  ],
  // line
  ['a line goes through LF', [got('a\\r\\nb\\n'), line(), line()], ['read "a\\r\\n"', 'read "b\\n"']],
  [
    'the end ends a line without failure',
    [got('ab'), 'end', line(), line()],
    ['read "ab", end', 'failed not-connected ""'],
  ],
  [
    'a line over the limit is discarded whole',
    [got('abcdefgh\\nnext\\n'), line(4), line(4)],
    ['failed read-limit-overrun "abcd"', 'read "next\\n"'],
  ],
  [
    'its rest is discarded as it comes, whatever is read next',
    [line(4), got('abcdef'), upTo(9), got('ghi'), got('j\\nk')],
    ['waits', 'failed read-limit-overrun "abcd"', 'waits', 'read "k"'],
  ],
  // text
  [
    'the terminator is no part of a text',
    [got('ab\\r\\ncd\\r\\n'), text(), text()],
    ['read "ab\\r\\n" = ab', 'read "cd\\r\\n" = cd'],
  ],
  ['LF alone ends no line of CR LF', [got('a\\nb\\r\\n'), text()], ['read "a\\nb\\r\\n" = a\nb']],
  ['CR LF in two pieces', [text(), got('ab\\r'), got('\\ncd')], ['waits', 'read "ab\\r\\n" = ab']],
  ['another terminator', [got('oneXYZZYtwo'), text('utf-8', 'XYZZY')], ['read "oneXYZZY" = one']],
  ['LF CR', [got('a\\n\\rb'), text('utf-8', '\\n\\r')], ['read "a\\n\\r" = a']],
  ['UTF-16', [got('h\\x00i\\x00\\r\\n'), text('utf-16le')], ['read "h\\0i\\0\\r\\n" = hi']],
  ['UTF-32', [got('\\x00\\x00\\x00h\\r\\n'), text('utf-32be')], ['read "\\0\\0\\0h\\r\\n" = h']],
  [
    'a bad line costs only that line',
    [got('a\\xffb\\r\\ngood\\r\\n'), text(), text()],
    ['failed text-malformed "a\\xffb\\r\\n"', 'read "good\\r\\n" = good'],
  ],
  [
    'a text cut short by the end',
    [got('half'), 'end', text(), text()],
    ['failed read-incomplete "half"', 'failed not-connected ""'],
  ],
  [
    'a text over the limit stays',
    [got('abcde\\r\\n'), text('utf-8', '\\r\\n', 4), text('utf-8', '\\r\\n', 4), upTo(1), text('utf-8', '\\r\\n', 4)],
    ['failed read-limit-overrun ""', 'failed read-limit-overrun ""', 'read "a"', 'read "bcde\\r\\n" = bcde'],
  ],
  // JSON
  [
    'JSON of any type',
    [got('{"a": 1}\\r\\n7\\r\\n'), json(), json()],
    ['read "{"a": 1}\\r\\n" = {"a": 1}', 'read "7\\r\\n" = 7'],
  ],
  [
    'numbers keep their digits, NaN is taken',
    [got('18410715311050326015\\r\\n[NaN]\\r\\n'), json(), json()],
    ['read "18410715311050326015\\r\\n" = 18410715311050326015', 'read "[NaN]\\r\\n" = [NaN]'],
  ],
  [
    'an empty line and what is no JSON cost their lines',
    [got('\\r\\nhello\\r\\n[]\\r\\n'), json(), json(), json()],
    ['failed json-malformed "\\r\\n"', 'failed json-malformed "hello\\r\\n"', 'read "[]\\r\\n" = []'],
  ],
  ['JSON in bad UTF-8', [got('"\\xff"\\r\\n'), json()], ['failed text-malformed ""\\xff"\\r\\n"']],
  // structure
  [
    'a structure takes exactly its size',
    [
      structure('packed'),
      got('\\x01\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00'),
      got('\\x66\\x66\\x66\\x66\\x66\\x66\\x0a\\x40\\xcd\\xcc\\x8c\\x40!'),
      upTo(9),
    ],
    ['waits', 'read "\\x01\\0\\x02\\0\\0\\0\\0\\0\\0\\0ffffff\\n@\\xcd\u030c@" = a=1 b=2 c=3.3 d=4.4', 'read "!"'],
  ],
  ['a structure cut short by the end', [got('ab'), 'end', structure('packed')], ['failed read-incomplete "ab"']],
  // until close
  [
    'until close takes everything',
    [untilClose(), got('ab'), got('cd'), 'end', upTo(1)],
    ['waits', 'read "abcd", end', 'failed not-connected ""'],
  ],
  // other ends
  [
    'a broken connection, after what came before',
    [got('ab'), 'reset', upTo(9), upTo(9), upTo(9)],
    ['read "ab"', 'failed connection-reset ""', 'failed not-connected ""'],
  ],
  [
    'a broken connection shows what it cut',
    [exactly(4), got('ab'), 'reset'],
    ['waits', 'failed connection-reset "ab"'],
  ],
  ['a broken connection is no end of a line', [got('ab'), 'reset', line()], ['failed connection-reset "ab"']],
  [
    'closed from here',
    [got('ab'), exactly(4), 'close', upTo(1)],
    ['waits', 'failed not-connected ""', 'failed not-connected ""'],
  ],
  ['nothing comes after the end', ['end', got('late'), upTo(9)], ['read "", end']],
  // giving up
  [
    'a read given up takes nothing',
    [exactly(4), got('ab'), 'give up', got('cd'), exactly(4)],
    ['waits', 'read "abcd"'],
  ],
]

describe('reads', () => {
  test.each(stories)('%s', (_name, steps, outcomes) => {
    expect(play(...steps)).toEqual(outcomes)
  })

  test.each([
    ['line of 65536 bytes', 65_536, 'read'],
    ['line of 65537 bytes', 65_537, 'failed'],
  ] as const)('%s', (_name, byteCount, kind) => {
    for (const request of [text(), line()]) {
      const reader = new ByteReader()
      reader.acceptChunk(new Uint8Array(byteCount).fill(0x61))
      reader.acceptChunk(bytesOf('\\r\\nnext\\r\\n'))
      // The CR counts as content where LF is the separator.
      if (request.kind === 'line') reader.request(plan(upTo(1)))
      expect(reader.request(plan(request))?.kind).toBe(kind)
    }
  })

  test('failures carry their numbers', () => {
    const reader = new ByteReader()
    reader.acceptChunk(bytesOf('nope\\r\\n\\xc3\\xa9\\xff\\xfe\\r\\nab'))
    const data = (outcome: ReadOutcome | null): unknown => outcome?.kind === 'failed' && outcome.error.data
    expect(data(reader.request(plan(json())))).toMatchObject({ text: 'nope', line: 1, column: 1 })
    expect(data(reader.request(plan(text())))).toEqual({ encoding: 'utf-8', offset: 2, found: 'FF FE' })
    reader.acceptEnd()
    expect(data(reader.request(plan(exactly(42))))).toEqual({ receivedBytes: 2, expectedBytes: 42 })
  })

  test('tell the sizes in which their bytes came', () => {
    const reader = new ByteReader()
    for (const chunk of ['0123456789abcdef', '0123456789abcdef', '0123456789']) reader.acceptChunk(bytesOf(chunk))
    const pieces = [upTo(20), exactly(13), exactly(1), upTo(100)].map((request) => {
      const outcome = reader.request(plan(request))
      return outcome?.kind === 'read' && outcome.pieces
    })
    expect(pieces).toEqual([[16, 4], [12, 1], [1], [8]])
  })

  test('tell the first thousand sizes', () => {
    const reader = new ByteReader()
    for (let count = 0; count < 1500; count++) reader.acceptChunk(Uint8Array.of(0x61))
    const sizes = [upTo(1200), upTo(1200)].map((request) => {
      const outcome = reader.request(plan(request))
      return outcome?.kind === 'read' && [outcome.bytes.length, outcome.pieces.length]
    })
    expect(sizes).toEqual([
      [1200, 1000],
      [300, 300],
    ])
  })

  test('only one at a time', () => {
    const reader = new ByteReader()
    reader.request(plan(upTo(1)))
    expect(() => reader.request(plan(upTo(1)))).toThrow(TypeError)
  })

  test('tell how much they can use, so that nothing more is taken from the socket', () => {
    const reader = new ByteReader()
    const wanted: number[] = [reader.wantedBytes]
    const ask = (request: RequestInput): void => {
      reader.giveUp()
      reader.request(plan(request))
      wanted.push(reader.wantedBytes)
    }
    ask(upTo(16))
    ask(exactly(100))
    reader.acceptChunk(bytesOf('abc'))
    wanted.push(reader.wantedBytes)
    ask(structure('packed'))
    ask(line())
    ask(service())
    expect(wanted).toEqual([0, 16, 100, 97, 19, Infinity, 16 * 1024 * 1024 - 3])
  })
})
