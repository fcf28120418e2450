import { describeError, WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import { maximumCallReplies } from '../../../contract/schemas/call.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonNode } from '../../json/json-node.ts'
import { parseJsonBytes } from '../../json/parse-json.ts'
import { readM2Message, type M2ReplyStatus } from '../../m2/read-m2-message.ts'
import type {
  CallDraft,
  CallEffect,
  CallInput,
  CallMachine,
  NumberedCall,
  ReadReply,
  SequenceSource,
} from '../call-inputs.ts'
import { CorrelatedCalls, type PendingCall } from '../correlated-calls.ts'
import { numberKey } from '../number-key.ts'
import { incompleteReply } from '../receiving/incomplete-reply.ts'
import { LineCollector } from '../receiving/line-collector.ts'
import type { MessageSink } from '../receiving/message-collector.ts'
import { encodeM2, m2PartsOf, type EncodedM2 } from './m2-request.ts'

/** The limit of the real peers (seed-systems 3.1), without CR LF. */
const longestLine = 65_536
/** Messages attached to one command, so that they fit its replies with the acknowledgement and the end. */
const mostMessages = maximumCallReplies - 2

/**
 * Commands, events and telemetry of M2 on one connection (seed-systems 3.5 to 3.7). Rules:
 * - A command uses up the next sequence number once it goes out, a refused one none. Events and telemetry have none and are not answered.
 * - `ack`, `noack`, `success` and `fail` belong to the command of their `sequence_id`. An `ack` does not end it, and a
 *   further one is `duplicate`; the others do, `noack` and `fail` as errors.
 * - After the end: an `ack` is `out-of-order`; the first other reply after a timeout or a cancel is `late`, every further one `duplicate`.
 *   A number that was never used, or is forgotten, is `unmatched`.
 * - Other messages of the server are not told of one by one: the capture shows them. Only those that come between the `ack` and the end of
 *   the only pending command are attached to it, the first `mostMessages`.
 * - A line that is too long, no JSON or no message of M2 is `reply-malformed`; the next one is read.
 * - The end of the stream fails what is pending: `reply-incomplete` in mid-line, else `closed-before-reply`.
 */
export class M2CallMachine implements CallMachine, MessageSink {
  readonly #sequence: SequenceSource
  readonly #calls = new CorrelatedCalls()
  readonly #lines = new LineCollector({ ending: 'crlf', maximumBytes: longestLine, overlong })
  /** Messages attached so far to the commands that were acknowledged and are pending. */
  readonly #acknowledged = new Map<PendingCall, number>()
  #effects: CallEffect[] = []
  #isOver = false

  constructor(sequence: SequenceSource) {
    this.#sequence = sequence
  }

  get pendingCount(): number {
    return this.#calls.size
  }

  preview(draft: CallDraft): EncodedM2 {
    return encodeM2(m2PartsOf(draft), this.#sequence.nextSequenceId)
  }

  accept(input: CallInput, nowMs: number): readonly CallEffect[] {
    this.#effects = []
    switch (input.kind) {
      case 'call':
        this.#call(input.calls, input.isBatch, nowMs)
        break
      case 'received':
        if (!this.#isOver) this.#lines.accept(input.bytes, input.streamOffset, this)
        break
      case 'peer-ended':
        this.#end(null)
        break
      case 'closed':
        this.#end(input.error)
        break
      case 'cancel':
        this.#calls.cancel(input.number)
        break
      case 'answer':
        throw new WirebenchError('call-kind-impossible', { protocol: 'M2', kind: 'answer' })
      case 'timer-fired':
        this.#calls.timeOut(nowMs, this.#effects)
    }
    this.#dropEnded()
    const wake = this.#calls.nextWake()
    if (wake !== null) this.#effects.push(wake)
    return this.#effects
  }

  message(content: Uint8Array, _contentOffset: number, streamOffset: number, byteCount: number): void {
    const document = parseJsonBytes(content)
    if (!document.ok) {
      this.#malformed(document.error.message, streamOffset, byteCount)
      return
    }
    const read = readM2Message(document.root)
    if (read === null) {
      this.#malformed('It is no JSON object with a text "id".', streamOffset, byteCount)
    } else if (read.replyStatus === null) {
      this.#attach(document.root, streamOffset, byteCount)
    } else {
      const reply = readReply(document.root, read.replyStatus, streamOffset, byteCount)
      this.#reply(read.replyStatus, read.sequenceId, reply)
    }
  }

  skipped(error: ErrorShape, streamOffset: number, byteCount: number): void {
    this.#effects.push({ kind: 'malformed', error, streamOffset, byteCount })
  }

  unreadable(error: ErrorShape, streamOffset: number, byteCount: number): void {
    this.skipped(error, streamOffset, byteCount)
  }

  #call(calls: readonly NumberedCall[], isBatch: boolean, nowMs: number): void {
    if (isBatch) throw new WirebenchError('batch-impossible', { reason: 'M2 has no batches.' })
    if (this.#isOver) throw new WirebenchError('not-connected')
    // All of them are checked before the first uses up a number.
    const checked = calls.map((call) => ({ call, parts: m2PartsOf(call.draft) }))
    for (const { call, parts } of checked) {
      const isCommand = parts.type === 'command'
      const sequenceId = this.#sequence.nextSequenceId
      const { bytes, text } = encodeM2(parts, sequenceId)
      const correlation = isCommand ? String(sequenceId) : null
      if (isCommand) {
        this.#sequence.next()
        this.#calls.begin(call, String(sequenceId), null, nowMs)
      }
      const { number } = call
      const byteCount = bytes.length
      this.#effects.push({ kind: 'called', number, requestText: text, correlation, byteCount, expectsReply: isCommand })
      this.#effects.push({ kind: 'write', bytes, numbers: [number] })
    }
  }

  #reply(status: M2ReplyStatus, sequenceId: string | null, reply: ReadReply): void {
    const key = sequenceId === null ? '' : numberKey(sequenceId)
    const pending = this.#calls.pending(key)
    if (pending !== undefined) {
      const ends = status !== 'ack'
      const mark = !ends && this.#acknowledged.has(pending) ? 'duplicate' : null
      this.#effects.push({ kind: 'replied', number: pending.number, reply: { ...reply, mark }, ends })
      if (ends) {
        this.#calls.answered(pending)
        this.#acknowledged.delete(pending)
      } else if (!this.#acknowledged.has(pending)) this.#acknowledged.set(pending, 0)
      return
    }
    const finished = this.#calls.finished(key)
    if (finished === undefined) {
      this.#effects.push({ kind: 'incoming', entry: 'unmatched', command: null, correlation: sequenceId, reply })
      return
    }
    const mark = status === 'ack' ? 'out-of-order' : finished.wasAnswered ? 'duplicate' : 'late'
    if (status !== 'ack') finished.wasAnswered = true
    this.#effects.push({ kind: 'replied', number: finished.number, reply: { ...reply, mark }, ends: false })
  }

  #attach(root: JsonNode, streamOffset: number, byteCount: number): void {
    const [pending] = this.#calls.size === 1 ? this.#calls.onlyOnes() : []
    const count = pending === undefined ? undefined : this.#acknowledged.get(pending)
    if (pending === undefined || count === undefined || count >= mostMessages) return
    this.#acknowledged.set(pending, count + 1)
    const reply = readReply(root, 'message', streamOffset, byteCount)
    this.#effects.push({ kind: 'replied', number: pending.number, reply, ends: false })
  }

  /** Commands that ran out of time, were cancelled or failed are attached to no more. */
  #dropEnded(): void {
    for (const call of this.#acknowledged.keys()) {
      if (this.#calls.pending(call.key) !== call) this.#acknowledged.delete(call)
    }
  }

  #malformed(reason: string, streamOffset: number, byteCount: number): void {
    this.skipped(describeError('reply-malformed', { reason }), streamOffset, byteCount)
  }

  #end(error: ErrorShape | null): void {
    if (this.#isOver) return
    this.#isOver = true
    const { unfinished } = this.#lines
    const incomplete = error === null && unfinished !== null ? incompleteReply(unfinished) : null
    if (incomplete !== null && unfinished !== null && this.#calls.size === 0) {
      this.skipped(incomplete, unfinished.offset, unfinished.receivedBytes)
    }
    this.#calls.failAll(error ?? incomplete ?? describeError('closed-before-reply'), this.#effects)
  }
}

function overlong(byteCount: number): ErrorShape {
  return describeError('reply-malformed', {
    reason: `The line has ${byteCount} bytes; at most ${longestLine} are read.`,
  })
}

function readReply(
  root: JsonNode,
  kind: M2ReplyStatus | 'message',
  streamOffset: number,
  byteCount: number,
): ReadReply {
  const isError = kind === 'noack' || kind === 'fail'
  const text = formatJson(root, 'compact')
  return { kind, mark: null, text, isError, message: null, code: null, streamOffset, byteCount }
}
