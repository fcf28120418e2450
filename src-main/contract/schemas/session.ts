import * as v from 'valibot'
import { connectionEnding, connectionSettings, connectionStateName } from './connection.ts'
import { identifier, socketAddress, wholeNumber } from './common.ts'
import { sessionReading } from './reading.ts'
import { retryState } from './retry.ts'
import { keyLogState, tlsSummary } from './tls.ts'
import { wireLogState } from './wire-log.ts'

export const sessionCounters = v.object({
  /** Bytes the operating system has accepted for sending, over all connections of the session. */
  sentBytes: wholeNumber,
  receivedBytes: wholeNumber,
  /** Bytes queued and not yet accepted by the operating system. */
  unsentBytes: wholeNumber,
})
export type SessionCounters = v.InferOutput<typeof sessionCounters>

/** The flags of the seed clients (seed-systems 2.2, 3.2), live. */
export const connectionFlags = v.object({
  /** There is a socket. */
  opened: v.boolean(),
  /** TCP is connected. */
  accepted: v.boolean(),
  /** As `accepted`, and with TLS the handshake is done. */
  connected: v.boolean(),
  /** The end or a reset by the peer was noticed. Stays until the next connection. */
  cutOff: v.boolean(),
  /** From being connected until this side ends it: with `connected` false or `cutOff` true, the connection was lost. */
  shouldBeConnected: v.boolean(),
})
export type ConnectionFlags = v.InferOutput<typeof connectionFlags>

/** What the system says of the socket. What cannot be told on this platform is null, with the reason. */
export const socketDetails = v.object({
  /** SO_SNDBUF and SO_RCVBUF; 0 while there is no socket. */
  sendBufferBytes: v.nullable(wholeNumber),
  receiveBufferBytes: v.nullable(wholeNumber),
  reason: v.nullable(v.string()),
})
export type SocketDetails = v.InferOutput<typeof socketDetails>

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
  handshakeMs: v.nullable(v.number()),
  flags: connectionFlags,
  /** Receiving was ended by hand on this connection. */
  receivingEnded: v.boolean(),
  /** Where retrying stands; null when no policy is at work. */
  retry: v.nullable(retryState),
  /** What TLS negotiated on the present or last connection; null for plain TCP. */
  tls: v.nullable(tlsSummary),
  keyLog: keyLogState,
  /** Null while there is none. */
  wireLog: v.nullable(wireLogState),
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
