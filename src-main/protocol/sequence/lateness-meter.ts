const fineMs = 0.1
const fineBuckets = 1000
/** Beyond 100 ms every bucket is so much wider than the one before. */
const growth = Math.log(1.02)
const coarseBuckets = 1000

/**
 * How late things were, in bounded memory: exact to 0.1 ms up to 100 ms and to 2 % above. Negative ones (early by
 * jitter of a timer) count as 0.
 */
export class LatenessMeter {
  readonly #buckets = new Uint32Array(fineBuckets + coarseBuckets)
  #count = 0
  #worstMs = 0

  add(latenessMs: number): void {
    const late = Math.max(0, latenessMs)
    this.#worstMs = Math.max(this.#worstMs, late)
    this.#count++
    const bucket = bucketOf(late)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
  }

  /** Null before the first. */
  get summary(): { medianMs: number; worstMs: number } | null {
    if (this.#count === 0) return null
    let seen = 0
    const bucket = this.#buckets.findIndex((count) => (seen += count) * 2 >= this.#count)
    return { medianMs: Math.min(this.#worstMs, lowerEdgeMs(bucket)), worstMs: this.#worstMs }
  }
}

function bucketOf(lateMs: number): number {
  if (lateMs < fineMs * fineBuckets) return Math.floor(lateMs / fineMs)
  const coarse = Math.floor(Math.log(lateMs / (fineMs * fineBuckets)) / growth)
  return fineBuckets + Math.min(coarseBuckets - 1, coarse)
}

function lowerEdgeMs(bucket: number): number {
  if (bucket < fineBuckets) return bucket * fineMs
  return fineMs * fineBuckets * Math.exp((bucket - fineBuckets) * growth)
}
