/** Steps done between two rests: some milliseconds. */
const stepsPerSlice = 400_000

/** Counts the steps of a comparison, so that it rests often and its exact part ends in time. */
export class WorkMeter {
  #sinceRest = 0
  /** Steps of exact alignment that may still be done in all. */
  exactStepsLeft: number

  constructor(exactSteps: number) {
    this.exactStepsLeft = exactSteps
  }

  /** Counts steps; true when it is time to rest. */
  did(steps: number): boolean {
    this.#sinceRest += steps
    if (this.#sinceRest < stepsPerSlice) return false
    this.#sinceRest = 0
    return true
  }
}
