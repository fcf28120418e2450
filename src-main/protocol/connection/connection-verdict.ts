import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionEnding, TransitionCause } from '../../contract/schemas/connection.ts'

/** Who ended a connection and in which way; the ending without the count of what was left. */
export type ConnectionVerdict = Pick<ConnectionEnding, 'by' | 'how' | 'error'>

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
    case 'not-connected':
      return 'failed'
    default:
      return how satisfies never
  }
}
