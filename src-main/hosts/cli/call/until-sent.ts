import type { Link } from '../../../contract/connect.ts'
import { WirebenchError } from '../../../contract/errors.ts'
import type { ConnectionEnding } from '../../../contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../../contract/schemas/session.ts'

export interface SendingLimits {
  /** What the user allows for everything together, and what is left of it; null for as long as it takes. */
  readonly timeoutMs: number | null
  readonly leftMs: number | null
  /** The user asked to end. */
  readonly signal: AbortSignal
}

/**
 * Waits until the system has taken everything that was queued in a session: what is never answered has to leave before the connection is
 * closed. Errors: `wait-timeout`; `cancelled`; why the connection ended before, `connection-failed` where nothing says so.
 */
export async function untilSent(link: Link, sessionId: string, limits: SendingLimits): Promise<void> {
  const { timeoutMs, leftMs, signal } = limits
  const forget: (() => void)[] = []
  try {
    await new Promise<void>((resolve, reject) => {
      const interrupt = (): void => reject(new WirebenchError('cancelled'))
      signal.addEventListener('abort', interrupt)
      forget.push(() => signal.removeEventListener('abort', interrupt))
      if (signal.aborted) interrupt()
      if (leftMs !== null) {
        const progress = 'The peer does not read what is sent'
        const timer = setTimeout(() => reject(new WirebenchError('wait-timeout', { timeoutMs, progress })), leftMs)
        forget.push(() => clearTimeout(timer))
      }
      const look = ({ state, ending, counters }: SessionSnapshot): void => {
        if (counters.unsentBytes === 0 && (ending?.unsentBytes ?? 0) === 0) resolve()
        else if (state === 'closed') reject(failureOf(ending))
      }
      forget.push(
        link.subscribe('session.changed', sessionId, look),
        link.subscribe('session.progress', sessionId, ({ counters }) => {
          if (counters.unsentBytes === 0) resolve()
        }),
      )
      link.call('session.list', {}).then((sessions) => {
        const session = sessions.find((candidate) => candidate.sessionId === sessionId)
        if (session === undefined) resolve()
        else look(session)
      }, reject)
    })
  } finally {
    for (const end of forget) end()
  }
}

function failureOf(ending: ConnectionEnding | null): WirebenchError {
  if (ending?.error != null) return WirebenchError.fromShape(ending.error)
  return new WirebenchError('connection-failed', { reason: `${ending?.unsentBytes ?? 0} bytes were not sent.` })
}
