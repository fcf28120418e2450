import * as v from 'valibot'
import { errorShape, listenPortNumber, portNumber, socketAddress, wholeNumber } from './common.ts'
import { retryPolicy } from './retry.ts'
import { certificateFacts, tlsSettings, tlsSummary } from './tls.ts'

export const addressFamilyChoice = v.picklist(['any', 'ipv4', 'ipv6'])
export type AddressFamilyChoice = v.InferOutput<typeof addressFamilyChoice>

/** Bytes that open a connection, written as text with escapes or as hex. */
export const initialMessage = v.object({
  notation: v.picklist(['text', 'hex']),
  /** `{{name}}` stands for a variable of the environment. */
  content: v.pipe(v.string(), v.minLength(1), v.maxLength(64 * 1024)),
})
export type InitialMessage = v.InferOutput<typeof initialMessage>

/** Everything that decides how a connection is made. Stored in profiles; a session has its own copy. */
export const connectionSettings = v.object({
  /**
   * A name or an IP address; `{{name}}` stands for a variable of the environment, resolved at every connecting. What was
   * dialled is in the capture, also where it came from a secret.
   */
  host: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255)),
  /** A number, or a text with such a placeholder. */
  port: v.union([
    portNumber,
    v.pipe(v.string(), v.trim(), v.maxLength(255), v.includes('{{', 'Expected a number or a {{variable}}')),
  ]),
  addressFamily: v.optional(addressFamilyChoice, 'any'),
  /** Time allowed from the request until the connection is open, over name lookup, all addresses and the TLS handshake. */
  connectTimeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_600_000)), 10_000),
  noDelay: v.optional(v.boolean(), true),
  /** Delay before the first keep-alive probe, null for no keep-alive. */
  keepAliveDelayMs: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000))),
    null,
  ),
  /** The address of this machine to connect from; null lets the system choose. */
  localAddress: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255))), null),
  /** The port of this machine to connect from; 0 lets the system choose. */
  localPort: v.optional(listenPortNumber, 0),
  /** Most bytes that one read takes from the socket, thus most bytes of a record; null: as much as there is. */
  readSizeBytes: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16 * 1024 * 1024))),
    null,
  ),
  /** Waits so long before the first dial (Kamaelia's `delay`), not before those of a retry policy. The connect timeout begins after it. */
  connectDelayMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3_600_000)), 0),
  /** Sent first of all on every connection, before anything that was queued; null for nothing. */
  initialMessage: v.optional(v.nullable(initialMessage), null),
  /** False: what is queued after the peer has ended its side is kept and not sent (as hio has it). */
  sendsAfterPeerEnd: v.optional(v.boolean(), true),
  retry: v.optional(retryPolicy, {}),
  /** Null for plain TCP. */
  tls: v.optional(v.nullable(tlsSettings), null),
})
export type ConnectionSettings = v.InferOutput<typeof connectionSettings>
export type ConnectionSettingsInput = v.InferInput<typeof connectionSettings>

/** The settings with their defaults for everything left out. Throws where the contract would refuse them. */
export function completeConnectionSettings(given: ConnectionSettingsInput): ConnectionSettings {
  return v.parse(connectionSettings, given)
}

/** The states of design section 5. */
export const connectionStateName = v.picklist([
  'idle',
  'resolving',
  'connecting',
  'handshaking',
  'open',
  'half-closed-local',
  'half-closed-remote',
  'closed',
  'waiting-to-retry',
])
export type ConnectionStateName = v.InferOutput<typeof connectionStateName>

/** Why a transition happened. */
export const transitionCause = v.picklist([
  'requested',
  'resolved',
  'connected',
  'peer-closed',
  'peer-reset',
  'local-end',
  'local-close',
  'local-abort',
  'cancelled',
  'timeout',
  'failed',
  /** The switch to TLS began; it is done. */
  'tls-begun',
  'secured',
  /** A retry policy waits, or tries again. */
  'retry',
])
export type TransitionCause = v.InferOutput<typeof transitionCause>

