/**
 * What Kamaelia's TCP clients would say on their signal box, told from the events of a connection (seed-systems 4.1, 4.2), and
 * which messages on their control box end them.
 *
 *   what happens          ThreadedTCPClient                            TCPClient
 *   connecting begins     "Thread running", "socket object created"    nothing
 *   connected             "socket connected"                           nothing
 *   secured (makessl)     nothing                                      "sslready"
 *   ended                 the error, if any; then socketShutdown       producerFinished with how it died
 *
 * `socketShutdown` is always last and comes once for each connection.
 */
import type { ErrorCode, ErrorShape } from '../../contract/errors.ts'
import type { ConnectionEnding, ConnectionEvent } from '../../contract/schemas/connection.ts'

export type KamaeliaClient = 'ThreadedTCPClient' | 'TCPClient'

export type KamaeliaSignal =
  | { readonly kind: 'text'; readonly text: string }
  /** `errno` as Linux has it; null where the system knows no number for it. */
  | { readonly kind: 'error'; readonly errno: number | null; readonly text: string }
  | { readonly kind: 'socketShutdown' }
  | { readonly kind: 'producerFinished'; readonly howDied: string | null }

export type KamaeliaControl = 'producerFinished' | 'shutdownMicroprocess'

/** Whether a message on the control box ends the client: the threaded one ignores `shutdownMicroprocess`. */
export function endsClient(control: KamaeliaControl, client: KamaeliaClient): boolean {
  return control === 'producerFinished' || client === 'TCPClient'
}

/** The signals that one event brings, in order. */
export function signalsOf(event: ConnectionEvent, client: KamaeliaClient): readonly KamaeliaSignal[] {
  return client === 'ThreadedTCPClient' ? threadedSignals(event) : plainSignals(event)
}

function threadedSignals(event: ConnectionEvent): readonly KamaeliaSignal[] {
  if (event.kind === 'connected') return [{ kind: 'text', text: 'socket connected' }]
  if (event.kind !== 'ended') return begins(event) ? started : []
  const { error } = event.ending
  const ended: KamaeliaSignal[] = [...(error === null ? [] : [errorSignal(error)]), { kind: 'socketShutdown' }]
  return begins(event) ? [...started, ...ended] : ended
}

const started: readonly KamaeliaSignal[] = [
  { kind: 'text', text: 'Thread running' },
  { kind: 'text', text: 'socket object created' },
]

/** An attempt begins with this event; it may end with the same. */
function begins(event: ConnectionEvent): boolean {
  const from = 'transition' in event ? event.transition?.from : undefined
  if (event.kind === 'ended') return event.transition === null || from === 'idle'
  const isBeginning = event.kind === 'resolving' || event.kind === 'delaying' || event.kind === 'dialling'
  return isBeginning && (from === 'idle' || from === 'closed' || from === 'waiting-to-retry')
}

function plainSignals(event: ConnectionEvent): readonly KamaeliaSignal[] {
  if (event.kind === 'secured') return [{ kind: 'text', text: 'sslready' }]
  return event.kind === 'ended' ? [{ kind: 'producerFinished', howDied: howDied(event.ending) }] : []
}

function howDied({ how, error }: ConnectionEnding): string | null {
  if (error?.code === 'connect-timeout') return 'timeout'
  return error === null ? null : how === 'rst' ? 'reset' : error.code
}

/** Numbers and words of Linux, as Python tells them. */
const systemErrors: Partial<Record<ErrorCode, readonly [number, string]>> = {
  'connection-refused': [111, 'Connection refused'],
  'connection-reset': [104, 'Connection reset by peer'],
  'broken-pipe': [32, 'Broken pipe'],
  'connect-timeout': [110, 'Connection timed out'],
  unreachable: [113, 'No route to host'],
  'local-address-unavailable': [99, 'Cannot assign requested address'],
  'too-many-open-files': [24, 'Too many open files'],
  'name-not-found': [-2, 'Name or service not known'],
  'name-lookup-failed': [-3, 'Temporary failure in name resolution'],
}

function errorSignal({ code, message }: ErrorShape): KamaeliaSignal {
  const [errno, text] = systemErrors[code] ?? [null, message]
  return { kind: 'error', errno, text }
}
