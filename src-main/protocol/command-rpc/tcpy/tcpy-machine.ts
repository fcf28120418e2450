import { describeError, WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import { maximumCallText } from '../../../contract/schemas/call.ts'
import type { TcpyCallSettings } from '../../../contract/schemas/call-settings.ts'
import { hexText } from '../../message/compose-scope.ts'
import { CallDeadlines } from '../call-deadlines.ts'
import type { CallDraft, CallEffect, CallInput, CallMachine, NumberedCall, ReadReply } from '../call-inputs.ts'
import { lengthFieldReader } from '../receiving/length-readers.ts'
import type { MessageSink } from '../receiving/message-collector.ts'
import { PrefixCollector } from '../receiving/prefix-collector.ts'
import { incompleteReply } from '../receiving/incomplete-reply.ts'
import { readTcpyReply } from './tcpy-reply.ts'
import { encodeTcpyRequest, type EncodedRequest } from './tcpy-request.ts'

interface QueuedCall {
  readonly call: NumberedCall
  readonly request: EncodedRequest
}

/** The call whose reply comes next, or came last. `owed`: it timed out or was cancelled, and its reply may still come. */
interface CurrentCall {
  readonly number: number
  readonly timeoutMs: number | null
  state: 'waiting' | 'owed' | 'answered'
}

/**
 * Calls of tcpy on one connection (seed-systems 1). Replies have no identifier: they come in the order of the calls. Rules:
 * - One call waits for its reply at a time; the others are queued here and go out one after another, each as one write, once everything
 *   that was received together has been read: what came before a call went out cannot be its reply.
 * - The first frame after a call is its reply. Further ones, while no call waits, are `extra` replies of the last call; before the first
 *   call they are `unmatched`.
 * - A call that timed out or was cancelled is still owed a reply. The next frame is that one, marked `late`. Until it has come no other
 *   call goes out, since its reply could not be told from the late one: calls are refused, and queued ones fail, with `call-out-of-step`.
 * - A frame that is no MessagePack fails the call that waits with `reply-malformed`; the bytes are told as a `message` reply before.
 * - A length above the maximum fails every call with `reply-too-large` before anything is kept, and ends the connection.
 * - `execute`: one call; after its reply, its failure or its end the connection is to be ended.
 * - Notifications are sent in `session` alone, in their turn; what the peer answers to them is `extra` or the reply of the next call.
 * - The end of the stream fails the call that waits: `reply-incomplete` in mid-frame, else `closed-before-reply`.
 */
export class TcpyCallMachine implements CallMachine, MessageSink {
  readonly #isExecute: boolean
  readonly #collector: PrefixCollector
  readonly #deadlines = new CallDeadlines()
  readonly #queue: QueuedCall[] = []
  #current: CurrentCall | null = null
  #effects: CallEffect[] = []
  #isOver = false
  #isEndingConnection = false

  constructor(settings: TcpyCallSettings) {
    this.#isExecute = settings.mode === 'execute'
    this.#collector = new PrefixCollector(lengthFieldReader('u32be', settings.maximumReplyBytes))
  }

  get pendingCount(): number {
    return this.#queue.length + (this.#current?.state === 'waiting' ? 1 : 0)
  }

  preview(draft: CallDraft): { readonly bytes: Uint8Array; readonly text: string } {
    return this.#encode(draft)
  }

  accept(input: CallInput, nowMs: number): readonly CallEffect[] {
    this.#effects = []
    switch (input.kind) {
      case 'call':
        this.#call(input.calls, input.isBatch)
        break
      case 'received':
        this.#collector.accept(input.bytes, input.streamOffset, this)
        break
      case 'peer-ended':
        this.#end(null)
        if (this.#isExecute) this.#endConnection()
        break
      case 'closed':
        this.#end(input.error)
        break
      case 'cancel':
        this.#cancel(input.number)
        break
      case 'answer':
        throw new WirebenchError('call-kind-impossible', { protocol: 'tcpy', kind: 'answer' })
      case 'timer-fired':
        for (const number of this.#deadlines.due(nowMs)) this.#timeOut(number)
    }
    this.#sendNext(nowMs)
    const wake = this.#deadlines.nextWake()
    if (wake !== null) this.#effects.push(wake)
    return this.#effects
  }

  message(content: Uint8Array, _contentOffset: number, frameOffset: number, frameBytes: number): void {
    const read = readTcpyReply(content)
    if (read.ok) {
      this.#tell({ ...read.reply, mark: null, code: null, streamOffset: frameOffset, byteCount: frameBytes })
    } else {
      this.#tellMalformed(read.error, content, frameOffset, frameBytes)
    }
  }

  skipped(error: ErrorShape, streamOffset: number, byteCount: number): void {
    this.#effects.push({ kind: 'malformed', error, streamOffset, byteCount })
  }

  unreadable(error: ErrorShape, streamOffset: number, byteCount: number): void {
    if (this.#current?.state !== 'waiting') this.skipped(error, streamOffset, byteCount)
    this.#failAll(error, error)
    this.#endConnection()
  }

  #call(calls: readonly NumberedCall[], isBatch: boolean): void {
    if (isBatch) throw new WirebenchError('batch-impossible', { reason: 'tcpy has no batches.' })
    if (this.#isOver) throw new WirebenchError('not-connected')
    if (this.#current?.state === 'owed') throw new WirebenchError('call-out-of-step')
    if (this.#isExecute && (this.#current !== null || calls.length > 1)) {
      throw new WirebenchError('batch-impossible', { reason: 'Every call has a connection of its own here.' })
    }
    const queued = calls.map((call) => ({ call, request: this.#encode(call.draft) }))
    this.#queue.push(...queued)
  }

  #encode(draft: CallDraft): EncodedRequest {
    const isPossible = draft.kind === 'call' || (draft.kind === 'notification' && !this.#isExecute)
    if (!isPossible) throw new WirebenchError('call-kind-impossible', { protocol: 'tcpy', kind: draft.kind })
    return encodeTcpyRequest(draft)
  }

  /** Sends what may go out now. */
  #sendNext(nowMs: number): void {
    while (this.#queue.length > 0 && this.#current?.state !== 'waiting') {
      if (this.#current?.state === 'owed') {
        this.#failQueued(describeError('call-out-of-step'))
        return
      }
      const next = this.#queue.shift()
      if (next !== undefined) this.#send(next, nowMs)
    }
  }

  #send({ call, request }: QueuedCall, nowMs: number): void {
    const { number, draft, timeoutMs } = call
    const { bytes, text } = request
    const expectsReply = draft.kind === 'call'
    const byteCount = bytes.length
    this.#effects.push({ kind: 'called', number, requestText: text, correlation: null, byteCount, expectsReply })
    this.#effects.push({ kind: 'write', bytes, numbers: [number] })
    this.#current = { number, timeoutMs, state: expectsReply ? 'waiting' : 'answered' }
    if (expectsReply) this.#deadlines.begin(number, timeoutMs, nowMs)
  }

  #tell(reply: ReadReply): void {
    const current = this.#current
    if (current === null) {
      this.#effects.push({ kind: 'incoming', entry: 'unmatched', command: null, correlation: null, reply })
      return
    }
    const { number } = current
    if (current.state === 'waiting') {
      this.#effects.push({ kind: 'replied', number, reply, ends: true })
      this.#finishCurrent(current)
      return
    }
    const mark = current.state === 'owed' ? 'late' : 'extra'
    this.#effects.push({ kind: 'replied', number, reply: { ...reply, mark }, ends: false })
    current.state = 'answered'
  }

  /** The frame stands where a reply should: it fails the call that waits, and pays what a late one is owed. */
  #tellMalformed(error: ErrorShape, content: Uint8Array, streamOffset: number, byteCount: number): void {
    const current = this.#current
    if (current?.state !== 'waiting') {
      this.skipped(error, streamOffset, byteCount)
      if (current !== null) current.state = 'answered'
      return
    }
    const text = `{"$raw":"${hexText(content.subarray(0, maximumCallText))}"}`
    const reply: ReadReply = {
      ...{ kind: 'message', mark: null, text, isError: true, message: null, code: null },
      ...{ streamOffset, byteCount },
    }
    this.#effects.push({ kind: 'replied', number: current.number, reply, ends: false })
    this.#effects.push({ kind: 'failed', number: current.number, error })
    this.#finishCurrent(current)
  }

  #finishCurrent(current: CurrentCall): void {
    current.state = 'answered'
    this.#deadlines.end(current.number)
    if (this.#isExecute) this.#endConnection()
  }

  #timeOut(number: number): void {
    const current = this.#current
    if (current?.number !== number || current.state !== 'waiting') return
    const error = describeError('call-timeout', { timeoutMs: current.timeoutMs })
    this.#effects.push({ kind: 'failed', number, error })
    this.#giveUp(current)
  }

  #cancel(number: number): void {
    const current = this.#current
    if (current?.number === number && current.state === 'waiting') {
      this.#deadlines.end(number)
      this.#giveUp(current)
      return
    }
    const at = this.#queue.findIndex(({ call }) => call.number === number)
    if (at >= 0) this.#queue.splice(at, 1)
  }

  #giveUp(current: CurrentCall): void {
    current.state = 'owed'
    if (this.#isExecute) this.#endConnection()
  }

  /** No reply can come any more. `error` null: the stream ended properly. */
  #end(error: ErrorShape | null): void {
    if (this.#isOver) return
    const { unfinished } = this.#collector
    const closed = error ?? describeError('closed-before-reply')
    const incomplete = error === null && unfinished !== null ? incompleteReply(unfinished) : null
    if (incomplete !== null && unfinished !== null && this.#current?.state !== 'waiting') {
      this.skipped(incomplete, unfinished.offset, unfinished.receivedBytes)
    }
    this.#failAll(incomplete ?? closed, closed)
  }

  #failAll(error: ErrorShape, queuedError: ErrorShape): void {
    this.#isOver = true
    const current = this.#current
    if (current?.state === 'waiting') {
      this.#effects.push({ kind: 'failed', number: current.number, error })
      current.state = 'answered'
    }
    this.#deadlines.endAll()
    this.#failQueued(queuedError)
  }

  #failQueued(error: ErrorShape): void {
    for (const { call } of this.#queue.splice(0)) this.#effects.push({ kind: 'failed', number: call.number, error })
  }

  #endConnection(): void {
    if (!this.#isEndingConnection) this.#effects.push({ kind: 'end-connection' })
    this.#isEndingConnection = true
  }
}
