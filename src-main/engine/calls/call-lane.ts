import { toErrorShape, type ErrorShape } from '../../contract/errors.ts'
import type { CallAnswer } from '../../contract/schemas/call.ts'
import type {
  CallDraft,
  CallEffect,
  CallInput,
  CallMachine,
  NumberedCall,
} from '../../protocol/command-rpc/call-inputs.ts'
import type { Clock } from '../ports.ts'
import type { CallBook, ServerCallFate } from './call-book.ts'
import type { CallLedger } from './call-ledger.ts'
import { WrittenPlaces } from './written-places.ts'

/** While more is unsent the peer does not read, and refusals of its calls would pile up without bound. */
const mostUnsentForRefusals = 1024 * 1024

/** The connection under a lane. */
export interface CallLine {
  /** Within the session. */
  readonly connection: number
  /** What is written goes out at once. */
  readonly isOpen: boolean
  /** Written by whomever and not yet accepted by the system. */
  readonly unsentBytes: number
  /** Queues bytes. Errors: `not-connected`, `sending-ended`. */
  send(bytes: Uint8Array): void
  /** Ends the connection: the machine is done with it. */
  end(): void
}

export interface CallLaneOptions {
  readonly machine: CallMachine
  readonly line: CallLine
  readonly clock: Clock
  readonly ledger: CallLedger
  readonly book: CallBook
  /** Calls of the peer are refused by the machine. */
  readonly refusesServerCalls: boolean
  /** Something happened, and the lane is at rest. */
  onRest(): void
}

/**
 * The calls of one connection: feeds its machine with what happens there and carries out what it wants. Rules: what happens
 * while effects are carried out waits its turn; nothing happens after `closed`.
 */
export class CallLane {
  readonly #options: CallLaneOptions
  readonly #places = new WrittenPlaces()
  readonly #inputs: CallInput[] = []
  #driving = false
  #isClosed = false
  #peerEnded = false
  #wakeAtMs: number | null = null
  #timer: { readonly atMs: number; readonly cancel: () => void } | null = null

  constructor(options: CallLaneOptions) {
    this.#options = options
  }

