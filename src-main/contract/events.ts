import * as v from 'valibot'
import { identifier, wholeNumber } from './schemas/common.ts'
import { callsState } from './schemas/call.ts'
import { captureSummary, captureTotals } from './schemas/capture.ts'
import { limitedCapture } from './schemas/capture-keeping.ts'
import { collectionLibrary } from './schemas/collection.ts'
import { comparisonState } from './schemas/comparison.ts'
import { diagnosisStep } from './schemas/diagnosis.ts'
import { environments } from './schemas/environment.ts'
import { jobSnapshot } from './schemas/job.ts'
import { messageContext } from './schemas/message.ts'
import { profileLibrary } from './schemas/profile.ts'
import { searchState } from './schemas/search.ts'
import { runSnapshot } from './schemas/sequence.ts'
import { serverSnapshot } from './schemas/server.ts'
import { sessionCounters, sessionSnapshot } from './schemas/session.ts'
import { settings } from './schemas/settings.ts'
import { structureLibrary } from './schemas/structure.ts'
import { errorShape } from './schemas/common.ts'

/**
 * Every event there is. `topic` names the field by which a subscriber may ask for one subject only. A `latest`
 * event carries the whole present value: while a slow subscriber's wire is full, only the newest one per topic is
 * kept for it. Others are always delivered, in order.
 */
export const events = {
  /** A session was opened, changed its state or settings. */
  'session.changed': { payload: sessionSnapshot, topic: 'sessionId', latest: true },
  'session.closed': { payload: v.object({ sessionId: identifier }), topic: 'sessionId', latest: false },
  /** Counters moved; at most about 30 times a second. */
  'session.progress': {
    payload: v.object({ sessionId: identifier, counters: sessionCounters, receivePaused: v.boolean() }),
    topic: 'sessionId',
    latest: true,
  },
  /** Counters, captured values or sequence numbers of a session changed. */
  'session.message-context-changed': {
    payload: v.object({ sessionId: identifier, context: messageContext }),
    topic: 'sessionId',
    latest: true,
  },
  /** Calls of a session began, went on or ended, or its settings or catalogue changed; at most about 30 times a second. */
  'call.changed': { payload: callsState, topic: 'sessionId', latest: true },
  /** A step of a diagnosis was taken. */
  'diagnosis.progress': {
    payload: v.object({ diagnosisId: identifier, step: diagnosisStep }),
    topic: null,
    latest: false,
  },
  /** A run began, went on or ended; at most about 30 times a second while it goes. */
  'run.changed': { payload: runSnapshot, topic: 'sessionId', latest: true },
  /** A capture has more on disk; at most about 30 times a second. */
  'capture.grew': {
    payload: v.object({ captureId: identifier, totals: captureTotals }),
    topic: 'captureId',
    latest: true,
  },
  /** A capture was made, closed, renamed or removed. */
  'capture.list-changed': { payload: v.array(captureSummary), topic: null, latest: true },
  /** The limits of the settings moved these captures to the trash. */
  'capture.limited': { payload: v.object({ captures: v.array(limitedCapture) }), topic: null, latest: false },
  /** A search found more, went on or ended; at most about 30 times a second. */
  'search.changed': { payload: searchState, topic: 'searchId', latest: true },
  'comparison.changed': { payload: comparisonState, topic: 'comparisonId', latest: true },
  /** How many bytes of how many a `capture.digest` has looked at; at most about 30 times a second. */
  'digest.progress': {
    payload: v.object({ digestId: identifier, doneBytes: wholeNumber, totalBytes: wholeNumber }),
    topic: 'digestId',
    latest: true,
  },
  /** A job went on or ended; at most about 30 times a second. */
  'job.changed': { payload: jobSnapshot, topic: 'jobId', latest: true },
  /** Profiles changed, by this window, another one, or on disk. */
  'profile.library-changed': { payload: profileLibrary, topic: null, latest: true },
  /** Saved messages changed, by this window, another one, or on disk. */
  'collection.library-changed': { payload: collectionLibrary, topic: null, latest: true },
  /** The structure library changed, by this window, another one, or on disk. */
  'structure.library-changed': { payload: structureLibrary, topic: null, latest: true },
  'environment.changed': { payload: environments, topic: null, latest: true },
  /** A window changed a setting; all of them. */
  'settings.changed': { payload: settings, topic: null, latest: true },
  'server.changed': { payload: serverSnapshot, topic: 'serverId', latest: true },
  'server.removed': { payload: v.object({ serverId: identifier }), topic: 'serverId', latest: false },
  /** Something the user must know that no command caused: a full disk, a capture that was mended. */
  'host.notice': {
    payload: v.object({
      level: v.picklist(['information', 'warning', 'error']),
      message: v.string(),
      error: v.nullable(errorShape),
      captureId: v.nullable(identifier),
    }),
    topic: null,
    latest: false,
  },
} as const satisfies Record<
  string,
  {
    payload: v.GenericSchema
    topic: 'sessionId' | 'captureId' | 'serverId' | 'searchId' | 'comparisonId' | 'jobId' | 'digestId' | null
    latest: boolean
  }
>

export type EventName = keyof typeof events
export type EventPayload<Name extends EventName> = v.InferOutput<(typeof events)[Name]['payload']>

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name)
}
