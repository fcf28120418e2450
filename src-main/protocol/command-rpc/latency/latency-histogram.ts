import type { CallStatistics } from '../../../contract/schemas/call.ts'

type LatencySummary = NonNullable<CallStatistics['latency']>

/** Octaves from 2^-20 ms, which is about a nanosecond, to 2^27 ms, which are 37 hours. */
const lowestExponent = -20
const octaves = 47
const stepsPerOctave = 32
const stepBits = 5
/** Steps that are put together for showing. */
const stepsPerShownBucket = stepsPerOctave / 2

/**
 * How long calls took, in memory that never grows. Buckets are log-linear: every octave is cut into 32 equal steps, so that the middle of
 * a step is at most 1.6 % away from every time in it. Minimum, mean and maximum are exact. Times below or above the octaves count to the
 * first or last step.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(octaves * stepsPerOctave)
  readonly #view = new DataView(new ArrayBuffer(8))
  #count = 0
  #sumMs = 0
  #minimumMs = Infinity
  #maximumMs = 0

  get count(): number {
    return this.#count
  }

  record(elapsedMs: number): void {
    const time = Math.max(0, elapsedMs)
    const step = this.#stepOf(time)
    this.#counts[step] = (this.#counts[step] ?? 0) + 1
    this.#count++
    this.#sumMs += time
    this.#minimumMs = Math.min(this.#minimumMs, time)
    this.#maximumMs = Math.max(this.#maximumMs, time)
  }

  /** Null before the first time. */
  summary(): LatencySummary | null {
    if (this.#count === 0) return null
    const [p50Ms = 0, p90Ms = 0, p99Ms = 0, p999Ms = 0] = this.#percentiles([0.5, 0.9, 0.99, 0.999])
    return {
      minimumMs: this.#minimumMs,
      meanMs: this.#sumMs / this.#count,
      ...{ p50Ms, p90Ms, p99Ms, p999Ms },
      maximumMs: this.#maximumMs,
      buckets: this.#shownBuckets(),
    }
  }

  /** Each by the nearest rank: the smallest time that so large a part of all does not exceed. `parts` in ascending order. */
  #percentiles(parts: readonly number[]): readonly number[] {
    const values: number[] = []
    let seen = 0
    let step = -1
    for (const part of parts) {
      const rank = Math.max(1, Math.ceil(part * this.#count))
      while (seen < rank) seen += this.#counts[++step] ?? 0
      const middle = (lowerBound(step) + lowerBound(step + 1)) / 2
      values.push(Math.min(this.#maximumMs, Math.max(this.#minimumMs, middle)))
    }
    return values
  }

  #shownBuckets(): LatencySummary['buckets'] {
    const buckets: LatencySummary['buckets'] = []
    for (let step = 0; step < this.#counts.length; step += stepsPerShownBucket) {
      let count = 0
      for (let offset = 0; offset < stepsPerShownBucket; offset++) count += this.#counts[step + offset] ?? 0
      if (count === 0) continue
      buckets.push({ fromMs: lowerBound(step), toMs: lowerBound(step + stepsPerShownBucket), count })
    }
    return buckets
  }

  /** The exponent of a 64-bit float is its octave, and the first bits behind it are the step. */
  #stepOf(time: number): number {
    this.#view.setFloat64(0, time)
    const high = this.#view.getUint32(0)
    const octave = (high >>> 20) - 1023 - lowestExponent
    if (octave < 0) return 0
    if (octave >= octaves) return this.#counts.length - 1
    return octave * stepsPerOctave + ((high >>> (20 - stepBits)) & (stepsPerOctave - 1))
  }
}

/** The smallest time of a step, in milliseconds. */
function lowerBound(step: number): number {
  const octave = Math.floor(step / stepsPerOctave)
  return 2 ** (octave + lowestExponent) * (1 + (step % stepsPerOctave) / stepsPerOctave)
}
