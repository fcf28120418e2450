import * as v from 'valibot'
import { errorShape, portNumber, socketAddress, wholeNumber } from './common.ts'

export const addressFamilyChoice = v.picklist(['any', 'ipv4', 'ipv6'])
export type AddressFamilyChoice = v.InferOutput<typeof addressFamilyChoice>

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
  /** Time allowed from the request until the connection is open, over name lookup and all addresses. */
  connectTimeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_600_000)), 10_000),
  noDelay: v.optional(v.boolean(), true),
  /** Delay before the first keep-alive probe, null for no keep-alive. */
  keepAliveDelayMs: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000))),
    null,
  ),
})
export type ConnectionSettings = v.InferOutput<typeof connectionSettings>
export type ConnectionSettingsInput = v.InferInput<typeof connectionSettings>

/** The states of design section 5. `handshaking` and `waiting-to-retry` belong to TLS and to retry policies. */
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
])
export type TransitionCause = v.InferOutput<typeof transitionCause>

/** How a connection ended: who closed first and in which way. */
export const connectionEnding = v.object({
  /** Who ended it first: this side, the peer, or a failure. */
  by: v.picklist(['local', 'peer', 'error']),
  /** `lost`: the network or this machine broke an open connection; `not-connected`: it was never open. */
  how: v.picklist(['fin', 'rst', 'timeout', 'cancelled', 'not-connected', 'lost']),
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
  v.object({ kind: v.literal('peer-ended'), transition }),
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
