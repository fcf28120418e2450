import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { RunSnapshot } from '../../../src-main/contract/schemas/sequence.ts'
import { firstTexts, readEchoForm, textByteCount, type EchoTexts } from './echo-form.ts'
import { echoReport } from './echo-report.ts'

type Echo = NonNullable<RunSnapshot['echo']>

function report(run: Partial<RunSnapshot>, echo: Partial<Echo>) {
  const base = { expectedBytes: 42, receivedBytes: 42, surplusBytes: 0, differsAt: null, peerClosed: false }
  const found: Echo = { ...base, pieces: [16, 16, 10], ...echo }
  const { state, sentences, pieces, error } = echoReport({ state: 'done', error: null, ...run } as RunSnapshot, found)
  return { state, said: sentences.join(' '), pieces, code: error?.code ?? null }
}

describe('the result in words', () => {
  it.each<[string, Partial<RunSnapshot>, Partial<Echo>, object]>([
    ['complete', {}, {}, { state: 'complete', said: 'All 42 bytes came back unchanged.', pieces: '16, 16, 10' }],
    [
      'at work',
      { state: 'running' },
      { receivedBytes: 32, pieces: [16, 16] },
      { state: 'running', said: '', pieces: '16, 16' },
    ],
    [
      'the peer closed',
      { state: 'failed', error: describeError('closed-early') },
      { receivedBytes: 24, pieces: [16, 8], peerClosed: true },
      { state: 'early', said: '24 of 42, peer closed. What came back is what was sent.', pieces: '16, 8', code: null },
    ],
    [
      'a surplus',
      {},
      { receivedBytes: 48, surplusBytes: 6, pieces: [16, 16, 16] },
      { state: 'complete', said: 'All 42 bytes came back unchanged. 6 bytes more than were sent came back.' },
    ],
    [
      'too late',
      { state: 'failed', error: describeError('wait-timeout', { timeoutMs: 500 }) },
      { receivedBytes: 16, pieces: [16] },
      {
        state: 'early',
        said: '16 of 42 within 500 ms, then the time was over. What came back is what was sent.',
        code: null,
      },
    ],
    [
      'other bytes',
      {},
      { differsAt: 17 },
      { state: 'differs', said: 'The first byte that is not what was sent has offset 17, counted from 0.' },
    ],
    [
      'nothing at all',
      { state: 'stopped' },
      { receivedBytes: 0, pieces: [] },
      { state: 'stopped', said: '0 of 42 came back.', pieces: 'no piece yet' },
    ],
    [
      'a reset',
      { state: 'failed', error: describeError('connection-reset') },
      { receivedBytes: 0, pieces: [] },
      { state: 'early', said: '0 of 42 came back.', code: 'connection-reset' },
    ],
  ])('%s', (_name, run, echo, expected) => {
    expect(report(run, echo)).toMatchObject(expected)
  })

  it('draws the first pieces of many', () => {
    expect(report({}, { pieces: Array<number>(30).fill(1) }).pieces).toBe(`${'1, '.repeat(24)}and 6 more`)
  })
})

describe('the form', () => {
  const read = (texts: Partial<EchoTexts>) => readEchoForm({ ...firstTexts, ...texts }, null)

  it('begins with the message of the blog post: 42 bytes, in pieces of 16, without framing', () => {
    expect(textByteCount(firstTexts.text)).toBe(42)
    expect(read({})).toEqual({
      ok: true,
      plan: {
        kind: 'echo-check',
        message: { content: { mode: 'text', text: firstTexts.text, lineEnding: 'none' }, framed: false },
        readSizeBytes: 16,
        timeoutMs: 10_000,
      },
    })
  })

  it('takes the message of the composer as it is, and no timeout', () => {
    const message = { content: { mode: 'hex' as const, hex: '00 ff' }, computed: [], framed: true }
    const reading = readEchoForm({ ...firstTexts, source: 'composer', timeout: '' }, { message, line: '00 ff' })
    expect(reading).toMatchObject({ ok: true, plan: { message, timeoutMs: null } })
  })

  it.each<[Partial<EchoTexts>, readonly string[]]>([
    [{ text: '' }, ['text']],
    [{ text: '\\q' }, ['text']],
    [{ readSize: '0' }, ['readSize']],
    [{ readSize: '1048577' }, ['readSize']],
    [{ timeout: '0' }, ['timeout']],
    [{ readSize: '1.5', timeout: 'x' }, ['readSize', 'timeout']],
  ])('%j is wrong at %j', (texts, fields) => {
    const reading = read(texts)
    expect(reading.ok ? [] : Object.keys(reading.errors)).toEqual(fields)
  })

  it('does not count what is worked out when it is sent', () => {
    expect(textByteCount('{{name}}')).toBeNull()
    expect(textByteCount('a\\r\\n')).toBe(3)
  })
})
