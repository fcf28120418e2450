import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import { sendFileWords as words } from '../../strings/sending-files.ts'
import { countLines, estimateSending } from './send-estimate.ts'
import { fieldOfError, firstTexts, readSendFile, type SendFileTexts } from './send-file-form.ts'

const read = (texts: Partial<SendFileTexts>) => readSendFile({ ...firstTexts, path: '/tmp/a.bin', ...texts })

function meaning(texts: Partial<SendFileTexts>, itemCount: number | null): string {
  const reading = read(texts)
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors))
  const estimate = estimateSending(reading.plan, itemCount)
  return estimate === null ? words.freely(itemCount) : words.estimate(estimate)
}

describe('what a plan comes to', () => {
  // The measured cases of seed-systems 4.3.
  it.each<[Partial<SendFileTexts>, number | null, string]>([
    [{}, 50_000, '500 chunks of 100 B, one every 1 ms, 500 ms in all'],
    [
      { rate: '20000', chunking: 'size', chunkSize: '1000' },
      50_000,
      '50 chunks of 1 kB, one every 50 ms, 2.50 s in all',
    ],
    [
      { rate: '20000', chunking: 'rate', chunkRate: '7' },
      57_140,
      '20 chunks of about 2,857.1 B, one every 143 ms, 2.86 s in all',
    ],
    [
      { unit: 'lines', rate: '10', chunking: 'size', chunkSize: '5' },
      23,
      '5 chunks of 5 lines, one every 500 ms, 2.30 s in all',
    ],
    [{}, null, 'Chunks of 100 B, one every 1 ms, 100 kB/s'],
    [{ unit: 'lines', rate: '10' }, null, 'Chunks of 1 line, one every 100 ms, 10 lines/s'],
    [{}, 0, 'The file is empty: nothing goes out.'],
    [{ pace: 'free' }, 10_000_000_000, '10 GB, as fast as the peer takes it'],
    [{ pace: 'free' }, null, 'Everything, as fast as the peer takes it'],
  ])('%j of %s items: %s', (texts, itemCount, expected) => {
    expect(meaning(texts, itemCount)).toBe(expected)
  })
})

describe('the form', () => {
  it('gives a plan with one of chunk size and chunk rate, or neither', () => {
    expect(read({ chunkSize: '5', chunkRate: '7' })).toEqual({
      ok: true,
      plan: {
        kind: 'file',
        path: '/tmp/a.bin',
        unit: 'bytes',
        rate: 100_000,
        chunkSize: null,
        chunkRate: null,
        closesWhenFinished: false,
      },
    })
    expect(read({ chunking: 'size', chunkSize: '5' })).toMatchObject({ plan: { chunkSize: 5, chunkRate: null } })
    expect(read({ chunking: 'rate', chunkRate: '.5' })).toMatchObject({ plan: { chunkSize: null, chunkRate: 0.5 } })
    expect(read({ pace: 'free', rate: 'x', closes: true })).toMatchObject({
      plan: { rate: null, closesWhenFinished: true },
    })
  })

  it.each<[Partial<SendFileTexts>, readonly string[]]>([
    [{ path: ' ' }, ['path']],
    [{ rate: '' }, ['rate']],
    [{ rate: '-1' }, ['rate']],
    [{ rate: '1e13' }, ['rate']],
    [{ rate: 'NaN' }, ['rate']],
    [{ rate: '0' }, ['rate']],
    [{ chunking: 'size', chunkSize: '0' }, ['chunkSize']],
    [{ chunking: 'size', chunkSize: '1.5' }, ['chunkSize']],
    [{ chunking: 'rate', chunkRate: '0' }, ['chunkRate']],
    [{ chunking: 'rate', rate: '10', chunkRate: '11' }, ['chunkRate']],
    [{ path: '', rate: '', chunking: 'rate', chunkRate: '' }, ['path', 'rate', 'chunkRate']],
  ])('%j is wrong at %j', (texts, fields) => {
    const reading = read(texts)
    expect(reading.ok ? [] : Object.keys(reading.errors)).toEqual(fields)
  })

  it('shows errors of the engine at the field they are about', () => {
    expect(fieldOfError(describeError('file-not-found', { file: '/x' }))).toBe('path')
    expect(fieldOfError(describeError('rate-malformed', { field: 'chunkSize' }))).toBe('chunkSize')
    expect(fieldOfError(describeError('not-connected'))).toBeNull()
  })
})

it('lines end with LF, and what stands behind the last one is a line too', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n')), (characters) => {
      const text = characters.join('')
      const pieces = text.split('\n')
      expect(countLines(new TextEncoder().encode(text))).toBe(pieces.at(-1) === '' ? pieces.length - 1 : pieces.length)
    }),
  )
})
