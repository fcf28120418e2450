import type { SessionSnapshot } from '../../src-main/contract/schemas/session.ts'
import type { ServerSnapshot } from '../../src-main/contract/schemas/server.ts'
import type { DotShape } from '../ui/dot-shape.ts'

/** A state in words and as the shape that stands for it. */
export interface StateWords {
  readonly label: string
  readonly shape: DotShape
}

/** The state of a session as shown in tabs, lists and the session bar. */
export function describeSessionState(
  session: Pick<SessionSnapshot, 'state' | 'ending' | 'connectionNumber'>,
): StateWords {
  switch (session.state) {
    case 'idle':
      return { label: 'Not connected', shape: 'idle' }
    case 'resolving':
      return { label: 'Looking up the name', shape: 'busy' }
    case 'connecting':
      return { label: 'Connecting', shape: 'busy' }
    case 'handshaking':
      return { label: 'Negotiating TLS', shape: 'busy' }
    case 'waiting-to-retry':
      return { label: 'Waiting to try again', shape: 'busy' }
    case 'open':
      return { label: 'Open', shape: 'open' }
    case 'half-closed-local':
      return { label: 'Open, sending ended', shape: 'half' }
    case 'half-closed-remote':
      return { label: 'Open, peer ended sending', shape: 'half' }
    case 'closed':
      return describeClosed(session.ending)
  }
}

function describeClosed(ending: SessionSnapshot['ending']): StateWords {
  if (ending === null) return { label: 'Closed', shape: 'idle' }
  switch (ending.how) {
    case 'cancelled':
      return { label: 'Cancelled', shape: 'idle' }
    case 'not-connected':
      return { label: 'Could not connect', shape: 'failed' }
    case 'timeout':
      // Disconnecting was asked for and is done; that the peer went on talking is no failure, bytes left unsent are.
      return ending.by === 'local'
        ? { label: 'Closed', shape: ending.unsentBytes > 0 ? 'failed' : 'idle' }
        : { label: 'Timed out', shape: 'failed' }
    case 'rst':
      return ending.by === 'local' ? { label: 'Aborted', shape: 'idle' } : { label: 'Reset by peer', shape: 'failed' }
    case 'lost':
      return { label: 'Connection lost', shape: 'failed' }
    case 'tls':
      return { label: 'TLS failed', shape: 'failed' }
    case 'fin':
      return { label: ending.by === 'peer' ? 'Closed by peer' : 'Closed', shape: 'idle' }
  }
}

/** The state of a local server. */
export function describeServerState(server: Pick<ServerSnapshot, 'state' | 'error'>): StateWords {
  switch (server.state) {
    case 'listening':
      return { label: 'Listening', shape: 'open' }
    case 'starting':
      return { label: 'Starting', shape: 'busy' }
    case 'stopping':
      return { label: 'Stopping', shape: 'busy' }
    case 'stopped':
      return server.error === null
        ? { label: 'Stopped', shape: 'idle' }
        : { label: 'Could not listen', shape: 'failed' }
  }
}