  get pendingCount(): number {
    return this.#options.machine.pendingCount
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** `onTaken` is called before anything of the calls is told. Errors: those of the machine, which then has changed nothing. */
  call(calls: readonly NumberedCall[], isBatch: boolean, onTaken: () => void = () => undefined): void {
    const effects = this.#options.machine.accept({ kind: 'call', calls, isBatch }, this.#nowMs())
    onTaken()
    this.#take(effects)
  }

  /** Errors: those of the machine. */
  preview(draft: CallDraft): { readonly bytes: Uint8Array; readonly text: string } {
    return this.#options.machine.preview(draft)
  }

  /** Returns how many bytes the answer has. Errors: those of the machine. */
  answer(correlation: string, answer: CallAnswer): number {
    const effects = this.#options.machine.accept({ kind: 'answer', correlation, answer }, this.#nowMs())
    this.#take(effects)
    return effects.reduce((count, effect) => count + (effect.kind === 'write' ? effect.bytes.length : 0), 0)
  }

  cancel(number: number): void {
    this.#drive({ kind: 'cancel', number })
  }

  received(bytes: Uint8Array, streamOffset: number): void {
    if (this.#isClosed) return
    // They change when this returns.
    const kept = this.#driving ? bytes.slice() : bytes
    this.#drive({ kind: 'received', bytes: kept, streamOffset })
  }

  accepted(byteCount: number, streamOffset: number): void {
    this.#places.accepted(byteCount, streamOffset)
  }

  peerEnded(): void {
    if (this.#peerEnded) return
    this.#peerEnded = true
    this.#drive({ kind: 'peer-ended' })
  }

  /** The connection is over: every call that waits fails. */
  closed(error: ErrorShape | null): void {
    if (this.#isClosed) return
    this.#drive({ kind: 'closed', error })
    this.#isClosed = true
    this.#timer?.cancel()
    this.#timer = null
  }

  #nowMs(): number {
    return this.#options.clock.monotonicNs() / 1e6
  }

  #drive(input: CallInput): void {
    if (this.#isClosed) return
    if (this.#driving) {
      this.#inputs.push(input)
      return
    }
    this.#take(this.#options.machine.accept(input, this.#nowMs()))
  }

  /** Carries out these effects and those of everything that waits. */
  #take(effects: readonly CallEffect[]): void {
    if (this.#driving) {
      this.#carryOutAll(effects)
      return
    }
    this.#driving = true
    try {
      this.#carryOutAll(effects)
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        this.#carryOutAll(this.#options.machine.accept(next, this.#nowMs()))
      }
    } finally {
      this.#driving = false
    }
    this.#options.onRest()
  }

  /** What the ledger has to know of calls comes before they are written. */
  #carryOutAll(effects: readonly CallEffect[]): void {
    const { book, line } = this.#options
    for (const effect of effects) if (effect.kind === 'called') book.called(effect, line.isOpen)
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: CallEffect): void {
    const { book, line } = this.#options
    switch (effect.kind) {
      case 'called':
        break
      case 'write':
        this.#write(effect.bytes, effect.numbers)
        break
      case 'replied':
        book.replied(effect)
        break
      case 'failed':
        book.failed(effect.number, effect.error)
        break
      case 'incoming':
        book.incoming(effect, line.connection, this.#fateOfServerCalls())
        break
      case 'malformed':
        book.malformed(effect, line.connection)
        break
      case 'end-connection':
        line.end()
        break
      case 'wake-at':
        this.#wakeAt(effect.atMs)
        break
      default:
        effect satisfies never
    }
  }

  #write(bytes: Uint8Array, numbers: readonly number[]): void {
    const { line } = this.#options
    if (numbers.length === 0 && this.#fateOfServerCalls() === 'held-back') return
    const unsentBytes = line.unsentBytes
    const isAtOnce = line.isOpen && unsentBytes === 0
    if (isAtOnce) this.#handedOver(numbers)
    this.#places.written(unsentBytes, (streamOffset) => this.#placed(numbers, bytes.length, streamOffset))
    try {
      line.send(bytes)
    } catch (thrown) {
      // The connection has ended without telling yet: nothing can come of these calls.
      for (const number of numbers) {
        this.#options.book.failed(number, toErrorShape(thrown))
        this.#inputs.push({ kind: 'cancel', number })
      }
    }
  }

  #fateOfServerCalls(): ServerCallFate {
    const { refusesServerCalls, line } = this.#options
    if (!refusesServerCalls) return 'by-hand'
    return line.unsentBytes > mostUnsentForRefusals ? 'held-back' : 'refused'
  }

  /** The system has taken these calls, or takes them now. */
  #handedOver(numbers: readonly number[]): void {
    const nowMs = this.#nowMs()
    for (const number of numbers) {
      const record = this.#options.ledger.get(number)
      if (record !== undefined) record.sentAtMs ??= nowMs
    }
  }

  #placed(numbers: readonly number[], byteCount: number, streamOffset: number): void {
    this.#handedOver(numbers)
    const { ledger, line } = this.#options
    const records = numbers.map((number) => ledger.get(number))
    const lengths = records.map((record) => record?.sentBytes ?? 0)
    // A batch is one message: each of its calls stands where all of it does.
    const isApart = lengths.reduce((sum, length) => sum + length, 0) === byteCount
    let offset = streamOffset
    for (const [index, record] of records.entries()) {
      const length = isApart ? (lengths[index] ?? 0) : byteCount
      if (record !== undefined) {
        record.setRequestPlace({ connection: line.connection, direction: 'sent', streamOffset: offset, length })
        if (record.state === 'queued') record.state = 'waiting'
        ledger.changed(record)
      }
      if (isApart) offset += length
    }
  }

  /** A timer that is early is left alone: it asks again when it fires. */
  #wakeAt(atMs: number | null): void {
    this.#wakeAtMs = atMs
    if (atMs === null || this.#isClosed) return
    if (this.#timer !== null && this.#timer.atMs <= atMs) return
    this.#timer?.cancel()
    const delayMs = Math.max(0, atMs - this.#nowMs())
    this.#timer = { atMs, cancel: this.#options.clock.wakeAfter(delayMs, () => this.#timerFired()) }
  }

  #timerFired(): void {
    this.#timer = null
    const wakeAtMs = this.#wakeAtMs
    if (wakeAtMs === null) return
    this.#wakeAtMs = null
    if (this.#nowMs() >= wakeAtMs) this.#drive({ kind: 'timer-fired' })
    else this.#wakeAt(wakeAtMs)
  }
}
