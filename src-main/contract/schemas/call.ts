import * as v from 'valibot'
import { directionName, errorShape, identifier, socketAddress, wholeNumber } from './common.ts'
import { connectionEnding, connectionStateName } from './connection.ts'
import { callRequest, callSettings } from './call-settings.ts'

/** Where bytes of a call stand in the capture: the first byte within its direction, and how many there are. */
export const callPlace = v.object({
  connection: wholeNumber,
  direction: directionName,
  streamOffset: wholeNumber,
  length: wholeNumber,
})
export type CallPlace = v.InferOutput<typeof callPlace>

/**
 * What a reply is: `result` or `error` of tcpy and JSON-RPC; `ack`, `noack`, `success` and `fail` of M2; `message` for anything
 * else that belongs to a call, such as the turns of a conversation.
 */
export const callReplyKind = v.picklist(['result', 'error', 'ack', 'noack', 'success', 'fail', 'message'])
export type CallReplyKind = v.InferOutput<typeof callReplyKind>

/**
 * Why a reply did not end its call: `late`: the call had timed out or was cancelled; `duplicate`: it was answered, or acknowledged, already; `extra`: a
 * further frame after the answer, where a protocol has no identifiers; `out-of-order`: an acknowledgement after the end.
 */
export const callReplyMark = v.picklist(['late', 'duplicate', 'extra', 'out-of-order'])
export type CallReplyMark = v.InferOutput<typeof callReplyMark>

export const callReply = v.object({
  kind: callReplyKind,
  mark: v.nullable(callReplyMark),
  /** The reply as JSON, every number exact; cut short where `textIsWhole` is false. */
  text: v.string(),
  textIsWhole: v.boolean(),
  isError: v.boolean(),
  /** The message of an error as the peer wrote it, also when it is empty; null when there is none. */
  message: v.nullable(v.string()),
  /** The code of a JSON-RPC error as it was written; null elsewhere. */
  code: v.nullable(v.string()),
  /** Milliseconds since the request was handed to the system. */
  elapsedMs: v.number(),
  byteCount: wholeNumber,
  place: v.nullable(callPlace),
})
export type CallReply = v.InferOutput<typeof callReply>

/**
 * Entries of the ledger: a `call` that is answered; a `notification`, `event` or `telemetry` that is not; a `server-call` or
 * `server-notification`, which the peer sent here; `unmatched`: something from the peer that belongs to no call, such as a reply
 * to an identifier never used.
 */
export const callEntryKind = v.picklist([
  'call',
  'notification',
  'event',
  'telemetry',
  'server-call',
  'server-notification',
  'unmatched',
])
export type CallEntryKind = v.InferOutput<typeof callEntryKind>

/**
 * `queued` until there is a connection or a free place, `waiting` for the reply, `acknowledged` by an ack, `answered` by a result or
 * an error; `sent` for what is never answered; `to-answer`: a call of the peer that a person has to answer.
 */
export const callEntryState = v.picklist([
  'queued',
  'waiting',
  'acknowledged',
  'answered',
  'sent',
  'to-answer',
  'timed-out',
  'cancelled',
  'failed',
])
export type CallEntryState = v.InferOutput<typeof callEntryState>

/** Texts of requests and replies in the ledger are cut to so many UTF-16 units; the whole is in the capture. */
export const maximumCallText = 64 * 1024
/** Replies kept of one call: the first and the newest ones. */
export const maximumCallReplies = 64

/** One entry of the ledger. */
export const callEntry = v.object({
  /** Within the session, from 1. */
  number: wholeNumber,
  kind: callEntryKind,
  /** Null where a tcpy request has no command, and for what has none. */
  command: v.nullable(v.string()),
  /** What the protocol matches replies by: the sequence number of M2, the id of JSON-RPC as JSON; null elsewhere. */
  correlation: v.nullable(v.string()),
  /** The number of the first call of the batch it went out with; null for a call of its own. */
  batch: v.nullable(wholeNumber),
  state: callEntryState,
  /** True for a good answer, false for an error reply or a failure; null while there is none. */
  ok: v.nullable(v.boolean()),
  /** The whole request as JSON, every number exact. */
  requestText: v.string(),
  requestIsWhole: v.boolean(),
  requestPlace: v.nullable(callPlace),
  connection: v.nullable(wholeNumber),
  startedAtUnixUs: wholeNumber,
  /** How long it took, or has taken so far. */
  elapsedMs: v.number(),
  timeoutMs: v.nullable(v.number()),
  sentBytes: wholeNumber,
  receivedBytes: wholeNumber,
  replyCount: wholeNumber,
  replies: v.array(callReply),
  /** Why there is no answer: `call-timeout`, `reply-incomplete`, `connection-refused` and so on. */
  error: v.nullable(errorShape),
  /** What else is worth knowing, such as that the peer closed after its reply. */
  note: v.nullable(v.string()),
  /** How it was asked, to repeat it; null for what the peer sent, and in a preview also where it is long. */
  request: v.nullable(callRequest),
})
export type CallEntry = v.InferOutput<typeof callEntry>

