import type { ErrorShape } from '../../contract/errors.ts'
import type { CallAnswer, CallEntryState } from '../../contract/schemas/call.ts'
import type { CallEffect, ReadReply } from '../../protocol/command-rpc/call-inputs.ts'
import type { CallLedger } from './call-ledger.ts'
import type { CallRecord } from './call-record.ts'
import { cutText } from './call-text.ts'

type Called = Extract<CallEffect, { kind: 'called' }>
type Replied = Extract<CallEffect, { kind: 'replied' }>
type Incoming = Extract<CallEffect, { kind: 'incoming' }>
type Malformed = Extract<CallEffect, { kind: 'malformed' }>

/** Who is told that calls of this side ended. */
export interface CallBookListener {
  onEnded(record: CallRecord): void
}

/** Most calls of the peer that wait for a person, which bounds the memory that a peer can take. */
const mostToAnswer = 200
/** Longest names and identifiers of what the peer sends, as they are kept. */
const longestPeerName = 1000
/** How much of an answer by hand its note tells. */
const notedUnits = 200

/**
 * What becomes of calls of the peer: a person answers them, the machine has refused them, or not even that, since the peer does not read.
 */
export type ServerCallFate = 'by-hand' | 'refused' | 'held-back'

/** Writes into the ledger what machines tell of calls. */
export class CallBook {
  readonly #ledger: CallLedger
  readonly #listener: CallBookListener
  /** The last thing that was no message, so that the same one again is counted to it. */
  #lastMalformed: CallRecord | null = null

  constructor(ledger: CallLedger, listener: CallBookListener) {
    this.#ledger = ledger
    this.#listener = listener
  }

  /** A call went out on this connection, or waits there in a queue. */
  called({ number, requestText, correlation, byteCount, expectsReply }: Called, isSent: boolean): void {
    const record = this.#ledger.get(number)
    if (record === undefined) return
    const unitsBefore = record.textUnits
    record.setRequestText(requestText)
    record.correlation = correlation
    record.sentBytes = byteCount
    if (record.state === 'queued' && isSent) record.state = expectsReply ? 'waiting' : 'sent'
    this.#ledger.changed(record, unitsBefore)
    if (!expectsReply) this.#end(record, 'sent', null, null)
  }

  replied({ number, reply, ends }: Replied): void {
    const record = this.#ledger.get(number)
    if (record === undefined) return
    const unitsBefore = record.textUnits
    const kept = record.addReply(reply, this.#ledger.nowMs())
    if (ends && !record.isOver) {
      record.answer = kept
      this.#ledger.changed(record, unitsBefore)
      this.#end(record, 'answered', !reply.isError, reply.text)
      return
    }
    if (reply.kind === 'ack' && reply.mark === null && !record.isOver) record.state = 'acknowledged'
    this.#ledger.changed(record, unitsBefore)
  }

  failed(number: number, error: ErrorShape): void {
    const record = this.#ledger.get(number)
    // What is never answered counts as sent before it is written.
    if (record === undefined || (record.isOver && record.state !== 'sent')) return
    record.error = error
    this.#end(record, error.code === 'call-timeout' ? 'timed-out' : 'failed', false, null)
  }

  /** Nobody waits for it any more. */
  cancelled(record: CallRecord, note: string | null = null): void {
    if (record.isOver) return
    if (note !== null) record.note = note
    this.#end(record, 'cancelled', null, null)
  }

  /** The peer sent something of its own accord. */
  incoming({ entry, command, correlation, reply }: Incoming, connection: number, fate: ServerCallFate): void {
    const identifier = correlation === null ? null : cutText(correlation, longestPeerName)
    const unanswered = entry === 'server-call' ? this.#whyUnanswered(fate, identifier?.isWhole ?? true) : null
    const isToAnswer = entry === 'server-call' && unanswered === null
    const record = this.#beginIncoming(entry, command, connection, isToAnswer ? 'to-answer' : 'sent')
    record.correlation = identifier?.text ?? null
    this.#takeIncoming(record, reply)
    if (isToAnswer) return
    record.note = unanswered
    this.#ledger.end(record)
  }

  /** What came is no message. The same again is counted to the entry there is. */
  malformed({ error, streamOffset, byteCount }: Malformed, connection: number): void {
    const reply: ReadReply = {
      kind: 'message',
      mark: null,
      text: '',
      isError: true,
      message: null,
      code: null,
      streamOffset,
      byteCount,
    }
    const last = this.#lastMalformed
    if (last !== null && last.connection === connection && last.error?.code === error.code && this.#isKept(last)) {
      this.#takeIncoming(last, reply)
      last.note = `This came ${last.replyCount} times.`
      return
    }
    const record = this.#beginIncoming('unmatched', null, connection, 'failed')
    record.error = error
    record.ok = false
    this.#takeIncoming(record, reply)
    this.#ledger.end(record)
    this.#lastMalformed = record
  }

  /** A call of the peer was answered here. */
  answered(record: CallRecord, answer: CallAnswer, byteCount: number): void {
    record.state = 'answered'
    record.sentBytes = byteCount
    record.sentAtMs = this.#ledger.nowMs()
    record.ok = answer.kind === 'result'
    const said = answer.kind === 'result' ? answer.text : `error ${answer.code}, ${answer.message}`
    record.note = `Answered by hand: ${cutText(said, notedUnits).text}`
    this.#ledger.end(record)
  }

  /** Its note says more from now on. */
  noted(number: number, note: string): void {
    const record = this.#ledger.get(number)
    if (record === undefined) return
    record.note = note
    this.#ledger.changed(record)
  }

  /** Null where a person is to answer. */
  #whyUnanswered(fate: ServerCallFate, isIdentifierWhole: boolean): string | null {
    if (fate === 'refused') return 'Refused: calls of the peer are not answered by hand.'
    if (fate === 'held-back') return 'Not answered: the peer does not read what is sent.'
    if (!isIdentifierWhole) return `Not answered: its identifier is longer than ${longestPeerName} characters.`
    const isOneTooMany = this.#ledger.toAnswerCount >= mostToAnswer
    return isOneTooMany ? `Not answered: ${mostToAnswer} calls of the peer wait for an answer already.` : null
  }

  #isKept(record: CallRecord): boolean {
    return this.#ledger.get(record.number) === record
  }

  #beginIncoming(
    kind: Incoming['entry'],
    command: string | null,
    connection: number,
    state: CallEntryState,
  ): CallRecord {
    const name = command === null ? null : cutText(command, longestPeerName).text
    return this.#ledger.begin({ kind, command: name, request: null, batch: null, timeoutMs: null, state, connection })
  }

  #takeIncoming(record: CallRecord, reply: ReadReply): void {
    const unitsBefore = record.textUnits
    record.addReply(reply, this.#ledger.nowMs())
    this.#ledger.changed(record, unitsBefore)
  }

  #end(record: CallRecord, state: CallEntryState, ok: boolean | null, answerText: string | null): void {
    record.state = state
    record.ok = ok
    this.#ledger.end(record)
    this.#listener.onEnded(record)
    const { onOver } = record
    record.onOver = null
    onOver?.(answerText)
  }
}
