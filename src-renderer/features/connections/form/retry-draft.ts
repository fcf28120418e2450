import { retryPolicy, type RetryPolicy, type RetrySchedule } from '../../../../src-main/contract/schemas/retry.ts'
import * as v from 'valibot'
import { decimalNumberOf, optionalNumberOf, wholeNumberOf } from './number-text.ts'

/** When to connect again, as typed: the numbers of the schedules that are not chosen are kept too. */
export interface RetryDraft {
  kind: RetrySchedule['kind']
  delayMs: string
  firstDelayMs: string
  factor: string
  maximumDelayMs: string
  jitterPercent: string
  /** Empty: without end. */
  maximumAttempts: string
  afterRefused: boolean
  afterTimeout: boolean
  afterHandshake: boolean
  afterLoss: boolean
  resendsUnsent: boolean
}

const usualFixed = { kind: 'fixed', delayMs: 1000 } as const
const usualExponential = { firstDelayMs: 500, factor: 2, maximumDelayMs: 30_000, jitter: 0.2 }

export function retryDraftOf(policy: RetryPolicy): RetryDraft {
  const { schedule, ...rest } = policy
  const exponential = schedule.kind === 'exponential' ? schedule : usualExponential
  const attempts = schedule.kind === 'never' ? null : schedule.maximumAttempts
  return {
    ...rest,
    kind: schedule.kind,
    delayMs: String(schedule.kind === 'fixed' ? schedule.delayMs : usualFixed.delayMs),
    firstDelayMs: String(exponential.firstDelayMs),
    factor: String(exponential.factor),
    maximumDelayMs: String(exponential.maximumDelayMs),
    jitterPercent: String(Number((exponential.jitter * 100).toFixed(7))),
    maximumAttempts: attempts === null ? '' : String(attempts),
  }
}

/** What the draft says, to be checked by the contract. */
export function retryContentOf(draft: RetryDraft): unknown {
  const { afterRefused, afterTimeout, afterHandshake, afterLoss, resendsUnsent } = draft
  return { schedule: scheduleOf(draft), afterRefused, afterTimeout, afterHandshake, afterLoss, resendsUnsent }
}

function scheduleOf(draft: RetryDraft): unknown {
  const maximumAttempts = optionalNumberOf(draft.maximumAttempts)
  if (draft.kind === 'never') return { kind: 'never' }
  if (draft.kind === 'fixed') return { kind: 'fixed', delayMs: wholeNumberOf(draft.delayMs), maximumAttempts }
  const percent = decimalNumberOf(draft.jitterPercent)
  return {
    kind: 'exponential',
    firstDelayMs: wholeNumberOf(draft.firstDelayMs),
    factor: decimalNumberOf(draft.factor),
    maximumDelayMs: wholeNumberOf(draft.maximumDelayMs),
    jitter: typeof percent === 'number' ? percent / 100 : percent,
    maximumAttempts,
  }
}

/** How many waiting times of a schedule are shown. */
const shownDelays = 8

/** The first waiting times without their jitter, in milliseconds; empty while the draft is malformed or never tries again. */
export function firstDelaysMs(draft: RetryDraft): readonly number[] {
  const parsed = v.safeParse(retryPolicy, retryContentOf(draft))
  if (!parsed.success || parsed.output.schedule.kind === 'never') return []
  const { schedule } = parsed.output
  const count = Math.min(shownDelays, schedule.maximumAttempts ?? shownDelays)
  if (schedule.kind === 'fixed') return Array.from({ length: count }, () => schedule.delayMs)
  const { firstDelayMs, factor, maximumDelayMs } = schedule
  return Array.from({ length: count }, (_, index) => Math.min(firstDelayMs * factor ** index, maximumDelayMs))
}
