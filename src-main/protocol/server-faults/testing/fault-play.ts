import * as v from 'valibot'
import { serverFaults, type ServerFaults } from '../../../contract/schemas/server-faults.ts'
import { latin1Bytes, latin1Text } from '../../sequence/byte-regular-expression.ts'
import { FaultMachine } from '../fault-machine.ts'
import { parseFaultSpec } from '../fault-spec.ts'
import { FaultTally } from '../fault-table.ts'

/** A fault machine in a time that only moves when it waits. */
export class FaultPlay {
  readonly tally = new FaultTally()
  /** What came out, as `time kind text`. */
  readonly story: string[] = []
  readonly writes: Uint8Array[] = []
  ending: 'end' | 'reset' | null = null
  nowMs = 0
  /** What the system has not taken; the play takes everything at once. */
  unsentBytes = 0
  readonly machine: FaultMachine

  constructor(faults: string | ServerFaults, client = 1) {
    const given = typeof faults === 'string' ? parseFaultSpec([faults]) : v.parse(serverFaults, faults)
    this.machine = new FaultMachine(given, client, this.tally, this.nowMs)
    this.#pump()
  }

  /** The server writes, each text a message, one character a byte. */
  write(...messages: readonly (string | Uint8Array)[]): this {
    for (const message of messages) {
      this.machine.write(typeof message === 'string' ? latin1Bytes(message) : message, this.nowMs)
      this.#pump()
    }
    return this
  }

  end(): this {
    this.machine.end(this.nowMs)
    this.#pump()
    return this
  }

  clientEnded(): this {
    this.machine.clientEnded(this.nowMs)
    this.#pump()
    return this
  }

  redefine(spec: string): this {
    this.machine.redefine(parseFaultSpec([spec]), this.nowMs)
    this.#pump()
    return this
  }

  /** So much time passes; everything that is due in it happens at its time. */
  pass(durationMs: number): this {
    const untilMs = this.nowMs + durationMs
    for (;;) {
      this.machine.nextTurn()
      const waitsUntilMs = this.#pump()
      if (waitsUntilMs === null || waitsUntilMs > untilMs) break
      this.nowMs = Math.max(this.nowMs, waitsUntilMs)
    }
    this.nowMs = untilMs
    return this
  }

  /** All bytes that came out. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.writes.flatMap((bytes) => [...bytes]))
  }

  get text(): string {
    return latin1Text(this.bytes)
  }

  /** Until when the machine waits. */
  #pump(): number | null {
    for (;;) {
      const step = this.machine.next(this.nowMs, this.unsentBytes)
      if (step.kind === 'wait') return step.untilMs
      const time = Math.round(this.nowMs)
      if (step.kind === 'write') {
        this.writes.push(step.bytes)
        this.story.push(`${time} ${latin1Text(step.bytes)}`)
      } else {
        this.ending = step.kind
        this.story.push(`${time} ${step.kind}`)
      }
    }
  }
}
