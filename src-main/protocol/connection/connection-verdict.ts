import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionEnding, TransitionCause } from '../../contract/schemas/connection.ts'
import { tlsErrors } from '../../contract/tls-errors.ts'
import type { PlainConnectionSettings } from './connection-inputs.ts'

type Side = 'local' | 'peer'

/** Who ended a connection and in which way, and the cause of the last transition: what completed the end. */
export interface ConnectionVerdict extends Pick<ConnectionEnding, 'by' | 'how' | 'error'> {
  readonly cause: TransitionCause
}

const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const

/** Given up before there was a connection, or before it was secured. */
export const cancelled: ConnectionVerdict = { by: 'local', how: 'cancelled', error: null, cause: 'cancelled' }
/** Ended by this side with RST. */
export const aborted: ConnectionVerdict = { by: 'local', how: 'rst', error: null, cause: 'local-abort' }
/** Ended by this side, whose peer did not end within the time that a disconnect gives it. */
export const disconnectedInVain: ConnectionVerdict = { by: 'local', how: 'timeout', error: null, cause: 'timeout' }

/** Closed by this side without waiting, after whoever sent FIN first. */
export function closedAtOnce(firstFin: Side | null): ConnectionVerdict {
  return { by: firstFin ?? 'local', how: 'fin', error: null, cause: 'local-close' }
}

/** Of a connection to an IP address whose family the settings do not allow. */
export function verdictOfOtherFamily(host: string, family: 'ipv4' | 'ipv6'): ConnectionVerdict {
  const allowed = family === 'ipv4' ? 'ipv6' : 'ipv4'
  const reason = `It is an ${familyNames[family]} address, but only ${familyNames[allowed]} is allowed for this connection.`
  return verdictOfLookup(describeError('host-malformed', { host, reason }))
}

/** Of a name that could not be looked up, or stands for nothing. */
export function verdictOfLookup(error: ErrorShape): ConnectionVerdict {
  return { by: 'error', how: 'not-connected', error, cause: 'failed' }
}

/** Of a connection that was not open in time. */
export function verdictOfTimeout({ host, port, connectTimeoutMs }: PlainConnectionSettings): ConnectionVerdict {
  const error = describeError('connect-timeout', { address: host, port, timeoutMs: connectTimeoutMs })
  return { by: 'error', how: 'timeout', error, cause: 'timeout' }
}

/** Of an open connection that failed: a reset is the peer's doing, what TLS says is told as such, anything else is a loss. */
export function verdictOfFailure(error: ErrorShape): ConnectionVerdict {
  if (error.code === 'connection-reset' || error.code === 'broken-pipe') {
    return { by: 'peer', how: 'rst', error, cause: 'peer-reset' }
  }
  if (Object.hasOwn(tlsErrors, error.code)) return verdictOfTls(error)
  return { by: 'error', how: 'lost', error, cause: 'failed' }
}

/** What the peer did: it ended the connection, or sent an alert. The rest is found wrong by this side. */
const doneByPeer: ReadonlySet<string> = new Set([
  'reset-before-tls',
  'reset-during-handshake',
  'closed-during-handshake',
  'client-certificate-required',
  'client-certificate-rejected',
])

/** Of a handshake that failed, or of TLS that broke afterwards: the error says in which way. */
export function verdictOfTls(error: ErrorShape): ConnectionVerdict {
  return { by: doneByPeer.has(error.code) ? 'peer' : 'error', how: 'tls', error, cause: 'failed' }
}

/** Of a connection none of whose addresses connected: an answer of the peer says more than the lack of one. */
export function verdictOfDials(errors: readonly ErrorShape[]): ConnectionVerdict {
  const error = errors.find(({ kind }) => kind === 'PeerViolation') ?? errors[0] ?? describeError('connection-failed')
  return { by: 'error', how: 'not-connected', error, cause: 'failed' }
}

/** Of a connection that closed by itself: both sides have sent FIN, the second of which completed the end; else it was lost. */
export function verdictOfClose(firstFin: Side | null, bothEnded: boolean): ConnectionVerdict {
  return firstFin !== null && bothEnded
    ? { by: firstFin, how: 'fin', error: null, cause: firstFin === 'local' ? 'peer-closed' : 'local-close' }
    : { by: 'error', how: 'lost', error: describeError('connection-lost'), cause: 'failed' }
}
