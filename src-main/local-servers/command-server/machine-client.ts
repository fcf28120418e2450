import type { CommandOutcome } from '../../protocol/command-server/command-outcome.ts'
import type { ScriptCall } from '../scripts/script-runner.ts'
import type { ClientService, ServedClient } from '../server-behaviour.ts'
import type { TableDesk } from './table-server.ts'

/** What every machine of a client is told. */
type CommonInput =
  | { readonly kind: 'received'; readonly bytes: Uint8Array }
  | { readonly kind: 'peer-ended' }
  | { readonly kind: 'closed' }

/** One client of a server with a command table: feeds its machine and does what that asks for. */
export abstract class MachineClient<Input, Effect, Job> implements ClientService {
  protected readonly client: ServedClient
  protected readonly desk: TableDesk<Job>
  readonly #machine: { accept(input: Input | CommonInput): Iterable<Effect> }
  readonly #inputs: (Input | CommonInput)[] = []
  #isFeeding = false
  #isClosed = false
  #hasRoom = true
  #isHeld = false

  constructor(
    machine: { accept(input: Input | CommonInput): Iterable<Effect> },
    client: ServedClient,
    desk: TableDesk<Job>,
  ) {
    this.#machine = machine
    this.client = client
    this.desk = desk
  }

  protected abstract carryOut(effect: Effect): void

  /** False while the client does not take what was written. */
  protected get hasRoom(): boolean {
    return this.#hasRoom
  }

  received(bytes: Uint8Array): void {
    this.feed({ kind: 'received', bytes })
  }

  drained(): void {
    this.#hasRoom = true
    this.#holdReading()
  }

  peerEnded(): void {
    this.feed({ kind: 'peer-ended' })
  }

  closed(): void {
    this.feed({ kind: 'closed' })
    this.#isClosed = true
  }

  /** What comes while effects are being carried out waits for its turn: their order counts. */
  feed(input: Input | CommonInput): void {
    if (this.#isClosed) return
    this.#inputs.push(input)
    if (this.#isFeeding) return
    this.#isFeeding = true
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      for (const effect of this.#machine.accept(next)) this.carryOut(effect)
    }
    this.#isFeeding = false
  }

  protected write(bytes: Uint8Array): void {
    if (this.client.write(bytes)) return
    this.#hasRoom = false
    this.#holdReading()
  }

  protected hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#holdReading()
  }

  /** `ended` makes what the machine is told of the outcome. */
  protected async runScript(call: ScriptCall, ended: (outcome: CommandOutcome) => Input): Promise<void> {
    const { outcome, error } = await this.desk.runScript(call)
    if (error !== null && !this.#isClosed) this.desk.tools.onProblem(this.client.connection, error)
    this.feed(ended(outcome))
  }

  /** A client that does not read its replies sends no more requests. */
  #holdReading(): void {
    this.client.holdReading(this.#isHeld || !this.#hasRoom)
  }
}
