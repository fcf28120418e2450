import type { ErrorShape } from '../../contract/errors.ts'
import type { M2TelemetryInput } from '../../protocol/m2-server/m2-telemetry-input.ts'
import type { ClientService, ServedClient } from '../server-behaviour.ts'
import type { SlowClient } from './slow-client.ts'

/** What a client of the telemetry port needs from its server. */
export interface TelemetryPort {
  problem(connection: number, error: ErrorShape): void
  forget(service: TelemetryService): void
}

/** One client of the telemetry port. While it does not read, whole rounds are left out for it. */
export class TelemetryService implements ClientService {
  readonly #client: ServedClient
  readonly #input: M2TelemetryInput
  readonly #port: TelemetryPort
  readonly #slow: SlowClient
  #hasRoom = true
  #isOver = false

  constructor(client: ServedClient, input: M2TelemetryInput, port: TelemetryPort, slow: SlowClient) {
    this.#client = client
    this.#input = input
    this.#port = port
    this.#slow = slow
  }

  /** The messages of a round, each written by itself. */
  round(messages: readonly Uint8Array[]): void {
    if (this.#isOver) return
    if (!this.#hasRoom) {
      this.#slow.skip()
      return
    }
    for (const message of messages) if (!this.#client.write(message)) this.#hasRoom = false
  }

  /** FIN after everything that was written. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#client.end()
  }

  received(bytes: Uint8Array): void {
    if (!this.#isOver) this.#tell(this.#input.acceptChunk(bytes))
  }

  drained(): void {
    this.#hasRoom = true
    this.#slow.over()
  }

  peerEnded(): void {
    if (!this.#isOver) this.#tell(this.#input.end())
    this.end()
  }

  closed(): void {
    this.#isOver = true
    this.#slow.over()
    this.#port.forget(this)
  }

  #tell(problems: readonly ErrorShape[]): void {
    for (const error of problems) this.#port.problem(this.#client.connection, error)
  }
}
