import { describeError, type ErrorShape } from '../../contract/errors.ts'

/** What is counted: bytes, or lines through LF. */
export type SendingUnit = 'bytes' | 'lines'

/** How fast and in which chunks to send, as it was asked for. */
export interface PacingSettings {
  /** Items a second; null: as fast as the peer takes them. */
  readonly rate: number | null
  /** Items of a chunk; null when it follows from the rest. */
  readonly chunkSize: number | null
  /** Chunks a second; null when it follows from the rest. */
  readonly chunkRate: number | null
}

/** Checked settings: the chunks, and when they are due. Chunks are counted from 0. */
export interface ChunkPlan {
  /** Items of the first so many chunks together. Infinite when chunks have no size. */
  itemsOfFirst(chunkCount: number): number
  /** From one chunk to the next; 0 when nothing but the peer sets the pace. */
  readonly intervalMs: number
  /** Items a second; null when nothing but the peer sets the pace. */
  readonly rate: number | null
}

export type ChunkPlanResult =
  { readonly ok: true; readonly plan: ChunkPlan } | { readonly ok: false; readonly error: ErrorShape }

/** Chunks further apart are a mistake, not a rate. */
const longestIntervalMs = 24 * 3600 * 1000
/** Without a size, a chunk has the items of so many milliseconds. */
const usualIntervalMs = 1

/**
 * Checks a pacing (seed-systems 4.3). With neither size nor chunk rate a chunk has the greater of 1 and rate/1000 items;
 * with a chunk rate it has rate/chunkRate items. What is not whole is averaged over time: no chunk differs by more than one
 * item. Error: `rate-malformed`, with the setting in `field`.
 */
export function planChunks({ rate, chunkSize, chunkRate }: PacingSettings): ChunkPlanResult {
  if (rate !== null && !(rate > 0)) return refused('rate', 'The rate must be above 0.')
  if (chunkSize !== null && chunkRate !== null) {
    return refused('chunkRate', 'Give chunkSize or chunkRate, not both: each follows from the other.')
  }
  if (chunkRate !== null) return byChunkRate(rate, chunkRate)
  if (chunkSize !== null && !(chunkSize >= 1)) return refused('chunkSize', tooSmall(chunkSize))
  if (chunkSize !== null && !Number.isInteger(chunkSize)) {
    return refused('chunkSize', `chunkSize must be a whole number, not ${chunkSize}.`)
  }
  if (rate === null) {
    const size = chunkSize ?? Number.POSITIVE_INFINITY
    return { ok: true, plan: { rate, intervalMs: 0, itemsOfFirst: (count) => (count === 0 ? 0 : count * size) } }
  }
  if (chunkSize !== null) return paced(rate, chunkSize, 1)
  return rate < 1000 / usualIntervalMs ? paced(rate, 1, 1) : paced(rate, rate * usualIntervalMs, 1000)
}

function byChunkRate(rate: number | null, chunkRate: number): ChunkPlanResult {
  if (rate === null) return refused('chunkRate', 'chunkRate needs a rate.')
  if (!(chunkRate > 0)) return refused('chunkRate', 'chunkRate must be above 0.')
  if (rate < chunkRate) return refused('chunkRate', tooSmall(rate / chunkRate))
  return paced(rate, rate, chunkRate)
}

const tooSmall = (size: number): string =>
  `chunkSize cannot be less than 1, and would be ${Number(size.toPrecision(6))}: use a greater rate or fewer chunks a second.`

/** A chunk has `numerator / denominator` items: multiplied before it is divided, so that whole sums are exact. */
function paced(rate: number, numerator: number, denominator: number): ChunkPlanResult {
  const intervalMs = (numerator * 1000) / denominator / rate
  if (intervalMs > longestIntervalMs) {
    return refused('rate', 'There would be more than a day between two chunks: use a greater rate or smaller chunks.')
  }
  const itemsOfFirst = (count: number): number => Math.floor((count * numerator) / denominator)
  return { ok: true, plan: { rate, intervalMs, itemsOfFirst } }
}

const refused = (field: keyof PacingSettings, reason: string): ChunkPlanResult => ({
  ok: false,
  error: describeError('rate-malformed', { field, reason }),
})
