const bucketNs = 0.5e9
const bucketCount = 10
const windowNs = bucketNs * bucketCount
/** A rate over less would be a guess. */
const leastWindowNs = 1e9

/** How many a second over the last 5 s, counted in buckets of half a second. */
export class RateWindow {
  readonly #buckets = new Uint32Array(bucketCount)
  readonly #firstNs: number
  #lastBucket: number

  /** The first one comes at `firstNs`; it is counted by `count`. */
  constructor(firstNs: number) {
    this.#firstNs = firstNs
    this.#lastBucket = Math.floor(firstNs / bucketNs)
  }

  /** Counts one at `timeNs`, which is never before the last. */
  count(timeNs: number): void {
    this.#moveTo(Math.floor(timeNs / bucketNs))
    const at = this.#lastBucket % bucketCount
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1
  }

  /** The rate at `nowNs`: over the time since the first when that is less than 5 s ago, but at least 1 s. */
  perSecond(nowNs: number): number {
    this.#moveTo(Math.floor(nowNs / bucketNs))
    let count = 0
    for (const bucket of this.#buckets) count += bucket
    // The last bucket is filled in part.
    const coveredNs = windowNs - bucketNs + (nowNs - this.#lastBucket * bucketNs)
    const overNs = Math.max(leastWindowNs, Math.min(coveredNs, nowNs - this.#firstNs))
    return (count * 1e9) / overNs
  }

  #moveTo(bucket: number): void {
    const passed = Math.min(bucketCount, bucket - this.#lastBucket)
    for (let step = 1; step <= passed; step++) this.#buckets[(bucket - passed + step) % bucketCount] = 0
    if (passed > 0) this.#lastBucket = bucket
  }
}
