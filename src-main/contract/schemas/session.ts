import * as v from 'valibot'
import { connectionEnding, connectionSettings, connectionStateName } from './connection.ts'
import { identifier, socketAddress, wholeNumber } from './common.ts'
import { sessionReading } from './reading.ts'

export const sessionCounters = v.object({
  /** Bytes the operating system has accepted for sending, over all connections of the session. */
  sentBytes: wholeNumber,
  receivedBytes: wholeNumber,
  /** Bytes queued and not yet accepted by the operating system. */
  unsentBytes: wholeNumber,
})
export type SessionCounters = v.InferOutput<typeof sessionCounters>

/** One session: a tab. It has one capture for its whole life and any number of connections, one at a time. */
export const sessionSnapshot = v.object({
  sessionId: identifier,
  title: v.string(),
  profileId: v.nullable(identifier),
  captureId: identifier,
  settings: connectionSettings,
  state: connectionStateName,
  /** Number of the current or last connection within the session, from 1; 0 before the first. */
  connectionNumber: wholeNumber,
  resolvedAddresses: v.array(v.string()),
  local: v.nullable(socketAddress),
  remote: v.nullable(socketAddress),
  /** Duration of the steps of the current connection in milliseconds, null while not done. */
  resolveMs: v.nullable(v.number()),
  connectMs: v.nullable(v.number()),
  /** Unix time in microseconds at which the connection was opened, null before. */
  openedAtUnixUs: v.nullable(wholeNumber),
  counters: sessionCounters,
  /** How the last connection ended; null while there is none or it lives. */
  ending: v.nullable(connectionEnding),
  /** Receiving waits for the disk. */
  receivePaused: v.boolean(),
  reading: sessionReading,
})
export type SessionSnapshot = v.InferOutput<typeof sessionSnapshot>
