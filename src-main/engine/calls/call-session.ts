import type { ErrorShape } from '../../contract/errors.ts'
import { describeError } from '../../contract/errors.ts'
import type { ConnectionEnding } from '../../contract/schemas/connection.ts'
import type { Session } from '../sessions/session.ts'

/** What calls need of their session. */
export type CallSession = Pick<
  Session,
  | 'sessionId'
  | 'state'
  | 'connectionNumber'
  | 'unsentBytes'
  | 'send'
  | 'closeConnection'
  | 'openSide'
  | 'watch'
  | 'snapshot'
  | 'capture'
>

/** Why calls fail that wait when a connection ends like this; null where it ended properly and the protocol has the word. */
export function failureOf(ending: ConnectionEnding | null): ErrorShape | null {
  if (ending === null) return null
  if (ending.error !== null) return ending.error
  return ending.by === 'local' ? describeError('ended-before-reply') : null
}
