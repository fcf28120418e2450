import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionEnding, TransitionCause } from '../../contract/schemas/connection.ts'
import type { PlainConnectionSettings } from './connection-inputs.ts'

/** Who ended a connection and in which way; the ending without the count of what was left. */
export type ConnectionVerdict = Pick<ConnectionEnding, 'by' | 'how' | 'error'>

const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const

/** Of a connection to an IP address whose family the settings do not allow. */
export function verdictOfOtherFamily(host: string, family: 'ipv4' | 'ipv6'): ConnectionVerdict {
  const allowed = family === 'ipv4' ? 'ipv6' : 'ipv4'
  const reason = `It is an ${familyNames[family]} address, but only ${familyNames[allowed]} is allowed for this connection.`
  return { by: 'error', how: 'not-connected', error: describeError('host-malformed', { host, reason }) }
}

/** Of a connection that was not open in time. */
export function verdictOfTimeout({ host, port, connectTimeoutMs }: PlainConnectionSettings): ConnectionVerdict {
  const error = describeError('connect-timeout', { address: host, port, timeoutMs: connectTimeoutMs })
  return { by: 'error', how: 'timeout', error }
}

/** Of an open connection that failed: a reset is the peer's doing, anything else a loss. */
export function verdictOfFailure(error: ErrorShape): ConnectionVerdict {
  return error.code === 'connection-reset' || error.code === 'broken-pipe'
    ? { by: 'peer', how: 'rst', error }
    : { by: 'error', how: 'lost', error }
}

/** Of a connection none of whose addresses connected: an answer of the peer says more than the lack of one. */
export function verdictOfDials(errors: readonly ErrorShape[]): ConnectionVerdict {
  const error = errors.find(({ kind }) => kind === 'PeerViolation') ?? errors[0] ?? describeError('connection-failed')
  return { by: 'error', how: 'not-connected', error }
}

/** Of a connection that closed by itself: both sides have sent FIN, else it was lost. */
export function verdictOfClose(firstFin: 'local' | 'peer' | null, bothEnded: boolean): ConnectionVerdict {
  return firstFin !== null && bothEnded
    ? { by: firstFin, how: 'fin', error: null }
    : { by: 'error', how: 'lost', error: describeError('connection-lost') }
}

/** The cause of the last transition: what completed the end, which for FIN is the second side. */
export function causeOfEnd({ by, how }: ConnectionVerdict): TransitionCause {
  switch (how) {
    case 'fin':
      return by === 'local' ? 'peer-closed' : 'local-close'
    case 'rst':
      return by === 'local' ? 'local-abort' : 'peer-reset'
    case 'cancelled':
    case 'timeout':
      return how
    case 'lost':
    case 'tls':
    case 'not-connected':
      return 'failed'
    default:
      return how satisfies never
  }
}
