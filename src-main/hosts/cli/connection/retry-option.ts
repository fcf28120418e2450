import type { RetryPolicy, RetrySchedule } from '../../../contract/schemas/retry.ts'
import { longestTimeMs, usageError } from '../command-line.ts'

const longestDelayMs = 86_400_000
const mostAttempts = 1_000_000

/**
 * `--retry SPEC`: how to try again while no connection could be made. `fixed:MS[,max=N]` waits as long each time;
 * `exponential[:MS][,max=N]` begins with so long and waits twice as long each time, up to 30 s; `N` alone is
 * `exponential,max=N`. `max` counts the attempts after the first. Errors: `usage`.
 */
export function parseRetrySpec(spec: string): RetrySchedule {
  const match = /^(?:(fixed|exponential)(?::(\d{1,9}))?(?:,max=(\d{1,7}))?|(\d{1,7}))$/.exec(spec)
  if (match === null) throw malformed(spec)
  const [, kind, delayText, maximumText, attemptsText] = match
  if (attemptsText !== undefined) return exponential(500, attempts(attemptsText, spec))
  const maximumAttempts = maximumText === undefined ? null : attempts(maximumText, spec)
  if (kind === 'exponential') return exponential(delay(delayText ?? '500', 1, spec), maximumAttempts)
  if (delayText === undefined) throw malformed(spec)
  return { kind: 'fixed', delayMs: delay(delayText, 0, spec), maximumAttempts }
}

const exponential = (firstDelayMs: number, maximumAttempts: number | null): RetrySchedule => ({
  kind: 'exponential',
  firstDelayMs,
  factor: 2,
  maximumDelayMs: Math.max(30_000, firstDelayMs),
  jitter: 0.2,
  maximumAttempts,
})

function delay(text: string, least: number, spec: string): number {
  const ms = Number(text)
  if (ms < least || ms > Math.min(longestDelayMs, longestTimeMs)) throw malformed(spec)
  return ms
}

function attempts(text: string, spec: string): number {
  const count = Number(text)
  if (count < 1 || count > mostAttempts) throw malformed(spec)
  return count
}

const malformed = (spec: string): Error =>
  usageError(`--retry is N, fixed:MS[,max=N] or exponential[:MS][,max=N], not "${spec}".`)

/** The policy of one exchange: a connection that was open is not made again, because what was sent was sent. */
export function exchangePolicy(profile: RetryPolicy, schedule: RetrySchedule | null): RetryPolicy {
  return { ...profile, schedule: schedule ?? profile.schedule, afterLoss: false, resendsUnsent: false }
}
