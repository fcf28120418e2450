import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { ReadingMode, ReadOutcome, SessionReading as ReadingState } from '../../contract/schemas/reading.ts'
import type { ConnectionMachine } from '../../protocol/connection/connection-machine.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import type { Clock, StreamHandle } from '../ports.ts'
import { beginsConnection } from './connection-times.ts'
import { HandReading, type ReadOptions } from './hand-reading.ts'
import type { StreamTable } from './stream-table.ts'

/** What the reading of a session looks at. */
export interface ReadingParts {
  readonly clock: Clock
  readonly machine: ConnectionMachine
  readonly streams: StreamTable
  /** The snapshot is another one. */
  readonly onChanged: () => void
}

/** Who reads on a session, over all its connections: the session by itself, or a person. */
export class SessionReading {
  readonly #parts: ReadingParts
  /** Null while the session reads by itself. */
  #hand: HandReading | null = null

  constructor(parts: ReadingParts) {
    this.#parts = parts
  }

  snapshot(): ReadingState {
    return this.#hand?.snapshot() ?? { mode: 'automatic' }
  }

  /** What is held by the reads of a person is in the capture already. */
  set(reading: ReadingMode): void {
    if (reading.mode === 'automatic') this.#readByItself()
    else if (this.#hand === null) this.#readByHand(reading.readSizeBytes)
    else this.#hand.readSizeBytes = reading.readSizeBytes
    this.#hand?.serviceEvery(reading.mode === 'manual' ? reading.serviceIntervalMs : null)
  }

  /** Errors: `reading-automatic`, `read-active`; how the read itself failed is its outcome. */
  async read(plan: ReadPlan, options: ReadOptions): Promise<ReadOutcome> {
    if (this.#hand === null) throw new WirebenchError('reading-automatic')
    return this.#hand.read(plan, options)
  }

  /** A dial began. A peer that answers before TLS begins is listened to first. */
  dialled(stream: StreamHandle, answersBeforeTls: boolean): void {
    if (this.#hand !== null && !answersBeforeTls) stream.holdReading(true)
  }

  told(event: ConnectionEvent): void {
    const hand = this.#hand
    if (hand === null) return
    if (beginsConnection(event)) hand.forget()
    if (event.kind === 'secured') this.#parts.streams.get(this.#parts.machine.openAttempt)?.holdReading(true)
    const isOpened = event.kind === 'connected' || (event.kind === 'secured' && !hand.hasStream)
    if (isOpened) this.#begin(hand, false)
    else hand.told(event)
  }

  received(bytes: Uint8Array): void {
    this.#hand?.received(bytes)
  }

  nothingToRead(): void {
    this.#hand?.nothingToRead()
  }

  /** The present connection belongs to the past, or nothing more of it is to be read. */
  forget(): void {
    this.#hand?.forget()
  }

  /** What still comes is read without being asked for: else the end of the peer would never be seen. */
  readToEnd(): void {
    const { machine, streams } = this.#parts
    if (this.#hand !== null && !machine.facts.receivingEnded) streams.get(machine.openAttempt)?.holdReading(false)
  }

  #readByHand(readSizeBytes: number): void {
    const { clock, machine, streams, onChanged } = this.#parts
    this.#hand = new HandReading(readSizeBytes, clock, onChanged)
    if (!machine.expectsText) streams.holdReading(true)
    this.#begin(this.#hand, machine.state === 'half-closed-remote')
  }

  /** Reads are of a connection that is open, with TLS secured, and whose receiving goes on. */
  #begin(hand: HandReading, peerEnded: boolean): void {
    const { machine, streams } = this.#parts
    const stream = streams.get(machine.openAttempt)
    const { flags, receivingEnded } = machine.facts
    if (stream !== null && flags.connected && !receivingEnded) hand.begin(stream, peerEnded)
  }

  #readByItself(): void {
    const hand = this.#hand
    this.#hand = null
    hand?.serviceEvery(null)
    hand?.giveUp(describeError('cancelled'))
    if (!this.#parts.machine.facts.receivingEnded) this.#parts.streams.holdReading(false)
  }
}
