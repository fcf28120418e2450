import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { describeError } from '../../contract/errors.ts'
import { maximumCallReplies, maximumCallText } from '../../contract/schemas/call.ts'
import type { ReadReply } from '../../protocol/command-rpc/call-inputs.ts'
import { CallBook } from './call-book.ts'
import { CallLedger } from './call-ledger.ts'
import type { CallRecord } from './call-record.ts'

const clock = new ManualClock()
let ended: [number, string | null][]

beforeEach(() => (ended = []))

function make(limits?: { calls: number; incoming: number; textUnits: number }) {
  const ledger = new CallLedger(clock, limits)
  return { ledger, book: new CallBook(ledger, { onEnded: () => undefined }) }
}

function begin(ledger: CallLedger, command: string, text = ''): CallRecord {
  const parameters = { notation: 'json', text } as const
  const request = { kind: 'call', command, parameters, componentName: '' } as const
  const record = ledger.begin({
    ...{ kind: 'call', command, request, batch: null, timeoutMs: 10, state: 'queued', connection: 1 },
  })
  record.onOver = (text) => void ended.push([record.number, text])
  return record
}

const called = (number: number, requestText = '{}') =>
  ({ kind: 'called', number, requestText, correlation: null, byteCount: 7, expectsReply: true }) as const

const read = (text: string, rest: Partial<ReadReply> = {}): ReadReply => ({
  ...{ kind: 'result', mark: null, text, isError: false, message: null, code: null, streamOffset: 40, byteCount: 9 },
  ...rest,
})

const replied = (number: number, reply: ReadReply, ends = true) => ({ kind: 'replied', number, reply, ends }) as const
const everything = { filter: { command: '', outcome: 'all' }, skip: 0, count: 200, previewUnits: 4096 } as const
const numbers = (ledger: CallLedger, filter: Partial<(typeof everything)['filter']> | object = {}): number[] =>
  ledger.window({ ...everything, filter: { ...everything.filter, ...filter } }).entries.map(({ number }) => number)

describe('one call', () => {
  test('goes out, is acknowledged, is answered, and gets a late reply', () => {
    const { ledger, book } = make()
    const record = begin(ledger, 'move')
    book.called(called(1, '{"x":1}'), true)
    record.sentAtMs = ledger.nowMs()
    clock.advance(5)
    book.replied(replied(1, read('{"id":"ack"}', { kind: 'ack' }), false))
    expect(ledger.entry(record)).toMatchObject({ state: 'acknowledged', ok: null, replyCount: 1 })
    clock.advance(7)
    book.replied(replied(1, read('{"id":"success"}', { kind: 'success' })))
    book.replied(replied(1, read('{"id":"success"}', { kind: 'success', mark: 'duplicate' }), false))
    clock.advance(100)
    expect(ledger.entry(record)).toMatchObject({
      ...{ state: 'answered', ok: true, requestText: '{"x":1}', sentBytes: 7, receivedBytes: 27, elapsedMs: 12 },
      replies: [
        { kind: 'ack', elapsedMs: 5, place: { connection: 1, direction: 'received', streamOffset: 40, length: 9 } },
        { kind: 'success', mark: null, elapsedMs: 12 },
        { kind: 'success', mark: 'duplicate' },
      ],
    })
    expect(ended).toEqual([[1, '{"id":"success"}']])
  })

  test('times out, fails or is cancelled once: what comes afterwards changes nothing', () => {
    const { ledger, book } = make()
    const [first, second, third] = ['a', 'b', 'c'].map((command) => begin(ledger, command))
    book.failed(1, describeError('call-timeout', { timeoutMs: 10 }))
    book.failed(2, describeError('connection-reset'))
    if (third !== undefined) book.cancelled(third)
    for (const number of [1, 2, 3]) book.failed(number, describeError('closed-before-reply'))
    book.replied(replied(1, read('1', { mark: 'late' }), false))
    expect([first, second, third].map((record) => [record?.state, record?.ok, record?.error?.code])).toEqual([
      ['timed-out', false, 'call-timeout'],
      ['failed', false, 'connection-reset'],
      ['cancelled', null, undefined],
    ])
    expect(ended.map(([number]) => number)).toEqual([1, 2, 3])
  })

  test('keeps the first and the newest replies, and the answer in any case', () => {
    const { ledger, book } = make()
    const record = begin(ledger, 'many')
    book.replied(replied(1, read('"first"', { kind: 'message' }), false))
    book.replied(replied(1, read('"answer"')))
    for (let index = 0; index < 100; index++) {
      book.replied(replied(1, read(`${index}`, { mark: 'extra' }), false))
    }
    const { replies, replyCount } = ledger.entry(record)
    expect([replies.length, replyCount, replies[0]?.text, replies[1]?.text, replies.at(-1)?.text]).toEqual([
      maximumCallReplies,
      102,
      '"first"',
      '37',
      '99',
    ])
    expect(record.answer?.text).toBe('"answer"')
  })

  test('keeps the beginning of long texts, never half a character', () => {
    const { ledger, book } = make()
    const record = begin(ledger, 'long')
    const long = `${'x'.repeat(maximumCallText - 1)}😀`
    book.called(called(1, long), true)
    book.replied(replied(1, read(long)))
    const entry = ledger.entry(record)
    expect([entry.requestText.length, entry.requestIsWhole]).toEqual([maximumCallText - 1, false])
    expect([entry.replies[0]?.text.length, entry.replies[0]?.textIsWhole]).toEqual([maximumCallText - 1, false])
    expect(ended).toEqual([[1, long]])
    const [preview] = ledger.window({ ...everything, previewUnits: 3 }).entries
    expect([preview?.requestText, preview?.replies[0]]).toMatchObject(['xxx', { text: 'xxx', textIsWhole: false }])
  })
})

