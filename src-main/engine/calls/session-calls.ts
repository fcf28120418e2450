import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { CallAnswer, CallEntry, CallsState, CallStatistics } from '../../contract/schemas/call.ts'
import type { CallCatalogue, CallRequest, CallSettings, ProfileCalls } from '../../contract/schemas/call-settings.ts'
import type { SequenceSource } from '../../protocol/command-rpc/call-inputs.ts'
import { readCallDraft } from '../../protocol/command-rpc/parameters/read-call-draft.ts'
import type { Clock } from '../ports.ts'
import { CallBook } from './call-book.ts'
import { CallFigures } from './call-figures.ts'
import { CallLedger } from './call-ledger.ts'
import type { CallRecord } from './call-record.ts'
import type { CallSession } from './call-session.ts'
import { CallWays } from './call-ways.ts'
import { ofCall } from './of-call.ts'
import { SessionCatalogue } from './session-catalogue.ts'

/** What the calls of a session stand on. */
export interface SessionCallsTools {
  readonly clock: Clock
  /** The session's own numbers of M2 commands, and those that sessions share. */
  readonly sequences: Readonly<Record<'own' | 'shared', SequenceSource>>
  /** Something of the state changed. Called at rest. */
  onChanged(): void
}

/** A call that is over. */
export interface FinishedCall {
  readonly entry: CallEntry
  /** The whole answer as JSON; null without one. */
  readonly answerText: string | null
}

/** Most calls under way in one session, and UTF-16 units of their parameters. */
const mostUnderWay = 10_000
const mostUnitsUnderWay = 32 * 1024 * 1024
/** Of calls under way the state shows so many, with the beginning of their texts. */
const shownPending = 100
const shownExtent = { textUnits: 200, replies: 4 }

/** All that has to do with the calls of one session: how they are made, their ledger, figures and catalogue. */
export class SessionCalls {
  readonly session: CallSession
  readonly ledger: CallLedger
  readonly catalogue: SessionCatalogue
  readonly #tools: SessionCallsTools
  readonly #book: CallBook
  readonly #figures = new CallFigures()
  readonly #unwatch: () => void
  #settings: CallSettings | null = null
  #ways: CallWays | null = null
  #toldRevision = 0

