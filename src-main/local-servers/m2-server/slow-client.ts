import { describeError, type ErrorShape } from '../../contract/errors.ts'

/** Counts what is left out for a client that reads too slowly, and tells when that begins and when it is over. */
export class SlowClient {
  readonly #connection: number
  readonly #what: 'events' | 'rounds of telemetry'
  readonly #onProblem: (error: ErrorShape) => void
  #skippedCount = 0

  constructor(connection: number, what: 'events' | 'rounds of telemetry', onProblem: (error: ErrorShape) => void) {
    this.#connection = connection
    this.#what = what
    this.#onProblem = onProblem
  }

  /** One is left out. */
  skip(): void {
    this.#skippedCount++
    if (this.#skippedCount === 1) this.#tell('They are left out until it reads again.')
  }

  /** It reads again, or is gone. */
  over(): void {
    if (this.#skippedCount > 0) this.#tell(`Left out: ${this.#skippedCount}.`)
    this.#skippedCount = 0
  }

  #tell(reason: string): void {
    this.#onProblem(describeError('client-too-slow', { connection: this.#connection, what: this.#what, reason }))
  }
}
