import type { ErrorShape } from '../../contract/errors.ts'
import {
  maximumCallReplies,
  maximumCallText,
  type CallEntry,
  type CallEntryKind,
  type CallEntryState,
  type CallPlace,
  type CallReply,
} from '../../contract/schemas/call.ts'
import type { CallRequest } from '../../contract/schemas/call-settings.ts'
import type { ReadReply } from '../../protocol/command-rpc/call-inputs.ts'
import { cutText, previewOf } from './call-text.ts'

/** How much of an entry is asked for: the units of its texts, and of its replies the newest ones. */
export interface EntryExtent {
  readonly textUnits: number
  readonly replies: number
}

export const wholeEntry: EntryExtent = { textUnits: maximumCallText, replies: maximumCallReplies }

/** Requests whose parameters are longer are left out of previews of an entry. */
const longestPreviewedRequest = 16 * 1024

/** What is known of an entry when it begins. */
export interface RecordStart {
  readonly kind: CallEntryKind
  readonly command: string | null
  readonly request: CallRequest | null
  readonly batch: number | null
  readonly timeoutMs: number | null
  readonly state: CallEntryState
  readonly connection: number | null
}

/** Characters of the parameters of a request, roughly: what keeping it costs. */
function requestUnits({ parameters }: CallRequest): number {
  if (parameters.notation !== 'form') return parameters.text.length
  return parameters.parameters.reduce((units, { name, value }) => units + name.length + value.length, 0)
}

/** One entry of the ledger as it is kept: changed in place, made into a `CallEntry` when it is asked for. */
export class CallRecord {
  readonly number: number
  readonly kind: CallEntryKind
  readonly command: string | null
  readonly request: CallRequest | null
  readonly batch: number | null
  readonly timeoutMs: number | null
  readonly startedAtMs: number
  readonly startedAtUnixUs: number
  /** UTF-16 units of the parameters it was asked with. */
  readonly requestUnits: number
  state: CallEntryState
  connection: number | null
  correlation: string | null = null
  ok: boolean | null = null
  error: ErrorShape | null = null
  note: string | null = null
  /** Of the request, or of the answer by hand; told once the system has taken it. */
  sentBytes = 0
  receivedBytes = 0
  replyCount = 0
  /** When the request was handed to the system; null before. */
  sentAtMs: number | null = null
  endedAtMs: number | null = null
  /** What ended it, also when it is no longer among the replies; null without an answer. */
  answer: CallReply | null = null
  /** Told once when it is over, with the whole answer; null when nobody waits. */
  onOver: ((answerText: string | null) => void) | null = null
  /** UTF-16 units of everything it keeps. */
  textUnits: number
  #requestText = ''
  #requestIsWhole = true
  #requestPlace: CallPlace | null = null
  #replies: CallReply[] = []

  constructor(number: number, start: RecordStart, nowMs: number, nowUnixUs: number) {
    this.number = number
    this.kind = start.kind
    this.command = start.command
    this.request = start.request
    this.batch = start.batch
    this.timeoutMs = start.timeoutMs
    this.state = start.state
    this.connection = start.connection
    this.startedAtMs = nowMs
    this.startedAtUnixUs = nowUnixUs
    this.requestUnits = start.request === null ? 0 : requestUnits(start.request)
    this.textUnits = this.requestUnits
  }

  get isOver(): boolean {
    return this.endedAtMs !== null
  }

  /** True for what the peer began. */
  get isIncoming(): boolean {
    return this.request === null
  }

  setRequestText(text: string): void {
    const cut = cutText(text, maximumCallText)
    this.textUnits += cut.text.length - this.#requestText.length
    this.#requestText = cut.text
    this.#requestIsWhole = cut.isWhole
  }

  setRequestPlace(place: CallPlace): void {
    this.#requestPlace = place
  }

  /** Keeps a reply: the first one and the newest ones stay. */
  addReply(read: ReadReply, nowMs: number): CallReply {
    const { text, isWhole } = cutText(read.text, maximumCallText)
    const reply: CallReply = {
      kind: read.kind,
      mark: read.mark,
      text,
      textIsWhole: isWhole,
      isError: read.isError,
      message: read.message === null ? null : cutText(read.message, maximumCallText).text,
      code: read.code === null ? null : cutText(read.code, maximumCallText).text,
      elapsedMs: nowMs - (this.sentAtMs ?? this.startedAtMs),
      byteCount: read.byteCount,
      place: this.#placeOf(read),
    }
    this.replyCount += 1
    this.receivedBytes += read.byteCount
    this.textUnits += unitsOf(reply)
    // Most calls have one reply: an array that is pushed to has room for many.
    if (this.#replies.length === 0) this.#replies = [reply]
    else this.#replies.push(reply)
    if (this.#replies.length > maximumCallReplies) {
      const [dropped] = this.#replies.splice(1, 1)
      if (dropped !== undefined && dropped !== this.answer) this.textUnits -= unitsOf(dropped)
    }
    return reply
  }

  toEntry(nowMs: number, { textUnits, replies }: EntryExtent): CallEntry {
    const isPreview = textUnits < maximumCallText
    return {
      number: this.number,
      kind: this.kind,
      command: this.command,
      correlation: this.correlation,
      batch: this.batch,
      state: this.state,
      ok: this.ok,
      requestText: previewOf(this.#requestText, textUnits),
      requestIsWhole: this.#requestIsWhole && this.#requestText.length <= textUnits,
      requestPlace: this.#requestPlace,
      connection: this.connection,
      startedAtUnixUs: this.startedAtUnixUs,
      elapsedMs: Math.max(0, (this.endedAtMs ?? nowMs) - this.startedAtMs),
      timeoutMs: this.timeoutMs,
      // What the system never took was not sent.
      sentBytes: this.sentAtMs === null ? 0 : this.sentBytes,
      receivedBytes: this.receivedBytes,
      replyCount: this.replyCount,
      replies: this.#replies.slice(-replies).map((reply) => previewOfReply(reply, textUnits)),
      error: this.error,
      note: this.note,
      request: isPreview && this.requestUnits > longestPreviewedRequest ? null : this.request,
    }
  }

  #placeOf({ streamOffset, byteCount }: ReadReply): CallPlace | null {
    if (this.connection === null) return null
    return { connection: this.connection, direction: 'received', streamOffset, length: byteCount }
  }
}

function unitsOf({ text, message, code }: CallReply): number {
  return text.length + (message?.length ?? 0) + (code?.length ?? 0)
}

function previewOfReply(reply: CallReply, textUnits: number): CallReply {
  if (reply.text.length <= textUnits && (reply.message?.length ?? 0) <= textUnits) return reply
  return {
    ...reply,
    text: previewOf(reply.text, textUnits),
    textIsWhole: reply.textIsWhole && reply.text.length <= textUnits,
    message: reply.message === null ? null : previewOf(reply.message, textUnits),
  }
}
