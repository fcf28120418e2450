import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { LineReader } from './line-reader.ts'
import type { M2Controller } from './m2-controller.ts'
import { readInput, shortened } from './m2-input.ts'

/**
 * What a client of the telemetry port sends: events and telemetry of other components, and heartbeats. Nothing is answered.
 * Commands belong to the other port: they are not done, and a problem, as is everything that cannot be read.
 */
export class M2TelemetryInput {
  readonly #controller: M2Controller
  readonly #connection: number
  readonly #lines = new LineReader()

  /** `connection` is the number that problems name. */
  constructor(controller: M2Controller, connection: number) {
    this.#controller = controller
    this.#connection = connection
  }

  /** Takes the next bytes, which are kept until their line has ended. Answers the problems in them. */
  acceptChunk(bytes: Uint8Array): readonly ErrorShape[] {
    return this.#lines.acceptChunk(bytes).flatMap((line) => {
      const input = readInput(line)
      switch (input.kind) {
        case 'heartbeat':
          return []
        case 'event':
        case 'telemetry':
          this.#controller.hear(input)
          return []
        case 'command':
          return [this.#problem(`Command ${shortened(input.name)} came to the telemetry port, which takes none.`)]
        case 'malformed':
          return [this.#problem(input.reason)]
      }
    })
  }

  /** The client has ended. Answers a problem when it did so in the middle of a line. */
  end(): readonly ErrorShape[] {
    const { carriedBytes } = this.#lines
    return carriedBytes === 0
      ? []
      : [this.#problem(`It ended in the middle of a line, after ${carriedBytes} bytes of it.`)]
  }

  #problem(reason: string): ErrorShape {
    return describeError('request-malformed', { connection: this.#connection, reason })
  }
}
