import type { ErrorShape } from '../../contract/errors.ts'
import type { CallAnswer, CallReplyKind, CallReplyMark } from '../../contract/schemas/call.ts'
import type { CallKind } from '../../contract/schemas/call-settings.ts'
import type { JsonNode } from '../json/json-node.ts'

/** A call with its parameters read: what a machine encodes. */
export interface CallDraft {
  readonly kind: CallKind
  /** Null for a tcpy request without `cmd`. */
  readonly command: string | null
  /** An object, for JSON-RPC also an array; null for none. */
  readonly parameters: JsonNode | null
  /** M2: of events and telemetry; empty for none. */
  readonly componentName: string
}

/** A draft with the number its owner knows it by and the time it may take (null: any). */
export interface NumberedCall {
  readonly number: number
  readonly draft: CallDraft
  readonly timeoutMs: number | null
}

/** What happens to the calls of one connection. Times are milliseconds of a clock that never goes back. */
export type CallInput =
  /**
   * Encodes all of them, or throws a coded error and changes nothing: `call-kind-impossible`, `command-required`,
   * `call-parameter-malformed`, `batch-impossible`, `not-connected` once no reply can come any more, and what `tcpy` and `m2` say.
   */
  | { readonly kind: 'call'; readonly calls: readonly NumberedCall[]; readonly isBatch: boolean }
  /** `streamOffset` of the first byte within its direction of the whole capture. */
  | { readonly kind: 'received'; readonly bytes: Uint8Array; readonly streamOffset: number }
  | { readonly kind: 'peer-ended' }
  /** The connection is over; `error` says why it broke, null for a proper end. */
  | { readonly kind: 'closed'; readonly error: ErrorShape | null }
  /** Nothing is told of the call any more but late replies; its owner knows that it is over. Of a call that is over: nothing. */
  | { readonly kind: 'cancel'; readonly number: number }
  /** Answers a call of the peer, by its `correlation`; whether it was answered already is for its owner to know. */
  | { readonly kind: 'answer'; readonly correlation: string; readonly answer: CallAnswer }
  | { readonly kind: 'timer-fired' }

/** A reply as it was read. `text` is whole here: in tcpy and M2 the message, in JSON-RPC its result or its error. */
export interface ReadReply {
  readonly kind: CallReplyKind
  readonly mark: CallReplyMark | null
  /** JSON, every number exact; tcpy has `$datetime`, `$hex` and so on. */
  readonly text: string
  readonly isError: boolean
  /** The message of an error exactly as the peer wrote it, also empty; null when there is none. */
  readonly message: string | null
  readonly code: string | null
  /** Where its frame stands: first byte and length with its header. In a batch: its own document alone. */
  readonly streamOffset: number
  readonly byteCount: number
}

/** What the owner of a machine has to do or to know, in order. */
export type CallEffect =
  /** The bytes of these calls, or of an answer to the peer (no numbers). Always one write. */
  | { readonly kind: 'write'; readonly bytes: Uint8Array; readonly numbers: readonly number[] }
  /**
   * A call goes out with the next `write`: what its ledger shows. `byteCount` is that of the write, in a batch of its own document.
   * `expectsReply` false ends it at once. Calls that have to wait for others are told of when it is their turn.
   */
  | {
      readonly kind: 'called'
      readonly number: number
      readonly requestText: string
      readonly correlation: string | null
      readonly byteCount: number
      readonly expectsReply: boolean
    }
  /** `ends`: this reply is the answer. */
  | { readonly kind: 'replied'; readonly number: number; readonly reply: ReadReply; readonly ends: boolean }
  /** The call ends without an answer: `call-timeout`, `reply-incomplete`, `closed-before-reply`, or why the connection broke. */
  | { readonly kind: 'failed'; readonly number: number; readonly error: ErrorShape }
  /** What the peer sent of its own accord, or what belongs to no call. The text of the reply is the whole message. */
  | {
      readonly kind: 'incoming'
      readonly entry: 'server-call' | 'server-notification' | 'unmatched'
      readonly command: string | null
      readonly correlation: string | null
      readonly reply: ReadReply
    }
  /** What came is no message of the protocol, and not to be counted to a call: `reply-malformed`, `reply-too-large`. */
  | {
      readonly kind: 'malformed'
      readonly error: ErrorShape
      readonly streamOffset: number
      readonly byteCount: number
    }
  /** This side should end the connection: tcpy `execute` after its reply, or a stream that cannot be read on. */
  | { readonly kind: 'end-connection' }
  /** Wants `timer-fired` at this time instead of the one asked for before; null: not any more. It may turn out that nothing is due. */
  | { readonly kind: 'wake-at'; readonly atMs: number | null }

/** Where the numbers of M2 commands come from: a session's own generator, or one shared by several. */
export interface SequenceSource {
  readonly nextSequenceId: number
  /** Uses up the next number. */
  next(): number
}

/** The calls of one connection in one protocol. */
export interface CallMachine {
  accept(input: CallInput, nowMs: number): readonly CallEffect[]
  /** The bytes and the request as JSON that `call` would send now. Uses up nothing. Throws what `call` throws. */
  preview(draft: CallDraft): { readonly bytes: Uint8Array; readonly text: string }
  /** Calls whose answer has not come. */
  readonly pendingCount: number
}
