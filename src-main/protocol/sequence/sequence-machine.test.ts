import { expect, test } from 'vitest'
import * as v from 'valibot'
import { describeError } from '../../contract/errors.ts'
import { sequenceSteps } from '../../contract/schemas/sequence.ts'
import { SequenceMachine, type SequenceEffect, type SequenceInput } from './sequence-machine.ts'

const send = { kind: 'send', message: { content: { mode: 'text', text: 'a' } } } as const
const saved = { kind: 'send-saved', entryId: 'entry' } as const
const wait = { kind: 'wait', condition: { kind: 'bytes', hex: '01' }, timeoutMs: 100 } as const
const pause = { kind: 'pause', durationMs: 20 } as const

/** Effects in short. */
function told(effects: readonly SequenceEffect[]): string {
  const words = effects.map((effect) => (effect.kind === 'wake-after' ? `wake ${effect.delayMs}` : effect.kind))
  return words.join(', ')
}

function machineOf(steps: v.InferInput<typeof sequenceSteps>, rounds: number | null = 1): SequenceMachine {
  return new SequenceMachine(v.parse(sequenceSteps, steps), rounds)
}

/** Plays inputs, 10 ms apart, and tells what each one caused. */
function play(machine: SequenceMachine, inputs: readonly SequenceInput[]): string[] {
  return inputs.map((input, number) => told(machine.accept(input, number * 10)))
}

const start: SequenceInput = { kind: 'start' }
const sent: SequenceInput = { kind: 'sent' }
const fired: SequenceInput = { kind: 'timer-fired' }
const matched: SequenceInput = { kind: 'matched', detail: 'x', captured: { name: 'v' } }

test('send, wait, pause and send, twice', () => {
  const machine = machineOf([send, wait, pause, saved], 2)
  expect(play(machine, [start, sent, matched, fired, sent, sent, matched, fired, sent])).toEqual([
    'forget-received, forget-received, send',
    'wake 100, wait',
    'forget-timer, keep, wake 20',
    'forget-received, send',
    'forget-received, send',
    'wake 100, wait',
    'forget-timer, keep, wake 20',
    'forget-received, send',
    'ended',
  ])
  expect([machine.state, machine.round, machine.sentCount, machine.results]).toEqual([
    'done',
    1,
    4,
    [
      { step: 0, outcome: 'sent', elapsedMs: 10, detail: null },
      { step: 1, outcome: 'matched', elapsedMs: 10, detail: 'x' },
      { step: 2, outcome: 'paused', elapsedMs: 10, detail: null },
      { step: 3, outcome: 'sent', elapsedMs: 10, detail: null },
    ],
  ])
})

test('what was received between sendings that follow each other counts', () => {
  expect(play(machineOf([send, send, wait]), [start, sent])).toEqual(['forget-received, forget-received, send', 'send'])
})

test('a wait that times out fails the run', () => {
  const machine = machineOf([wait, send])
  expect(play(machine, [start, fired, matched, sent])).toEqual([
    'forget-received, wake 100, wait',
    'end-wait, ended',
    '',
    '',
  ])
  expect([machine.state, machine.error?.code, machine.results]).toEqual([
    'failed',
    'wait-timeout',
    [{ step: 0, outcome: 'timed-out', elapsedMs: 10, detail: null }],
  ])
})

test.each<[string, readonly SequenceInput[], string]>([
  ['while it sends', [], 'ended'],
  ['while it waits', [sent], 'end-wait, forget-timer, ended'],
  ['in a pause', [sent, matched], 'forget-timer, ended'],
])('it can be stopped %s, and nothing happens afterwards', (_, inputs, effects) => {
  const machine = machineOf([send, wait, pause])
  play(machine, [start, ...inputs])
  expect([told(machine.accept({ kind: 'stop' }, 99)), machine.state]).toEqual([effects, 'stopped'])
  expect(play(machine, [sent, matched, fired, { kind: 'stop' }])).toEqual(['', '', '', ''])
})

test('a failure is kept with its step', () => {
  const machine = machineOf([send, wait])
  const error = describeError('variable-unknown', { name: 'a' })
  expect([play(machine, [start, { kind: 'failed', error }]), machine.error, machine.results]).toEqual([
    ['forget-received, forget-received, send', 'ended'],
    error,
    [{ step: 0, outcome: 'failed', elapsedMs: 10, detail: error.message }],
  ])
})

test('without an end it goes on until it is stopped', () => {
  const machine = machineOf([send], null)
  machine.accept(start, 0)
  for (let number = 0; number < 1000; number++) machine.accept(sent, number)
  expect([machine.state, machine.round, machine.sentCount]).toEqual(['running', 1000, 1000])
})