  constructor(session: CallSession, profileCalls: ProfileCalls | null, tools: SessionCallsTools) {
    this.session = session
    this.#tools = tools
    this.ledger = new CallLedger(tools.clock)
    this.catalogue = new SessionCatalogue(profileCalls?.catalogue ?? null)
    this.#book = new CallBook(this.ledger, {
      onEnded: (record) => {
        if (record.kind === 'call') this.#figures.ended(record)
      },
    })
    this.#unwatch = session.watch({
      onReceived: (bytes) => this.#ways?.received(bytes),
      onSent: (byteCount) => this.#ways?.accepted(byteCount),
      onChanged: () => {
        this.#ways?.look()
        this.#tellIfChanged()
      },
    })
    if (profileCalls !== null) this.#use(profileCalls.settings)
  }

  get settings(): CallSettings | null {
    return this.#settings
  }

  /** Errors: `calls-under-way`, `telemetry-port-same`. */
  configure(settings: CallSettings | null): void {
    if (this.#ways?.isBusy === true) throw new WirebenchError('calls-under-way')
    refuseSamePort(settings, this.session.snapshot().settings.port)
    this.#use(settings)
    this.#tools.onChanged()
  }

  state(): CallsState {
    const pending: CallEntry[] = []
    for (const record of this.ledger.underWay()) {
      if (pending.length === shownPending) break
      pending.push(this.ledger.entry(record, shownExtent))
    }
    const { sessionId } = this.session
    return {
      sessionId,
      settings: this.#settings,
      entryCount: this.ledger.entryCount,
      droppedCount: this.ledger.droppedCount,
      revision: this.ledger.revision,
      pendingCount: this.ledger.underWayCount,
      pending,
      telemetry: this.#ways?.telemetryState() ?? null,
      heartbeatsSent: this.#ways?.heartbeatsSent() ?? null,
      catalogueRevision: this.catalogue.revision,
      catalogueIsKept: this.catalogue.isKept,
    }
  }

  /** Errors: those of `call.start`; then nothing has begun. */
  start(requests: readonly CallRequest[], isBatch = false): readonly CallRecord[] {
    const { ways, settings } = this.#on()
    this.#refuseTooMany(requests)
    const first = this.ledger.nextNumber
    const calls = requests.map((request, index) => {
      const draft = ofCall(index, () => readCallDraft(request, settings.protocol))
      return { number: first + index, draft, timeoutMs: timeoutOf(request, settings), request }
    })
    const records: CallRecord[] = []
    ways.call(calls, isBatch, () => {
      const batch = isBatch ? first : null
      const connection = ways.isApart ? null : this.session.connectionNumber
      for (const { request, draft, timeoutMs } of calls) {
        const { kind, command } = request
        records.push(this.ledger.begin({ kind, command, request, batch, timeoutMs, state: 'queued', connection }))
        if (kind === 'call') this.#figures.began(command)
        this.catalogue.learn({ request, draft, protocol: settings.protocol })
      }
    })
    return records
  }

  /** One call until it is over. `onBegun` gets its number. Errors: those of `start`. */
  run(request: CallRequest, onBegun: (number: number) => void = () => undefined): Promise<FinishedCall> {
    const [record] = this.start([request])
    if (record === undefined) throw new WirebenchError('call-not-found', { number: null })
    if (record.isOver) {
      const { answer } = record
      const answerText = answer?.textIsWhole === true ? answer.text : null
      return Promise.resolve({ entry: this.ledger.entry(record), answerText })
    }
    onBegun(record.number)
    return new Promise((resolve) => {
      record.onOver = (answerText) => resolve({ entry: this.ledger.entry(record), answerText })
    })
  }

  /** Errors: those of `start` but `not-connected`. */
  preview(request: CallRequest): { readonly bytes: Uint8Array; readonly text: string } {
    const { ways, settings } = this.#on()
    return ways.preview(readCallDraft(request, settings.protocol))
  }

  /** Errors: `call-not-found`, `call-over`. */
  cancel(number: number): CallEntry {
    const record = this.#underWay(number)
    this.#book.cancelled(record)
    if (!record.isIncoming) this.#ways?.cancel(number)
    this.#tellIfChanged()
    return this.ledger.entry(record)
  }

  /** Errors: `call-not-found`, `call-over`, `not-connected`, `json-malformed`. */
  answer(number: number, answer: CallAnswer): CallEntry {
    const record = this.#underWay(number)
    if (record.state !== 'to-answer' || record.correlation === null) throw new WirebenchError('call-over', { number })
    const byteCount = this.#on().ways.answer(record.correlation, answer)
    this.#book.answered(record, answer, byteCount)
    this.#tellIfChanged()
    return this.ledger.entry(record)
  }

  /** Errors: `call-not-found`. */
  record(number: number): CallRecord {
    const record = this.ledger.get(number)
    if (record === undefined) throw new WirebenchError('call-not-found', { number })
    return record
  }

  clear(): void {
    this.ledger.clear()
    this.#figures.clear()
    this.#tools.onChanged()
  }

  setCatalogue(catalogue: CallCatalogue): void {
    this.catalogue.set(catalogue)
    this.#tools.onChanged()
  }

  statistics(): CallStatistics[] {
    return this.#figures.list()
  }

  /** The session is gone: every call ends. */
  close(): void {
    this.#unwatch()
    this.#ways?.close()
    this.#ways = null
    for (const { number } of [...this.ledger.underWay()]) this.#book.failed(number, describeError('ended-before-reply'))
  }

  #on(): { readonly ways: CallWays; readonly settings: CallSettings } {
    if (this.#ways === null || this.#settings === null) throw new WirebenchError('calls-off')
    return { ways: this.#ways, settings: this.#settings }
  }

  #use(settings: CallSettings | null): void {
    this.#ways?.close()
    this.#settings = settings
    this.#ways =
      settings === null
        ? null
        : new CallWays(this.session, settings, {
            clock: this.#tools.clock,
            ledger: this.ledger,
            book: this.#book,
            sequence: this.#tools.sequences[settings.protocol === 'm2' ? settings.sequence : 'own'],
            onRest: () => this.#tellIfChanged(),
            onChanged: () => this.#tools.onChanged(),
          })
  }

  #refuseTooMany(requests: readonly CallRequest[]): void {
    if (this.ledger.underWayCount + requests.length <= mostUnderWay && this.ledger.unitsUnderWay < mostUnitsUnderWay)
      return
    throw new WirebenchError('calls-too-many', { underWay: this.ledger.underWayCount, maximum: mostUnderWay })
  }

  #underWay(number: number): CallRecord {
    const record = this.record(number)
    if (record.isOver) throw new WirebenchError('call-over', { number })
    return record
  }

  #tellIfChanged(): void {
    if (this.ledger.revision === this.#toldRevision) return
    this.#toldRevision = this.ledger.revision
    this.#tools.onChanged()
  }
}

const timeoutOf = ({ timeoutMs }: CallRequest, settings: CallSettings): number | null =>
  timeoutMs === undefined ? settings.timeoutMs : timeoutMs

/** Errors: `telemetry-port-same`. A port that comes from a variable is looked at when it is dialled. */
export function refuseSamePort(settings: CallSettings | null, port: number | string): void {
  if (settings?.protocol !== 'm2' || settings.telemetryPort === null || settings.telemetryPort !== port) return
  throw new WirebenchError('telemetry-port-same', { port: settings.telemetryPort })
}
