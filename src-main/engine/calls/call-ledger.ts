import type { CallEntry, LedgerFilter, LedgerWindow } from '../../contract/schemas/call.ts'
import type { Clock } from '../ports.ts'
import { CallRecord, wholeEntry, type EntryExtent, type RecordStart } from './call-record.ts'
import { NumberQueue } from './number-queue.ts'

/** What a ledger keeps at most. What is under way is never dropped. */
export interface LedgerLimits {
  /** Entries of this side: calls, notifications and so on. */
  readonly calls: number
  /** Entries that the peer began, so that it cannot push the calls out. */
  readonly incoming: number
  /** UTF-16 units of all texts. */
  readonly textUnits: number
}

/** 16 Mi units are 32 MiB of memory. */
export const ledgerLimits: LedgerLimits = { calls: 10_000, incoming: 1000, textUnits: 16 * 1024 * 1024 }

/** Replies of an entry within a window: the newest ones. */
const windowReplies = 8

export interface LedgerWindowRequest {
  readonly filter: LedgerFilter
  readonly skip: number
  readonly count: number
  readonly previewUnits: number
}

/**
 * Every call of a session, in the order of their numbers, in bounded memory: the oldest ones that are over make way, and are
 * counted. Changing a record of it must be told by `changed`.
 */
export class CallLedger {
  readonly #clock: Clock
  readonly #limits: LedgerLimits
  readonly #records = new Map<number, CallRecord>()
  /** What is under way, the oldest first, and among it what has ended since it was tidied. */
  #underWay: CallRecord[] = []
  #underWayCount = 0
  #toAnswerCount = 0
  /** Numbers of what is over, the one that ended first in front. */
  readonly #overCalls = new NumberQueue()
  readonly #overIncoming = new NumberQueue()
  #textUnits = 0
  #unitsUnderWay = 0
  #lastNumber = 0
  #droppedCount = 0
  #revision = 0

  constructor(clock: Clock, limits: LedgerLimits = ledgerLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Entries there ever were, forgotten ones included. */
  get entryCount(): number {
    return this.#lastNumber
  }

  get droppedCount(): number {
    return this.#droppedCount
  }

  get revision(): number {
    return this.#revision
  }

  /** How many are under way, those of the peer that wait for an answer included. */
  get underWayCount(): number {
    return this.#underWayCount
  }

  /** How many of these the peer began. */
  get toAnswerCount(): number {
    return this.#toAnswerCount
  }

  /** UTF-16 units of the parameters of calls under way. */
  get unitsUnderWay(): number {
    return this.#unitsUnderWay
  }

  /** The number that the next entry gets. */
  get nextNumber(): number {
    return this.#lastNumber + 1
  }

  nowMs(): number {
    return this.#clock.monotonicNs() / 1e6
  }

  begin(beginning: RecordStart): CallRecord {
    this.#lastNumber += 1
    const record = new CallRecord(this.#lastNumber, beginning, this.nowMs(), this.#clock.unixMicroseconds())
    this.#records.set(record.number, record)
    this.#underWay.push(record)
    this.#underWayCount += 1
    if (record.isIncoming) this.#toAnswerCount += 1
    this.#unitsUnderWay += record.requestUnits
    this.changed(record, 0)
    return record
  }

  get(number: number): CallRecord | undefined {
    return this.#records.get(number)
  }

  /** The record changed. `unitsBefore`: what its texts had before that, where they grew. */
  changed(record: CallRecord, unitsBefore = record.textUnits): void {
    this.#revision += 1
    this.#textUnits += record.textUnits - unitsBefore
    if (this.#textUnits > this.#limits.textUnits) this.#makeRoom()
  }

  /** The record is over from now on. */
  end(record: CallRecord): void {
    if (record.isOver) return
    record.endedAtMs = this.nowMs()
    this.#underWayCount -= 1
    if (record.isIncoming) this.#toAnswerCount -= 1
    this.#tidyUnderWay(record)
    this.#unitsUnderWay -= record.requestUnits
    const over = record.isIncoming ? this.#overIncoming : this.#overCalls
    over.push(record.number)
    this.#revision += 1
    if (over.length > (record.isIncoming ? this.#limits.incoming : this.#limits.calls)) this.#dropOldest(over)
  }

  /** What is under way, the oldest first. */
  *underWay(): Generator<CallRecord> {
    for (const record of this.#underWay) if (!record.isOver) yield record
  }

  entry(record: CallRecord, extent: EntryExtent = wholeEntry): CallEntry {
    return record.toEntry(this.nowMs(), extent)
  }

  window({ filter, skip, count, previewUnits }: LedgerWindowRequest): LedgerWindow {
    const entries: CallEntry[] = []
    const nowMs = this.nowMs()
    const extent = { textUnits: previewUnits, replies: windowReplies }
    let matchingCount = 0
    for (const record of [...this.#records.values()].reverse()) {
      if (!isLetThrough(record, filter)) continue
      if (matchingCount >= skip && entries.length < count) entries.push(record.toEntry(nowMs, extent))
      matchingCount += 1
    }
    return { entries, matchingCount, revision: this.#revision }
  }

  /** Forgets what is over. */
  clear(): void {
    for (const over of [this.#overCalls, this.#overIncoming]) while (this.#dropOldest(over));
    this.#revision += 1
  }

  #makeRoom(): void {
    while (this.#textUnits > this.#limits.textUnits) {
      if (!this.#dropOldest(this.#overIncoming) && !this.#dropOldest(this.#overCalls)) return
    }
  }

  /** False when there is none. */
  #dropOldest(over: NumberQueue): boolean {
    const number = over.shift()
    if (number !== undefined) this.#drop(number)
    return number !== undefined
  }

  /** The newest often ends first; the others are taken out once they are as many as what goes on. */
  #tidyUnderWay(ended: CallRecord): void {
    if (this.#underWay.at(-1) === ended) this.#underWay.pop()
    else if (this.#underWay.length > 2 * this.#underWayCount + 16) {
      this.#underWay = this.#underWay.filter((record) => !record.isOver)
    }
  }

  #drop(number: number): void {
    const record = this.#records.get(number)
    if (record === undefined) return
    this.#records.delete(number)
    this.#textUnits -= record.textUnits
    this.#droppedCount += 1
  }
}

function isLetThrough({ command, state, ok }: CallRecord, { command: wanted, outcome }: LedgerFilter): boolean {
  if (wanted !== '' && !(command ?? '').includes(wanted)) return false
  switch (outcome) {
    case 'all':
      return true
    case 'pending':
      return state === 'queued' || state === 'waiting' || state === 'acknowledged' || state === 'to-answer'
    case 'ok':
      return ok === true
    case 'error':
      return state === 'answered' && ok === false
    case 'failed':
      return state === 'timed-out' || state === 'cancelled' || state === 'failed'
    default:
      return outcome satisfies never
  }
}
