import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import type { MessageSource } from '../../contract/schemas/message.ts'
import type { RunPlan, SequenceStep } from '../../contract/schemas/sequence.ts'
import { ReplyWatch, type ExpressionRunner } from '../../protocol/sequence/reply-watch.ts'
import { SequenceMachine, type SequenceEffect, type SequenceInput } from '../../protocol/sequence/sequence-machine.ts'
import { planWait, type WaitPlan } from '../../protocol/sequence/wait-plan.ts'
import type { Session } from '../sessions/session.ts'
import { createLimitedExpression } from '../expressions/limited-expression.ts'
import { Run, type RunTools } from './run.ts'

type WaitStep = Extract<SequenceStep, { kind: 'wait' }>

/** Looking may take this part of the time at most: after a look of 10 ms the next is 40 ms later. */
const restFactor = 4
/** Snapshots are told many times a second: of each captured value they have so many characters. */
const shownCharacters = 1000
/** Shorter looks need no rest. */
const quickLookMs = 2

/** Carries out the steps of a sequence. */
export class SequenceRun extends Run {
  readonly #machine: SequenceMachine
  readonly #plans = new Map<WaitStep, WaitPlan>()
  readonly #watch: ReplyWatch
  readonly #idleGapMs: number | null
  readonly #plannedCount: number | null
  readonly #stepCount: number
  readonly #inputs: SequenceInput[] = []
  /** Cut short; the values themselves are kept with the session. */
  #captured: Readonly<Record<string, string>> = {}
  #feeding = false
  #restsUntilMs = 0
  #cancelLook: (() => void) | null = null
  #peerEnded = false

  /** Errors: those of `planWait`. */
  constructor(
    session: Session,
    title: string,
    { steps, rounds }: Extract<RunPlan, { kind: 'sequence' }>,
    tools: RunTools,
    run: ExpressionRunner = createLimitedExpression(),
  ) {
    super(session, title, tools)
    for (const step of steps) if (step.kind === 'wait') this.#plans.set(step, plannedWait(step))
    const sends = steps.filter(({ kind }) => kind === 'send' || kind === 'send-saved').length
    this.#plannedCount = rounds === null ? null : sends * rounds
    this.#stepCount = steps.length
    this.#machine = new SequenceMachine(steps, rounds)
    const framing = this.#looksAtMessages() ? receivedFraming(session, tools) : null
    this.#idleGapMs = framing?.kind === 'idle-gap' ? framing.idleGapMs : null
    this.#watch = new ReplyWatch(framing, run)
  }

  stop(): void {
    this.#feed({ kind: 'stop' })
  }

  protected begin(): void {
    this.#feed({ kind: 'start' })
  }

  protected fail(error: ErrorShape): void {
    this.#feed({ kind: 'failed', error })
  }