/** How a connection ended: who closed first and in which way. */
export const connectionEnding = v.object({
  /** Who ended it first: this side, the peer, or a failure. */
  by: v.picklist(['local', 'peer', 'error']),
  /**
   * `lost`: the network or this machine broke an open connection; `not-connected`: it was never open; `tls`: a handshake
   * failed, or TLS broke afterwards.
   */
  how: v.picklist(['fin', 'rst', 'timeout', 'cancelled', 'not-connected', 'lost', 'tls']),
  /** Bytes that were queued and never accepted by the operating system. */
  unsentBytes: wholeNumber,
  error: v.nullable(errorShape),
})
export type ConnectionEnding = v.InferOutput<typeof connectionEnding>

/** A change of state. */
export const connectionTransition = v.object({
  from: connectionStateName,
  to: connectionStateName,
  cause: transitionCause,
})
export type ConnectionTransition = v.InferOutput<typeof connectionTransition>

/** The change of state that an event brought, null when the state stayed what it was. */
const transition = v.nullable(connectionTransition)

/**
 * Everything that happens to a connection besides its bytes. Kept in the capture beside the data, so the story
 * can be read afterwards. Times are the record's own. Every change of state stands at the event that brought it.
 */
export const connectionEvent = v.variant('kind', [
  /** A name is being looked up. An IP address is dialled at once, without this and `resolved`. */
  v.object({ kind: v.literal('resolving'), transition, host: v.string() }),
  v.object({
    kind: v.literal('resolved'),
    transition,
    host: v.string(),
    addresses: v.array(v.string()),
    elapsedMs: v.number(),
  }),
  /** Waits before the first dial, as `connectDelayMs` wants. */
  v.object({ kind: v.literal('delaying'), transition, delayMs: v.number() }),
  v.object({ kind: v.literal('dialling'), transition, remote: socketAddress }),
  v.object({ kind: v.literal('dial-failed'), remote: socketAddress, elapsedMs: v.number(), error: errorShape }),
  v.object({
    kind: v.literal('connected'),
    transition,
    local: socketAddress,
    remote: socketAddress,
    elapsedMs: v.number(),
  }),
  /** A client was accepted by a local server. */
  v.object({ kind: v.literal('accepted'), local: socketAddress, remote: socketAddress }),
  /** The TLS handshake began: at once after connecting, or in mid-stream. */
  v.object({ kind: v.literal('handshaking'), transition, serverName: v.nullable(v.string()) }),
  /** TLS is in use; everything from here on is encrypted on the wire and recorded in plain. */
  v.object({
    kind: v.literal('secured'),
    transition,
    tls: tlsSummary,
    /** The peer's certificates as they were sent, leaf first. */
    peerCertificates: v.array(v.pick(certificateFacts, ['name', 'fingerprintSha256', 'pem'])),
  }),
  v.object({ kind: v.literal('handshake-failed'), elapsedMs: v.number(), error: errorShape }),
  /** Seen without reading, while reading by hand or while receiving is paused: the peer has ended or reset the connection. */
  v.object({ kind: v.literal('loss-noticed'), how: v.picklist(['fin', 'rst']) }),
  v.object({ kind: v.literal('peer-ended'), transition }),
  /** A person ended receiving: what still comes stays with the system. */
  v.object({ kind: v.literal('receiving-ended') }),
  /** After `ended`: the next attempt is due. */
  v.object({
    kind: v.literal('retry-scheduled'),
    transition,
    attempt: wholeNumber,
    maximumAttempts: v.nullable(wholeNumber),
    delayMs: v.number(),
  }),
  /** The waiting for the next attempt was given up. */
  v.object({ kind: v.literal('retry-cancelled'), transition }),
  v.object({ kind: v.literal('local-ended'), transition }),
  v.object({
    kind: v.literal('ended'),
    transition,
    /** How many addresses were dialled. Each that failed has told why in its own `dial-failed`. */
    dialledAddresses: wholeNumber,
    ending: connectionEnding,
  }),
  /** Receiving paused because the disk is slower than the peer, and went on. */
  v.object({ kind: v.literal('receive-paused'), pendingBytes: wholeNumber }),
  v.object({ kind: v.literal('receive-resumed'), pausedMs: v.number() }),
  v.object({ kind: v.literal('note'), text: v.string() }),
])
export type ConnectionEvent = v.InferOutput<typeof connectionEvent>
