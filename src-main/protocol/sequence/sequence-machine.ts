/**
 * The steps of a sequence, one after another, as a machine: inputs in, effects out.
 *
 *   send         `send`, then `sent` or `failed`
 *   wait         `wait` and `wake-after` its timeout, then `matched`, `failed` or `timer-fired`
 *   pause        `wake-after`, then `timer-fired`
 *   the end      the next round, or `ended` as done
 *
 * Rules:
 * - Before a sending that does not follow another sending, what was received is forgotten: a wait sees what came since
 *   the (first) message before it began to go out, also what came before the wait itself. The start forgets as well.
 * - A wait that times out, and every failure, ends the run. `stop` ends it at any time.
 * - Answers to what is over are ignored; nothing happens after the end.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { RunSnapshot, SequenceStep } from '../../contract/schemas/sequence.ts'

export type SequenceInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'matched'
      readonly detail: string | null
      readonly captured: Readonly<Record<string, string>>
    }
  | { readonly kind: 'failed'; readonly error: ErrorShape }
  | { readonly kind: 'timer-fired' }
  | { readonly kind: 'stop' }

export type SequenceEffect =
  | { readonly kind: 'forget-received' }
  | { readonly kind: 'send'; readonly step: Extract<SequenceStep, { kind: 'send' | 'send-saved' }> }
  | { readonly kind: 'wait'; readonly step: Extract<SequenceStep, { kind: 'wait' }> }
  | { readonly kind: 'end-wait' }
  | { readonly kind: 'keep'; readonly captured: Readonly<Record<string, string>> }
  | { readonly kind: 'wake-after'; readonly delayMs: number }
  | { readonly kind: 'forget-timer' }
  | { readonly kind: 'ended' }

type StepResult = RunSnapshot['results'][number]

export class SequenceMachine {
  readonly #steps: readonly SequenceStep[]
  /** Null: until it is stopped. */
  readonly #rounds: number | null
  #state: RunSnapshot['state'] = 'running'
  #begun = false
  #round = 0
  #step = 0
  #stepBeganMs = 0
  #sentCount = 0
  #results: StepResult[] = []
  #error: ErrorShape | null = null
  #effects: SequenceEffect[] = []

  constructor(steps: readonly SequenceStep[], rounds: number | null) {
    this.#steps = steps
    this.#rounds = rounds
  }

  get state(): RunSnapshot['state'] {
    return this.#state
  }
  get round(): number {
    return this.#round
  }
  get step(): number {
    return this.#step
  }
  get sentCount(): number {
    return this.#sentCount
  }
  /** Of the present round. */
  get results(): readonly StepResult[] {
    return this.#results
  }
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Takes one input at the monotonic time `nowMs` and returns what has to be done, in order. */
  accept(input: SequenceInput, nowMs: number): readonly SequenceEffect[] {
    this.#effects = []
    if (this.#state === 'running') this.#take(input, nowMs)
    return this.#effects
  }

  #take(input: SequenceInput, nowMs: number): void {
    const step = this.#steps[this.#step]
    switch (input.kind) {
      case 'start':
        if (this.#begun) return
        this.#begun = true
        this.#do({ kind: 'forget-received' })
        this.#beginStep(nowMs)
        break
      case 'sent':
        if (step?.kind !== 'send' && step?.kind !== 'send-saved') return
        this.#sentCount++
        this.#finishStep('sent', null, nowMs)
        break
      case 'matched':
        if (step?.kind !== 'wait') return
        this.#do({ kind: 'forget-timer' })
        this.#do({ kind: 'keep', captured: input.captured })
        this.#finishStep('matched', input.detail, nowMs)
        break
      case 'failed':
        this.#leave(step)
        this.#note('failed', input.error.message, nowMs)
        this.#end('failed', input.error)
        break
      case 'timer-fired':
        this.#timerFired(step, nowMs)
        break
      case 'stop':
        this.#leave(step)
        this.#end('stopped', null)
        break
      default:
        input satisfies never
    }
  }

  #timerFired(step: SequenceStep | undefined, nowMs: number): void {
    if (step?.kind === 'pause') this.#finishStep('paused', null, nowMs)
    if (step?.kind !== 'wait') return
    this.#do({ kind: 'end-wait' })
    this.#note('timed-out', null, nowMs)
    const progress = `Step ${this.#step + 1} waited in vain`
    this.#end('failed', describeError('wait-timeout', { timeoutMs: step.timeoutMs, progress }))
  }

  #leave(step: SequenceStep | undefined): void {
    if (step?.kind === 'wait') this.#do({ kind: 'end-wait' })
    if (step?.kind === 'wait' || step?.kind === 'pause') this.#do({ kind: 'forget-timer' })
  }

  #finishStep(outcome: StepResult['outcome'], detail: string | null, nowMs: number): void {
    this.#note(outcome, detail, nowMs)
    if (this.#step + 1 < this.#steps.length) {
      this.#step++
    } else if (this.#rounds !== null && this.#round + 1 >= this.#rounds) {
      this.#end('done', null)
      return
    } else {
      this.#round++
      this.#step = 0
      this.#results = []
    }
    this.#beginStep(nowMs)
  }

  #beginStep(nowMs: number): void {
    const step = this.#steps[this.#step]
    this.#stepBeganMs = nowMs
    switch (step?.kind) {
      case 'send':
      case 'send-saved':
        if (!isSending(this.#steps[this.#step - 1])) this.#do({ kind: 'forget-received' })
        this.#do({ kind: 'send', step })
        break
      case 'wait':
        this.#do({ kind: 'wake-after', delayMs: step.timeoutMs })
        this.#do({ kind: 'wait', step })
        break
      case 'pause':
        this.#do({ kind: 'wake-after', delayMs: step.durationMs })
        break
      case undefined:
        this.#end('done', null)
        break
      default:
        step satisfies never
    }
  }

  #note(outcome: StepResult['outcome'], detail: string | null, nowMs: number): void {
    this.#results = [...this.#results, { step: this.#step, outcome, elapsedMs: nowMs - this.#stepBeganMs, detail }]
  }

  #end(state: RunSnapshot['state'], error: ErrorShape | null): void {
    this.#state = state
    this.#error = error
    this.#do({ kind: 'ended' })
  }

  #do(effect: SequenceEffect): void {
    this.#effects.push(effect)
  }
}

function isSending(step: SequenceStep | undefined): boolean {
  return step?.kind === 'send' || step?.kind === 'send-saved'
}
