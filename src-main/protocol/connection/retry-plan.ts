import type { RetryPolicy, RetrySchedule, RetryState } from '../../contract/schemas/retry.ts'
import type { ConnectionVerdict } from './connection-verdict.ts'

/** How far a connection came: never open, its handshake begun but not done, or open. */
export type ReachedStage = 'dialling' | 'handshaking' | 'open'

/** Retrying cannot help: a certificate or a setting has to be changed first. */
const needsPerson: ReadonlySet<string> = new Set([
  'client-certificate-required',
  'client-certificate-rejected',
  'client-key-mismatch',
  'ciphers-unknown',
])

/** Counts the attempts that a retry policy makes by itself, and says when the next one is due. */
export class RetryPlan {
  readonly #random: () => number
  #policy: RetryPolicy = { schedule: { kind: 'never' }, ...everyReason, resendsUnsent: false }
  /** Of those made since a person connected or a connection was open. */
  #attempt = 0

  /** `random` is from 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  get policy(): RetryPolicy {
    return this.#policy
  }
  /** The attempt that is under way or waited for; null when there is none. */
  get state(): Pick<RetryState, 'attempt' | 'maximumAttempts'> | null {
    const { schedule } = this.#policy
    if (this.#attempt === 0 || schedule.kind === 'never') return null
    return { attempt: this.#attempt, maximumAttempts: schedule.maximumAttempts }
  }
  /** An open connection that is lost is made again. */
  get followsLoss(): boolean {
    return this.#policy.schedule.kind !== 'never' && this.#policy.afterLoss
  }

  /** A person connects. */
  begin(policy: RetryPolicy): void {
    this.#policy = policy
    this.#attempt = 0
  }

  /** A connection is open, or everything was given up. */
  reset(): void {
    this.#attempt = 0
  }

  /** How long to wait for the next attempt after one that ended so; null when there is to be none. */
  next(verdict: ConnectionVerdict, stage: ReachedStage): number | null {
    const { schedule } = this.#policy
    const isOver = schedule.kind === 'never' || this.#attempt >= (schedule.maximumAttempts ?? Infinity)
    if (isOver || !this.#covers(verdict, stage)) {
      this.#attempt = 0
      return null
    }
    this.#attempt += 1
    return delayOf(schedule, this.#attempt, this.#random)
  }

  #covers({ by, error }: ConnectionVerdict, stage: ReachedStage): boolean {
    if (by === 'local' || error?.kind === 'LocalMisuse') return false
    if (error !== null && (error.code.startsWith('certificate-') || needsPerson.has(error.code))) return false
    if (stage === 'open') return this.#policy.afterLoss
    if (stage === 'handshaking') return this.#policy.afterHandshake
    return error?.kind === 'PeerViolation' ? this.#policy.afterRefused : this.#policy.afterTimeout
  }
}

const everyReason = { afterRefused: true, afterTimeout: true, afterHandshake: true, afterLoss: true } as const

function delayOf(schedule: Exclude<RetrySchedule, { kind: 'never' }>, attempt: number, random: () => number): number {
  if (schedule.kind === 'fixed') return schedule.delayMs
  const { firstDelayMs, factor, maximumDelayMs, jitter } = schedule
  const delayMs = Math.min(maximumDelayMs, firstDelayMs * factor ** (attempt - 1))
  return Math.round(delayMs * (1 + jitter * (2 * random() - 1)))
}
