import * as v from 'valibot'
import { bytes, identifier, wholeNumber } from './schemas/common.ts'
import {
  callAnswer,
  callEntry,
  callsState,
  callStatistics,
  ledgerFilter,
  ledgerWindow,
  maximumLedgerEntries,
  replyDifference,
} from './schemas/call.ts'
import { callCatalogue, callRequest, callSettings, maximumCallsAtOnce } from './schemas/call-settings.ts'

const bySession = v.object({ sessionId: identifier })
const byEntry = v.object({ sessionId: identifier, number: wholeNumber })

/** Commands about calling commands of a server over a session. All can fail with `session-not-found`. */
export const callCommandSchemas = {
  /** How the session calls commands from now on, or that it does not. Errors: `telemetry-port-same`; `calls-under-way`. */
  'call.configure': {
    request: v.object({ sessionId: identifier, settings: v.nullable(callSettings) }),
    reply: callsState,
  },
  'call.state': { request: bySession, reply: callsState },
  /**
   * Begins calls; all of them or none. What becomes of them is told by `call.changed`. `isBatch` sends them as one JSON-RPC batch.
   * Errors: `calls-off`, `calls-too-many`, `not-connected` (where the open connection is used), `command-required`, `call-parameters-malformed` and
   * `call-parameter-malformed` with `call` (index), `field` and `position`, `batch-impossible`, `call-kind-impossible`.
   */
  'call.start': {
    request: v.object({
      sessionId: identifier,
      requests: v.pipe(v.array(callRequest), v.minLength(1), v.maxLength(maximumCallsAtOnce)),
      isBatch: v.optional(v.boolean(), false),
    }),
    reply: v.object({ entries: v.array(callEntry) }),
  },
  /**
   * Begins one call and answers when it is over, with the whole answer as JSON (null without one). Giving the command up cancels the
   * call. Errors: those of `call.start`; how the call itself failed is in its entry.
   */
  'call.run': {
    request: v.object({ sessionId: identifier, request: callRequest }),
    reply: v.object({ entry: callEntry, answerText: v.nullable(v.string()) }),
  },
  /** What `call.start` would send now: the bytes and the request as JSON. Uses up nothing. Errors: the same but `not-connected`. */
  'call.preview': {
    request: v.object({ sessionId: identifier, request: callRequest }),
    reply: v.object({ bytes, text: v.string() }),
  },
  /** Waits no longer for a reply. What was sent stays sent. Errors: `call-not-found`, `call-over`. */
  'call.cancel': { request: byEntry, reply: callEntry },
  /** Answers a call of the peer. Errors: `call-not-found`, `call-over`, `not-connected`, `json-malformed`. */
  'call.answer': {
    request: v.object({ sessionId: identifier, number: wholeNumber, answer: callAnswer }),
    reply: callEntry,
  },
  /**
   * Entries of the ledger, newest first. Their texts are cut to `previewUnits` UTF-16 units; of their replies there are the newest
   * ones; a long request is left out.
   */
  'call.ledger': {
    request: v.object({
      sessionId: identifier,
      filter: v.optional(ledgerFilter, {}),
      /** How many of the newest matching ones to leave out. */
      skip: v.optional(wholeNumber, 0),
      count: v.pipe(wholeNumber, v.minValue(1), v.maxValue(maximumLedgerEntries)),
      previewUnits: v.optional(v.pipe(wholeNumber, v.maxValue(4096)), 200),
    }),
    reply: ledgerWindow,
  },
  /** One entry with its texts as they are kept. Errors: `call-not-found`. */
  'call.get': { request: byEntry, reply: callEntry },
  /** Forgets the entries that are over, and the statistics. The capture stays as it is. */
  'call.clear': { request: bySession, reply: callsState },
  /** Per command, in the order in which they were called first. */
  'call.statistics': { request: bySession, reply: v.array(callStatistics) },
  /** Where the last answers of two entries are different. Errors: `call-not-found`, `call-without-answer`. */
  'call.compare': {
    request: v.object({ sessionId: identifier, first: wholeNumber, second: wholeNumber }),
    reply: v.object({ differences: v.array(replyDifference), isComplete: v.boolean() }),
  },
  /** The known commands of the session: those of its profile and those learnt from what was called. */
  'call.catalogue': { request: bySession, reply: callCatalogue },
  'call.set-catalogue': { request: v.object({ sessionId: identifier, catalogue: callCatalogue }), reply: callsState },
  /** Writes settings and catalogue into the profile of the session. Errors: `profile-required`, those of `profile.update`. */
  'call.keep-in-profile': { request: bySession, reply: callsState },
  /** Reads parameters written one way into a JSON text, for the switch between notations. Errors: those of `call.start`. */
  'call.parameters-as-json': {
    request: v.object({ sessionId: identifier, request: callRequest }),
    reply: v.object({ text: v.string() }),
  },
} as const
