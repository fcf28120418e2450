import type { CallAnswer, CallsState } from '../../contract/schemas/call.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { CallSettings } from '../../contract/schemas/call-settings.ts'
import type { CallDraft, CallMachine, NumberedCall, SequenceSource } from '../../protocol/command-rpc/call-inputs.ts'
import { createCallMachine } from '../../protocol/command-rpc/create-call-machine.ts'
import type { Clock } from '../ports.ts'
import type { CallBook } from './call-book.ts'
import { ofCall } from './of-call.ts'
import type { CallLedger } from './call-ledger.ts'
import type { CallSession } from './call-session.ts'
import { ExecuteCalls } from './execute-calls.ts'
import { Heartbeat } from './heartbeat.ts'
import { OwnConnectionCalls, type LaneParts } from './own-connection-calls.ts'
import { TelemetryLink } from './telemetry-link.ts'

export interface CallWaysTools {
  readonly clock: Clock
  readonly ledger: CallLedger
  readonly book: CallBook
  readonly sequence: SequenceSource
  /** Calls may have changed. */
  onRest(): void
  /** Something besides the calls changed. */
  onChanged(): void
}

/** The ways by which the calls of a session go out under one setting: connections, and what lives beside them. */
export class CallWays {
  readonly #tools: CallWaysTools
  /** For previews, and for checking calls that have a connection each: no call goes through it. */
  readonly #spareMachine: CallMachine
  readonly #own: OwnConnectionCalls | null
  readonly #execute: ExecuteCalls | null
  readonly #telemetry: TelemetryLink | null
  readonly #heartbeat: Heartbeat | null

  constructor(session: CallSession, settings: CallSettings, tools: CallWaysTools) {
    const { clock, ledger, book, sequence } = tools
    this.#tools = tools
    const parts: LaneParts = {
      ...{ clock, ledger, book },
      refusesServerCalls: settings.protocol === 'jsonrpc' && settings.serverCalls === 'refuse',
      makeMachine: () => createCallMachine(settings, sequence),
      onRest: () => tools.onRest(),
      onLaneEnded: (connection) => this.#forgetUnanswerable(connection),
    }
    this.#spareMachine = parts.makeMachine()
    const isExecute = settings.protocol === 'tcpy' && settings.mode === 'execute'
    this.#execute = isExecute ? new ExecuteCalls(session, parts, settings.maximumInFlight) : null
    this.#own = isExecute ? null : new OwnConnectionCalls(session, parts)
    const { telemetryPort, heartbeatEveryMs } =
      settings.protocol === 'm2' ? settings : { telemetryPort: null, heartbeatEveryMs: null }
    this.#telemetry =
      telemetryPort === null ? null : new TelemetryLink(session, clock, telemetryPort, () => tools.onChanged())
    this.#heartbeat = heartbeatEveryMs === null ? null : new Heartbeat(session, clock, heartbeatEveryMs)
  }

  /** Calls have connections of their own. */
  get isApart(): boolean {
    return this.#execute !== null
  }

  /** Calls of this side are under way. */
  get isBusy(): boolean {
    for (const { isIncoming } of this.#tools.ledger.underWay()) if (!isIncoming) return true
    return false
  }

  /** `onTaken` is called once nothing can refuse them any more. Errors: `not-connected`; those of machines, with `call`. */
  call(calls: readonly NumberedCall[], isBatch: boolean, onTaken: () => void): void {
    if (this.#execute === null) {
      this.#callOwn(calls, isBatch, onTaken)
      return
    }
    if (isBatch)
      throw new WirebenchError('batch-impossible', { reason: 'Every call has a connection of its own here.' })
    for (const [index, { draft }] of calls.entries()) ofCall(index, () => this.#spareMachine.preview(draft))
    onTaken()
    this.#execute.call(calls)
  }

  /** Errors: those of machines. */
  preview(draft: CallDraft): { readonly bytes: Uint8Array; readonly text: string } {
    return this.#own?.preview(draft) ?? this.#spareMachine.preview(draft)
  }

  /** Returns how many bytes the answer has. Errors: `not-connected`, and those of machines. */
  answer(correlation: string, answer: CallAnswer): number {
    if (this.#own === null) throw new WirebenchError('not-connected')
    return this.#own.answer(correlation, answer)
  }

  cancel(number: number): void {
    this.#execute?.cancel(number)
    this.#own?.cancel(number)
  }

  received(bytes: Uint8Array): void {
    this.#own?.received(bytes)
  }

  accepted(byteCount: number): void {
    this.#own?.accepted(byteCount)
  }

  /** The session may be in another state. */
  look(): void {
    this.#own?.look()
    this.#telemetry?.look()
    this.#heartbeat?.look()
  }

  telemetryState(): CallsState['telemetry'] {
    return this.#telemetry?.state() ?? null
  }

  heartbeatsSent(): number | null {
    return this.#heartbeat?.sentCount ?? null
  }

  close(): void {
    this.#heartbeat?.stop()
    this.#telemetry?.stop()
    this.#execute?.close()
    this.#own?.close()
  }

  #callOwn(calls: readonly NumberedCall[], isBatch: boolean, onTaken: () => void): void {
    try {
      this.#own?.call(calls, isBatch, onTaken)
    } catch (thrown) {
      // Which one it is, where there are several: the machine takes all of them or none.
      if (!(thrown instanceof WirebenchError) || thrown.code === 'not-connected') throw thrown
      for (const [index, { draft }] of calls.entries()) ofCall(index, () => this.#spareMachine.preview(draft))
      throw thrown
    }
  }

  #forgetUnanswerable(connection: number): void {
    const { ledger, book } = this.#tools
    const lost = [...ledger.underWay()].filter((record) => record.isIncoming && record.connection === connection)
    for (const record of lost) book.cancelled(record, 'The connection ended before it was answered.')
  }
}