/** The second connection of M2. */
export const telemetryConnection = v.object({
  state: connectionStateName,
  connection: wholeNumber,
  remote: v.nullable(socketAddress),
  ending: v.nullable(connectionEnding),
})

/** Where the calls of a session stand. */
export const callsState = v.object({
  sessionId: identifier,
  /** Null while the session makes no calls. */
  settings: v.nullable(callSettings),
  /** Entries of the ledger, also those that were dropped to bound memory. */
  entryCount: wholeNumber,
  droppedCount: wholeNumber,
  /** Changes whenever an entry of the ledger does. */
  revision: wholeNumber,
  pendingCount: wholeNumber,
  /** The oldest calls under way, at most 100. */
  pending: v.array(callEntry),
  /** Null where there is no second connection. */
  telemetry: v.nullable(telemetryConnection),
  /** Heartbeats sent on the present connection; null while they are off. */
  heartbeatsSent: v.nullable(wholeNumber),
  /** Changes whenever the catalogue does. */
  catalogueRevision: wholeNumber,
  /** False: the catalogue holds what the profile does not. */
  catalogueIsKept: v.boolean(),
})
export type CallsState = v.InferOutput<typeof callsState>

export const ledgerFilter = v.object({
  /** Entries whose command holds this text; empty for all. */
  command: v.optional(v.pipe(v.string(), v.maxLength(1000)), ''),
  outcome: v.optional(v.picklist(['all', 'pending', 'ok', 'error', 'failed']), 'all'),
})
export type LedgerFilter = v.InferOutput<typeof ledgerFilter>

export const maximumLedgerEntries = 200

export const ledgerWindow = v.object({
  /** Newest first. Of each entry the texts are cut to `previewUnits`. */
  entries: v.array(callEntry),
  /** Entries that the filter lets through. */
  matchingCount: wholeNumber,
  revision: wholeNumber,
})
export type LedgerWindow = v.InferOutput<typeof ledgerWindow>

/** How long the answers of one command took. Times in milliseconds from the request until the answer that ended it. */
export const callStatistics = v.object({
  command: v.nullable(v.string()),
  callCount: wholeNumber,
  okCount: wholeNumber,
  errorCount: wholeNumber,
  /** Without an answer: timeouts, broken connections, cancelled ones. */
  failedCount: wholeNumber,
  /** Null before the first answer. */
  latency: v.nullable(
    v.object({
      minimumMs: v.number(),
      meanMs: v.number(),
      p50Ms: v.number(),
      p90Ms: v.number(),
      p99Ms: v.number(),
      p999Ms: v.number(),
      maximumMs: v.number(),
      /** Without empty ones, in ascending order; each twice as fine as an octave needs. */
      buckets: v.array(v.object({ fromMs: v.number(), toMs: v.number(), count: wholeNumber })),
    }),
  ),
})
export type CallStatistics = v.InferOutput<typeof callStatistics>

/** Where two replies are different. Paths are JSON paths; texts are JSON, null where there is nothing. */
export const replyDifference = v.object({
  path: v.string(),
  kind: v.picklist(['changed', 'added', 'removed']),
  first: v.nullable(v.string()),
  second: v.nullable(v.string()),
})
export type ReplyDifference = v.InferOutput<typeof replyDifference>

/** How a call of the peer is answered by hand. */
export const callAnswer = v.variant('kind', [
  v.object({ kind: v.literal('result'), text: v.pipe(v.string(), v.maxLength(4 * 1024 * 1024)) }),
  v.object({
    kind: v.literal('error'),
    code: v.pipe(v.number(), v.safeInteger()),
    message: v.pipe(v.string(), v.maxLength(64 * 1024)),
    /** JSON; empty for none. */
    dataText: v.optional(v.pipe(v.string(), v.maxLength(4 * 1024 * 1024)), ''),
  }),
])
export type CallAnswer = v.InferOutput<typeof callAnswer>
