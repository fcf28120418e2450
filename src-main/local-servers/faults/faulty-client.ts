import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ServerFaults } from '../../contract/schemas/server-faults.ts'
import type { Clock } from '../../engine/ports.ts'
import { FaultMachine } from '../../protocol/server-faults/fault-machine.ts'
import type { FaultTally } from '../../protocol/server-faults/fault-table.ts'
import type { ClientService, ServedClient, ServerBehaviour } from '../server-behaviour.ts'

/**
 * A client behind faults, as the behaviour sees it, and that behaviour, as the client sees it. Until there are faults
 * everything is handed on. From the first one on what is written goes through the machine, for as long as the client is there.
 */
export class FaultyClient implements ServedClient, ClientService {
  readonly connection: number
  readonly remote: SocketAddress
  readonly #client: ServedClient
  readonly #clock: Clock
  readonly #tally: FaultTally
  #service: ClientService | null = null
  #machine: FaultMachine | null = null
  #clientEnded = false
  #serverEnded = false
  #isBlocked = false
  #owesRoom = false
  #isClosed = false
  #cancelWake: (() => void) | null = null
  #wakeAtMs: number | null = null

  constructor(client: ServedClient, faults: ServerFaults, clock: Clock, tally: FaultTally) {
    this.connection = client.connection
    this.remote = client.remote
    this.#client = client
    this.#clock = clock
    this.#tally = tally
    if (faults.faults.length > 0) this.redefine(faults)
  }

  /** Lets the behaviour serve it. */
  beServedBy(behaviour: ServerBehaviour): void {
    this.#service = behaviour.serve(this)
  }

  /** Other faults, for what is written from now on. */
  redefine(faults: ServerFaults): void {
    if (this.#isClosed) return
    if (this.#machine !== null) this.#machine.redefine(faults, this.#nowMs())
    else if (faults.faults.length > 0 && !this.#serverEnded) {
      this.#machine = new FaultMachine(faults, this.connection, this.#tally, this.#nowMs())
      if (this.#clientEnded) this.#machine.clientEnded(this.#nowMs())
    }
    this.#pump()
  }

  get unsentBytes(): number {
    return this.#client.unsentBytes + (this.#machine?.heldBytes ?? 0)
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isClosed) return true
    if (this.#machine === null) {
      // Faults may come before there is room again.
      this.#isBlocked = !this.#client.write(bytes)
      this.#owesRoom = this.#isBlocked
      return !this.#isBlocked
    }
    this.#machine.write(bytes, this.#nowMs())
    this.#pump()
    this.#owesRoom ||= this.#isBlocked || !this.#machine.hasRoom(this.#nowMs())
    return !this.#owesRoom
  }

  end(): void {
    this.#serverEnded = true
    if (this.#machine === null) this.#client.end()
    else this.#machine.end(this.#nowMs())
    this.#pump()
  }

  close(how: 'fin' | 'rst'): void {
    this.#giveUp()
    this.#client.close(how)
  }

  holdReading(held: boolean): void {
    this.#client.holdReading(held)
  }

  received(bytes: Uint8Array): void {
    this.#service?.received(bytes)
  }

  drained(): void {
    this.#isBlocked = false
    if (this.#machine !== null) {
      this.#turn()
      return
    }
    this.#owesRoom = false
    this.#service?.drained?.()
  }

  peerEnded(): void {
    this.#clientEnded = true
    this.#machine?.clientEnded(this.#nowMs())
    this.#service?.peerEnded()
    this.#pump()
  }

  closed(): void {
    this.#giveUp()
    this.#service?.closed()
  }

  #nowMs(): number {
    return this.#clock.monotonicNs() / 1e6
  }

  /** Another turn: timers, or the client took bytes. */
  #turn(): void {
    this.#machine?.nextTurn()
    this.#pump()
    if (this.#isClosed || !this.#owesRoom || this.#isBlocked || this.#machine?.hasRoom(this.#nowMs()) !== true) return
    this.#owesRoom = false
    this.#service?.drained?.()
  }

  /** Does what is to be done now. Room that is owed is told in a turn of its own. */
  #pump(): void {
    while (this.#machine !== null && !this.#isClosed && !this.#isBlocked) {
      const step = this.#machine.next(this.#nowMs(), this.#client.unsentBytes)
      switch (step.kind) {
        case 'write':
          this.#isBlocked = !this.#client.write(step.bytes)
          break
        case 'end':
          this.#client.end()
          break
        case 'reset':
          this.close('rst')
          return
        case 'wait': {
          const nowMs = this.#nowMs()
          this.#wakeAt(this.#owesRoom && this.#machine.hasRoom(nowMs) ? nowMs : step.untilMs)
          return
        }
        default:
          step satisfies never
      }
    }
  }

  #wakeAt(timeMs: number | null): void {
    if (timeMs === this.#wakeAtMs) return
    this.#cancelWake?.()
    this.#cancelWake = null
    this.#wakeAtMs = timeMs
    if (timeMs === null) return
    const woken = (): void => {
      this.#cancelWake = null
      this.#wakeAtMs = null
      this.#turn()
    }
    const delayMs = timeMs - this.#nowMs()
    if (delayMs > 0) {
      this.#cancelWake = this.#clock.wakeAfter(delayMs, woken)
      return
    }
    // A timer would wait at least a millisecond, and a stream in single bytes takes many turns.
    const immediate = setImmediate(woken)
    this.#cancelWake = () => clearImmediate(immediate)
  }

  #giveUp(): void {
    this.#isClosed = true
    this.#cancelWake?.()
    this.#cancelWake = null
  }
}
