import { describeError, toErrorShape, WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import { maximumCallsAtOnce, type JsonRpcCallSettings } from '../../../contract/schemas/call-settings.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonNode } from '../../json/json-node.ts'
import { parseJsonBytes } from '../../json/parse-json.ts'
import type { CallDraft, CallEffect, CallInput, CallMachine, NumberedCall, ReadReply } from '../call-inputs.ts'
import { CorrelatedCalls, type PendingCall } from '../correlated-calls.ts'
import { incompleteReply } from '../receiving/incomplete-reply.ts'
import type { MessageCollector, MessageSink } from '../receiving/message-collector.ts'
import { encodeJsonRpcFrame, jsonRpcCollector, utf8Length } from './json-rpc-frames.ts'
import { jsonRpcRequestText, jsonRpcResponseText, methodNotFound } from './json-rpc-request.ts'
import { readJsonRpc, type JsonRpcId, type JsonRpcReading } from './read-json-rpc.ts'

/** Ten times as many as go out in one batch: a hostile one must not become millions of entries at once. */
const mostBatchElements = 10 * maximumCallsAtOnce

/** Where an object stands in the stream: alone with its framing, in a batch without. */
interface Place {
  readonly streamOffset: number
  readonly byteCount: number
}

type Response = Extract<JsonRpcReading, { readonly kind: 'result' | 'error' }>

/**
 * JSON-RPC 2.0 on one connection, both ways. Rules:
 * - Any number of calls are in flight; responses come in any order and are matched by `id`, compared by value. Identifiers count from 1 on
 *   every connection. Notifications have none and are not answered.
 * - A batch goes out as one array; its responses may come in one array, in several, or one by one.
 * - After the end of a call, the first response after a timeout or a cancel is `late`, every further one `duplicate`. One with an unknown
 *   identifier is `unmatched`.
 * - An error whose `id` is null belongs to the only pending call, or to every call of the only pending batch; else it is `unmatched`.
 * - An object that has the `id` of a pending call and is no response fails that call with `reply-malformed`.
 * - Calls and notifications of the peer are told of; calls are answered by `answer`, or refused at once where the settings say so, those of
 *   one batch in one array.
 * - Of a batch from the peer at most `mostBatchElements` are read.
 * - A message that is no JSON or no JSON-RPC is `reply-malformed`, and the next one is read. A length that cannot be used fails every call,
 *   ends the connection, and nothing more is read.
 * - The end of the stream fails what is pending: `reply-incomplete` in mid-message, else `closed-before-reply`.
 */
export class JsonRpcCallMachine implements CallMachine, MessageSink {
  readonly #settings: JsonRpcCallSettings
  readonly #calls = new CorrelatedCalls()
  readonly #collector: MessageCollector
  #effects: CallEffect[] = []
  #nextId = 1
  #isOver = false

  constructor(settings: JsonRpcCallSettings) {
    this.#settings = settings
    this.#collector = jsonRpcCollector(settings)
  }

  get pendingCount(): number {
    return this.#calls.size
  }

  preview(draft: CallDraft): { readonly bytes: Uint8Array; readonly text: string } {
    const text = jsonRpcRequestText(draft, draft.kind === 'notification' ? null : this.#identifier(this.#nextId))
    return { bytes: encodeJsonRpcFrame(this.#settings, text), text }
  }

  accept(input: CallInput, nowMs: number): readonly CallEffect[] {
    this.#effects = []
    switch (input.kind) {
      case 'call':
        this.#call(input.calls, input.isBatch, nowMs)
        break
      case 'received':
        if (!this.#isOver) this.#collector.accept(input.bytes, input.streamOffset, this)
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
        this.#write(jsonRpcResponseText(input.correlation, input.answer))
        break
      case 'timer-fired':
        this.#calls.timeOut(nowMs, this.#effects)
    }
    const wake = this.#calls.nextWake()
    if (wake !== null) this.#effects.push(wake)
    return this.#effects
  }

  message(content: Uint8Array, contentOffset: number, streamOffset: number, byteCount: number): void {
    if (content.length === 0 && this.#settings.framing === 'lines') return
    const document = parseJsonBytes(content)
    if (!document.ok) {
      this.#malformed(document.error.message, { streamOffset, byteCount })
      return
    }
    const { root } = document
    if (root.kind !== 'array') {
      const place = { streamOffset, byteCount }
      const refusal = this.#read(root, place)
      if (refusal !== null) this.#refuse(refusal, place)
      return
    }
    if (root.elements.length === 0) this.#malformed('It is an empty batch.', { streamOffset, byteCount })
    const refusals: string[] = []
    for (const [index, element] of root.elements.entries()) {
      if (index === mostBatchElements) {
        const rest = { streamOffset: contentOffset + element.start, byteCount: root.end - element.start }
        this.#malformed(`Of a batch at most ${mostBatchElements} elements are read, not ${root.elements.length}.`, rest)
        break
      }
      const { start, end } = element
      const refusal = this.#read(element, { streamOffset: contentOffset + start, byteCount: end - start })
      if (refusal !== null) refusals.push(refusal)
    }
    if (refusals.length > 0) this.#refuse(`[${refusals.join(',')}]`, { streamOffset, byteCount })
  }

  skipped(error: ErrorShape, streamOffset: number, byteCount: number): void {
    this.#effects.push({ kind: 'malformed', error, streamOffset, byteCount })
  }

  unreadable(error: ErrorShape, streamOffset: number, byteCount: number): void {
    if (this.#calls.size === 0) this.skipped(error, streamOffset, byteCount)
    this.#isOver = true
    this.#calls.failAll(error, this.#effects)
    this.#effects.push({ kind: 'end-connection' })
  }

  #call(calls: readonly NumberedCall[], isBatch: boolean, nowMs: number): void {
    if (this.#isOver) throw new WirebenchError('not-connected')
    let nextId = this.#nextId
    const encoded = calls.map((call) => {
      const id = call.draft.kind === 'notification' ? null : this.#identifier(nextId++)
      const text = jsonRpcRequestText(call.draft, id)
      const bytes = isBatch ? null : encodeJsonRpcFrame(this.#settings, text)
      return { call, id, text, bytes }
    })
    const batch = isBatch ? encodeJsonRpcFrame(this.#settings, `[${encoded.map(({ text }) => text).join(',')}]`) : null
    this.#nextId = nextId
    const batchNumber = isBatch ? (calls[0]?.number ?? null) : null
    for (const { call, id, text, bytes } of encoded) {
      const { number } = call
      const byteCount = bytes?.length ?? utf8Length(text)
      const expectsReply = id !== null
      this.#effects.push({ kind: 'called', number, requestText: text, correlation: id, byteCount, expectsReply })
      if (bytes !== null) this.#effects.push({ kind: 'write', bytes, numbers: [number] })
      if (id !== null) this.#calls.begin(call, id, batchNumber, nowMs)
    }
    if (batch !== null) this.#effects.push({ kind: 'write', bytes: batch, numbers: calls.map(({ number }) => number) })
  }

  /** Identifiers are written as the keys that responses are matched by. */
  #identifier(id: number): string {
    return this.#settings.identifiers === 'numbers' ? String(id) : `"${id}"`
  }

  /** Takes one object. Answers the refusal that is to be written, or null. */
  #read(node: JsonNode, place: Place): string | null {
    const reading = readJsonRpc(node)
    switch (reading.kind) {
      case 'result':
      case 'error':
        this.#respond(reading, node, place)
        return null
      case 'call': {
        const { text } = reading.id
        this.#incoming('server-call', reading.method, text, node, place)
        return this.#settings.serverCalls === 'refuse' ? jsonRpcResponseText(text, methodNotFound) : null
      }
      case 'notification':
        this.#incoming('server-notification', reading.method, null, node, place)
        return null
      case 'invalid': {
        const pending = this.#pendingOf(reading.id)
        if (pending === undefined) this.#malformed(reading.reason, place)
        else this.#failInvalid(pending, reading.reason, node, place)
        return null
      }
    }
  }

  #respond(response: Response, node: JsonNode, place: Place): void {
    const reply = replyOf(response, place)
    const { key } = response.id
    const pending = this.#pendingOf(response.id)
    if (pending !== undefined) {
      this.#answer(pending, reply)
      return
    }
    const owners = key === null && response.kind === 'error' ? this.#calls.onlyOnes() : []
    for (const owner of owners) this.#answer(owner, reply)
    if (owners.length > 0) return
    const finished = key === null ? undefined : this.#calls.finished(key)
    if (finished === undefined) {
      const text = formatJson(node, 'compact')
      const correlation = response.id.text
      this.#effects.push({
        ...{ kind: 'incoming', entry: 'unmatched', command: null, correlation },
        reply: { ...reply, text },
      })
      return
    }
    const mark = finished.wasAnswered ? 'duplicate' : 'late'
    finished.wasAnswered = true
    this.#effects.push({ kind: 'replied', number: finished.number, reply: { ...reply, mark }, ends: false })
  }

  #pendingOf(id: JsonRpcId | null): PendingCall | undefined {
    return id?.key === undefined || id.key === null ? undefined : this.#calls.pending(id.key)
  }

  #answer(call: PendingCall, reply: ReadReply): void {
    this.#calls.answered(call)
    this.#effects.push({ kind: 'replied', number: call.number, reply, ends: true })
  }

  #failInvalid(call: PendingCall, reason: string, node: JsonNode, place: Place): void {
    const { number } = call
    this.#calls.answered(call)
    this.#effects.push({ kind: 'replied', number, reply: { ...messageOf(node, place), isError: true }, ends: false })
    this.#effects.push({ kind: 'failed', number, error: describeError('reply-malformed', { reason }) })
  }

  #incoming(
    entry: 'server-call' | 'server-notification',
    command: string,
    correlation: string | null,
    node: JsonNode,
    place: Place,
  ): void {
    this.#effects.push({ kind: 'incoming', entry, command, correlation, reply: messageOf(node, place) })
  }

  #malformed(reason: string, { streamOffset, byteCount }: Place): void {
    this.skipped(describeError('reply-malformed', { reason }), streamOffset, byteCount)
  }

  /** An identifier of the peer may be too long for the length field: then there is no answer, which is told. */
  #refuse(text: string, { streamOffset, byteCount }: Place): void {
    try {
      this.#write(text)
    } catch (error) {
      this.skipped(toErrorShape(error), streamOffset, byteCount)
    }
  }

  #write(text: string): void {
    this.#effects.push({ kind: 'write', bytes: encodeJsonRpcFrame(this.#settings, text), numbers: [] })
  }

  #end(error: ErrorShape | null): void {
    if (this.#isOver) return
    this.#isOver = true
    const { unfinished } = this.#collector
    const incomplete = error === null && unfinished !== null ? incompleteReply(unfinished) : null
    if (incomplete !== null && unfinished !== null && this.#calls.size === 0) {
      this.skipped(incomplete, unfinished.offset, unfinished.receivedBytes)
    }
    this.#calls.failAll(error ?? incomplete ?? describeError('closed-before-reply'), this.#effects)
  }
}

function replyOf(response: Response, { streamOffset, byteCount }: Place): ReadReply {
  const { kind, text } = response
  const isError = kind === 'error'
  const message = isError ? response.message : null
  const code = isError ? response.code : null
  return { kind, mark: null, text, isError, message, code, streamOffset, byteCount }
}

function messageOf(node: JsonNode, { streamOffset, byteCount }: Place): ReadReply {
  const text = formatJson(node, 'compact')
  return { kind: 'message', mark: null, text, isError: false, message: null, code: null, streamOffset, byteCount }
}
