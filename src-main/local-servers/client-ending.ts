import type { ErrorShape } from '../contract/errors.ts'
import type { ConnectionEnding } from '../contract/schemas/connection.ts'
import type { ClientEnding } from '../engine/servers/local-server-factory.ts'

export interface EndingOfClient {
  readonly how: ClientEnding
  /** The same as captures have it: the side that came first, seen from the server. */
  readonly ending: Omit<ConnectionEnding, 'unsentBytes'>
}

/** How a client's connection ended. `firstEnd`: whose FIN came first, while it was not closed at once. */
export function clientEnding(
  closedByUs: 'fin' | 'rst' | null,
  error: ErrorShape | null,
  firstEnd: 'local' | 'peer' | null,
): EndingOfClient {
  if (closedByUs === 'rst') return { how: 'local', ending: { by: 'local', how: 'rst', error: null } }
  if (closedByUs === 'fin') return { how: 'local', ending: { by: firstEnd ?? 'local', how: 'fin', error: null } }
  if (error === null) return { how: 'fin', ending: { by: firstEnd ?? 'peer', how: 'fin', error: null } }
  if (error.code === 'connection-reset') return { how: 'rst', ending: { by: 'peer', how: 'rst', error } }
  if (error.code === 'broken-pipe') return { how: 'error', ending: { by: 'peer', how: 'rst', error } }
  return { how: 'error', ending: { by: 'error', how: 'lost', error } }
}