  protected received(bytes: Uint8Array): void {
    this.#watch.accept(bytes, this.tools.clock.monotonicNs())
    this.#look()
    this.#watch.trim()
    if (this.#idleGapMs !== null) this.#lookAfter(this.#idleGapMs)
  }

  /** Nothing more comes: a wait that is not over now never will be. */
  protected peerEnded(): void {
    if (!this.#peerEnded) this.#watch.acceptEnd()
    this.#peerEnded = true
    this.#restsUntilMs = 0
    this.#look()
    this.#failWhenInVain()
  }

  protected facts() {
    const { state, sentCount, round, step, results, error } = this.#machine
    return {
      kind: 'sequence' as const,
      state,
      sentCount,
      plannedCount: this.#plannedCount,
      round,
      step,
      stepCount: this.#stepCount,
      lateness: null,
      results: [...results],
      captured: { ...this.#captured },
      file: null,
      echo: null,
      error,
    }
  }

  #looksAtMessages(): boolean {
    return [...this.#plans.values()].some(({ condition: { kind } }) => kind === 'json-path' || kind === 'frames')
  }

  /** Inputs that come up while effects are carried out wait their turn. */
  #feed(input: SequenceInput): void {
    this.#inputs.push(input)
    if (this.#feeding) return
    this.#feeding = true
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.#machine.accept(next, this.nowMs)) this.#carryOut(effect)
      }
    } finally {
      this.#feeding = false
    }
    if (!this.isOver) this.tools.onChanged(this)
  }

  #carryOut(effect: SequenceEffect): void {
    switch (effect.kind) {
      case 'forget-received':
        this.#watch.forget()
        break
      case 'send': {
        const { step } = effect
        this.send(
          () => this.#messageOf(step),
          () => this.#feed({ kind: 'sent' }),
          () => undefined,
        )
        break
      }
      case 'wait':
        this.#watch.begin(this.#plans.get(effect.step) ?? plannedWait(effect.step))
        this.#look()
        this.#failWhenInVain()
        break
      case 'end-wait':
        this.#watch.end()
        break
      case 'keep':
        this.#captured = { ...this.#captured, ...shownValues(effect.captured) }
        this.tools.messages.keepCaptured(this.session.sessionId, effect.captured)
        break
      case 'wake-after':
        this.wakeAfter(effect.delayMs, () => this.#feed({ kind: 'timer-fired' }))
        break
      case 'forget-timer':
        this.forgetTimer()
        break
      case 'ended':
        this.#cancelLook?.()
        this.finish()
        break
      default:
        effect satisfies never
    }
  }

  async #messageOf(step: Extract<SequenceStep, { kind: 'send' | 'send-saved' }>): Promise<MessageSource> {
    if (step.kind === 'send') return step.message
    const item = await this.tools.knowledge.savedItem(step.entryId)
    if (item?.kind === 'message') return item.message
    if (item === null) throw new WirebenchError('library-entry-not-found', { entryId: step.entryId })
    const reason = 'A step can send a saved message, not a saved sequence.'
    throw new WirebenchError('bad-payload', { command: 'run.start', reason })
  }

  /** Looks now, or later when the last look took long. */
  #look(): void {
    if (!this.#watch.isWaiting || this.isOver) return
    const beganMs = this.nowMs
    if (beganMs < this.#restsUntilMs) {
      this.#lookAfter(this.#restsUntilMs - beganMs)
      return
    }
    const outcome = this.#watch.look()
    const tookMs = this.nowMs - beganMs
    if (tookMs > quickLookMs) this.#restsUntilMs = beganMs + tookMs * (1 + restFactor)
    if (outcome === null) return
    if (outcome.ok) this.#feed({ kind: 'matched', detail: outcome.detail, captured: outcome.captured })
    else this.#feed({ kind: 'failed', error: outcome.error })
  }

  #lookAfter(delayMs: number): void {
    this.#cancelLook?.()
    this.#cancelLook = this.tools.clock.wakeAfter(delayMs, () => {
      this.#cancelLook = null
      this.guarded(() => {
        if (this.#idleGapMs !== null) this.#watch.accept(new Uint8Array(0), this.tools.clock.monotonicNs())
        this.#look()
        this.#watch.trim()
      })
    })
  }

  #failWhenInVain(): void {
    if (!this.#peerEnded || !this.#watch.isWaiting || this.isOver) return
    const progress = `Step ${this.#machine.step + 1} was waiting.`
    this.#feed({ kind: 'failed', error: new WirebenchError('closed-early', { progress }).toShape() })
  }
}

function receivedFraming(session: Session, { knowledge }: RunTools): FramingSettings {
  return knowledge.interpretationOf(session.capture.captureId).received.framing
}

/** Errors: those of `planWait`. */
function plannedWait({ condition, captures }: WaitStep): WaitPlan {
  const planned = planWait(condition, captures)
  if (planned.ok) return planned.plan
  throw WirebenchError.fromShape(planned.error)
}

function shownValues(captured: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(captured).map(([name, value]) => [name, shownValue(value)]))
}

/** Half a character at the cut is left out. */
function shownValue(value: string): string {
  return value.length <= shownCharacters ? value : `${value.slice(0, shownCharacters).replace(/[\uD800-\uDBFF]$/, '')}…`
}