describe('the ledger is bounded', () => {
  test('by a number of entries that are over; the oldest make way and are counted', () => {
    const { ledger, book } = make({ calls: 3, incoming: 2, textUnits: 1_000_000 })
    begin(ledger, 'pending')
    for (let number = 2; number <= 6; number++) {
      begin(ledger, 'done')
      book.replied(replied(number, read('1')))
    }
    expect([numbers(ledger), ledger.entryCount, ledger.droppedCount, ledger.underWayCount]).toEqual([
      [6, 5, 4, 1],
      6,
      2,
      1,
    ])
  })

  test('by its texts', () => {
    const { ledger, book } = make({ calls: 100, incoming: 100, textUnits: 1000 })
    for (let number = 1; number <= 10; number++) {
      begin(ledger, 'c', 'p'.repeat(100))
      book.called(called(number, 'r'.repeat(100)), true)
      book.replied(replied(number, read('a'.repeat(100))))
    }
    expect([numbers(ledger), ledger.droppedCount]).toEqual([[10, 9, 8], 7])
    ledger.clear()
    expect([numbers(ledger), ledger.droppedCount]).toEqual([[], 10])
  })

  test('what the peer sends pushes no calls out, and what is no message is one entry', () => {
    const { ledger, book } = make({ calls: 3, incoming: 2, textUnits: 1_000_000 })
    begin(ledger, 'mine')
    book.replied(replied(1, read('1')))
    const incoming = { kind: 'incoming', entry: 'server-notification', command: 'tick', correlation: null } as const
    for (let index = 0; index < 50; index++) book.incoming({ ...incoming, reply: read(`${index}`) }, 1, 'by-hand')
    const error = describeError('reply-malformed', { reason: 'Noise.' })
    for (let index = 0; index < 5000; index++) {
      book.malformed({ kind: 'malformed', error, streamOffset: index, byteCount: 1 }, 1)
    }
    const { entries } = ledger.window(everything)
    expect(entries.map(({ number, kind, note, replyCount }) => [number, kind, note, replyCount])).toEqual([
      [52, 'unmatched', 'This came 5000 times.', 5000],
      [51, 'server-notification', null, 1],
      [1, 'call', null, 1],
    ])
    expect(entries[0]).toMatchObject({ state: 'failed', ok: false, error: { code: 'reply-malformed' } })
  })
})

test('windows of the ledger: newest first, filtered, in pages', () => {
  const { ledger, book } = make()
  for (const command of ['add', 'boom', 'add', 'slow', 'add']) begin(ledger, command)
  book.replied(replied(1, read('1')))
  book.replied(replied(2, read('{}', { kind: 'error', isError: true })))
  book.failed(3, describeError('call-timeout', { timeoutMs: 1 }))
  expect(numbers(ledger)).toEqual([5, 4, 3, 2, 1])
  expect(numbers(ledger, { command: 'ad' })).toEqual([5, 3, 1])
  expect(numbers(ledger, { outcome: 'ok' })).toEqual([1])
  expect(numbers(ledger, { outcome: 'error' })).toEqual([2])
  expect(numbers(ledger, { outcome: 'failed' })).toEqual([3])
  expect(numbers(ledger, { outcome: 'pending' })).toEqual([5, 4])
  const page = ledger.window({ ...everything, skip: 1, count: 2 })
  expect([page.entries.map(({ number }) => number), page.matchingCount]).toEqual([[4, 3], 5])
})

test('a window leaves out long requests, which the entry has', () => {
  const { ledger } = make()
  const record = begin(ledger, 'long', 'x'.repeat(20_000))
  expect(ledger.window(everything).entries[0]?.request).toBeNull()
  expect(ledger.entry(record).request).toMatchObject({ parameters: { text: 'x'.repeat(20_000) } })
})

test('a peer that calls without end is answered by a person only so often at once', () => {
  const { ledger, book } = make()
  const incoming = {
    kind: 'incoming',
    entry: 'server-call',
    command: 'ask',
    correlation: '1',
    reply: read('{}'),
  } as const
  for (let index = 0; index < 300; index++) book.incoming(incoming, 1, 'by-hand')
  expect([ledger.toAnswerCount, ledger.underWayCount]).toEqual([200, 200])
  expect(ledger.window(everything).entries[0]).toMatchObject({
    ...{ state: 'sent', note: 'Not answered: 200 calls of the peer wait for an answer already.' },
  })
})
