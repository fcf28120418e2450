import * as v from 'valibot'

const retryDelayMs = v.pipe(v.number(), v.minValue(0), v.maxValue(86_400_000))
const maximumAttempts = v.optional(
  v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
  null,
)

/** How long to wait before the next attempt. Attempts are counted anew once a connection was open. */
export const retrySchedule = v.variant('kind', [
  v.object({ kind: v.literal('never') }),
  v.object({ kind: v.literal('fixed'), delayMs: v.optional(retryDelayMs, 1000), maximumAttempts }),
  /** `firstDelayMs`, then each time `factor` times as long up to `maximumDelayMs`, each up to `jitter` of it shorter or longer. */
  v.object({
    kind: v.literal('exponential'),
    firstDelayMs: v.optional(v.pipe(retryDelayMs, v.minValue(1)), 500),
    factor: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 2),
    maximumDelayMs: v.optional(retryDelayMs, 30_000),
    /** 0 to 1: a share of the delay. */
    jitter: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.2),
    maximumAttempts,
  }),
])
export type RetrySchedule = v.InferOutput<typeof retrySchedule>

/** When to connect again by itself. A person who disconnects, aborts or cancels ends it. */
export const retryPolicy = v.object({
  schedule: v.optional(retrySchedule, { kind: 'never' }),
  /** No server there: refused. */
  afterRefused: v.optional(v.boolean(), true),
  /** No answer in time, host or network unreachable, name not found. */
  afterTimeout: v.optional(v.boolean(), true),
  /** The TLS handshake hung or broke. A certificate that does not verify is never tried again. */
  afterHandshake: v.optional(v.boolean(), true),
  /** An open connection that the peer closed or reset, or that was lost. */
  afterLoss: v.optional(v.boolean(), true),
  /** Bytes that a lost connection left unsent go out first on the next one. Else they are kept to be looked at. */
  resendsUnsent: v.optional(v.boolean(), false),
})
export type RetryPolicy = v.InferOutput<typeof retryPolicy>

/** Where retrying stands. */
export const retryState = v.object({
  /** Number of the attempt that is under way or waited for, from 1. */
  attempt: v.number(),
  maximumAttempts: v.nullable(v.number()),
  /** When the next one begins; null while one is under way. */
  nextAtUnixUs: v.nullable(v.number()),
})
export type RetryState = v.InferOutput<typeof retryState>
