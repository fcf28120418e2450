import { describe, expect, it } from 'vitest'
import type { MessageContent } from '../../../../src-main/contract/schemas/message.ts'
import { readStep } from './read-step.ts'
import { draftOfStep, emptyCapture, emptyStep, type StepDraft, type WaitDraft } from './step-draft.ts'
import { stepSentence } from './step-sentence.ts'

const isMessage = (entryId: string): boolean => entryId === 'known'
const waiting = (change: Partial<WaitDraft>): StepDraft => ({
  ...(emptyStep('wait') as StepDraft & WaitDraft),
  ...change,
})
const sending = (content: MessageContent): StepDraft => ({
  key: 1,
  kind: 'send',
  message: { content, computed: [], framed: true },
})
const text = (typed: string): StepDraft => sending({ mode: 'text', text: typed, encoding: 'utf-8', lineEnding: 'none' })

/** The fields that are wrong, with their codes where they have one. */
function wrongIn(draft: StepDraft): readonly string[] {
  const reading = readStep(draft, isMessage)
  if (reading.ok) return []
  return Object.entries(reading.problems).map(([field, error]) =>
    [field.replace(/^\d+\./, 'capture.'), error?.code].filter(Boolean).join(' '),
  )
}

describe('what is wrong in a step is found at its field', () => {
  const cases: readonly (readonly [string, StepDraft, readonly string[]])[] = [
    ['nothing to send', text(''), ['message']],
    ['a malformed escape', text('a\\q'), ['message escape-malformed']],
    ['a placeholder within escapes', text('a{{name}}\\n'), []],
    ['braces that stay open', text('{{name'), ['message placeholder-malformed']],
    ['half a byte', sending({ mode: 'hex', hex: '41 4' }), ['message hex-malformed']],
    ['no saved message', emptyStep('send-saved'), ['entry']],
    [
      'a saved message that is gone',
      { key: 1, kind: 'send-saved', entryId: 'gone' },
      ['entry library-entry-not-found'],
    ],
    ['a saved message', { key: 1, kind: 'send-saved', entryId: 'known' }, []],
    ['a pause of a day', { key: 1, kind: 'pause', duration: '86400000' }, []],
    ['a longer pause', { key: 1, kind: 'pause', duration: '86400001' }, ['time']],
    ['nothing to wait for', waiting({}), ['condition']],
    [
      'a pattern that is not closed',
      waiting({ condition: 'regular-expression', pattern: '(' }),
      ['condition pattern-malformed'],
    ],
    ['a path that is none', waiting({ condition: 'json-path', path: '$[' }), ['condition json-path-malformed']],
    [
      'a value that is not JSON',
      waiting({ condition: 'json-path', path: '$.a', equals: 'ok' }),
      ['equals pattern-malformed'],
    ],
    ['no messages', waiting({ condition: 'frames', count: '0' }), ['condition']],
    ['a timeout in words', waiting({ text: 'OK', timeout: 'soon' }), ['time']],
  ]
  it.each(cases)('%s', (_name, draft, expected) => expect(wrongIn(draft)).toEqual(expected))
})

it.each([
  ['(T\\d+', 'a ( is not closed'],
  ['a: )', 'a ) has no ( before it'],
  ['[a', 'a [ is not closed'],
  ['a**', 'a *, +, ? or {} has nothing before it to repeat'],
  ['a\\', 'a \\ stands at the end with nothing behind it'],
  ['a{2,1}', 'the first number in {} is greater than the second'],
  ['[b-a]', 'a range in [] ends before it begins'],
  ['(?<a>x)(?<a>y)', 'two groups have the same name'],
  ['(?<a', 'the name of a group is not closed by > or is no name'],
  ['\\k<b>(?<a>x)', '\\k names a group that is not there'],
  ['(?z)', 'after (? comes something unknown'],
  ['(?<=a)*', 'Invalid quantifier'],
])('tells what is wrong in the regular expression %s', (pattern, reason) => {
  const reading = readStep(waiting({ condition: 'regular-expression', pattern }), isMessage)
  expect(reading.ok ? null : reading.problems.condition).toEqual({
    message: `The regular expression cannot be read: ${reason}.`,
    code: 'pattern-malformed',
  })
})

describe('what is wrong with a captured value is found at its field', () => {
  const capture = (change: object) => ({ ...emptyCapture('regular-expression'), name: 'token', ...change })
  const pattern = { condition: 'regular-expression', pattern: '(a)(?<b>c)' } as const
  const cases: readonly (readonly [string, Partial<WaitDraft>, readonly string[]])[] = [
    ['a group', { ...pattern, captures: [capture({})] }, []],
    ['a group by name', { ...pattern, captures: [capture({ group: 'b' })] }, []],
    ['a group that is not there', { ...pattern, captures: [capture({ group: '3' })] }, ['capture.value']],
    ['a group of a text', { text: 'OK', captures: [capture({})] }, ['capture.value']],
    ['no name', { ...pattern, captures: [capture({ name: '1st' })] }, ['capture.name']],
    ['a name twice', { ...pattern, captures: [capture({}), capture({})] }, ['capture.name']],
    ['a path of a text', { text: 'OK', captures: [capture({ from: 'json-path' })] }, ['capture.value']],
    ['too many bytes', { text: 'OK', captures: [capture({ from: 'bytes', length: '65537' })] }, ['capture.value']],
  ]
  it.each(cases)('%s', (_name, draft, expected) => expect(wrongIn(waiting(draft))).toEqual(expected))
})

it('a kept step is the same after it was opened for editing', () => {
  const step = {
    kind: 'wait',
    condition: { kind: 'regular-expression', pattern: 'TOKEN (\\w+)', ignoreCase: true },
    timeoutMs: 10_000,
    captures: [
      { name: 'token', from: { kind: 'group', group: 1 } },
      { name: 'head', from: { kind: 'bytes', offset: 0, length: 4 } },
    ],
  } as const
  expect(readStep(draftOfStep({ ...step, captures: [...step.captures] }), isMessage)).toEqual({ ok: true, step })
})

it('says a step in a sentence', () => {
  const name = (entryId: string): string | null => (entryId === 'known' ? 'Log in' : null)
  const sentences = [
    text('*IDN?\\n'),
    { key: 1, kind: 'send-saved', entryId: 'known' } as const,
    { key: 1, kind: 'pause', duration: '1500' } as const,
    waiting({ text: 'OK' }),
    waiting({
      condition: 'regular-expression',
      pattern: 'T (\\w+)',
      timeout: '120000',
      captures: [{ ...emptyCapture('regular-expression'), name: 'token' }],
    }),
    waiting({ condition: 'frames', count: '1', timeout: '250' }),
  ].map((draft) => {
    const reading = readStep(draft, isMessage)
    return reading.ok ? stepSentence(reading.step, name) : null
  })
  expect(sentences).toEqual([
    'Send text *IDN?\\n',
    'Send “Log in”',
    'Pause 1.5 s',
    'Wait up to 10 s for text OK',
    'Wait up to 2 min for /T (\\w+)/, keep group 1 as token',
    'Wait up to 250 ms for 1 message',
  ])
})
