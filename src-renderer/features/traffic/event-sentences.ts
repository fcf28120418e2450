import { versionName } from '../../../src-main/protocol/tls/tls-versions.ts'
import type {
  ConnectionEnding,
  ConnectionEvent,
  ConnectionStateName,
  ConnectionTransition,
  TransitionCause,
} from '../../../src-main/contract/schemas/connection.ts'
import { formatSocketAddress } from '../../format/addresses.ts'
import { formatWait } from '../../format/times.ts'
import { countOf, formatByteCount } from '../../format/quantities.ts'
import { formatDuration } from '../../format/durations.ts'

export interface EventSentence {
  readonly text: string
  /** `bad` for what went wrong, `good` for what was reached, `plain` for the rest. */
  readonly tone: 'plain' | 'good' | 'bad'
}

/** Says in words what happened to a connection. Covers every kind of event. */
export function eventSentence(event: ConnectionEvent): EventSentence {
  switch (event.kind) {
    case 'resolving':
      return plain(`Looking up ${event.host}`)
    case 'resolved':
      return plain(`Resolved ${event.host} to ${listed(event.addresses)} in ${formatDuration(event.elapsedMs)}`)
    case 'delaying':
      return plain(`Waiting ${formatWait(event.delayMs)} before connecting`)
    case 'dialling':
      return plain(`Connecting to ${formatSocketAddress(event.remote)}`)
    case 'dial-failed':
      return bad(
        `Connecting to ${formatSocketAddress(event.remote)} failed after ${formatDuration(event.elapsedMs)}: ${event.error.message}`,
      )
    case 'connected':
      return good(
        `Connected to ${formatSocketAddress(event.remote)} from :${event.local.port} in ${formatDuration(event.elapsedMs)}`,
      )
    case 'accepted':
      return good(`Accepted ${formatSocketAddress(event.remote)} on ${formatSocketAddress(event.local)}`)
    case 'handshaking':
      return plain(
        `Negotiating TLS, ${event.serverName === null ? 'no server name sent' : `asking for ${event.serverName}`}`,
      )
    case 'secured':
      return securedSentence(event)
    case 'handshake-failed':
      return bad(`TLS failed after ${formatDuration(event.elapsedMs)}: ${event.error.message}`)
    case 'loss-noticed':
      return bad(
        event.how === 'fin'
          ? 'Noticed: the peer has ended sending (FIN). What came before is not read yet'
          : 'Noticed: the peer has reset the connection (RST)',
      )
    case 'receiving-ended':
      return plain('Ended receiving here: what still comes stays with the system')
    case 'retry-scheduled':
      return plain(`Connecting again in ${formatWait(event.delayMs)}, ${attemptWords(event)}`)
    case 'retry-cancelled':
      return plain('Gave up connecting again')
    case 'peer-ended':
      return plain('Peer ended sending (FIN)')
    case 'local-ended':
      return plain('Ended sending (FIN)')
    case 'ended':
      return isFailure(event.ending) ? bad(endedSentence(event)) : plain(endedSentence(event))
    case 'receive-paused':
      return bad(`Receiving paused: the disk is behind by ${formatByteCount(event.pendingBytes)}. Nothing is lost`)
    case 'receive-resumed':
      return plain(`Receiving went on after ${formatDuration(event.pausedMs)}`)
    case 'note':
      return plain(event.text)
    default:
      return unknownKind(event)
  }
}

/** Says who ended a connection, how, and what stayed unsent. */
export function endingSentence(ending: ConnectionEnding): string {
  return `${endingCause(ending)}${unsentSentence(ending)}`
}

function unsentSentence({ unsentBytes }: ConnectionEnding): string {
  return unsentBytes === 0 ? '' : `. ${countOf(unsentBytes, 'byte', 'bytes')} stayed unsent`
}

function endingCause({ by, how, error }: ConnectionEnding): string {
  if (how === 'cancelled') return 'Connecting was cancelled'
  if (how === 'not-connected') return error === null ? 'The connection could not be made' : sentenceStart(error.message)
  if (how === 'timeout' && by === 'local') return 'Closed: the peer did not close in time'
  if (how === 'timeout') return error === null ? 'The connection timed out' : sentenceStart(error.message)
  if (how === 'tls') return error === null ? 'TLS failed' : sentenceStart(error.message)
  if (how === 'lost') return error === null ? 'The connection was lost' : sentenceStart(error.message)
  if (how === 'fin') return by === 'peer' ? 'Closed: the peer closed first (FIN)' : closedHere(by, 'FIN')
  return by === 'peer' ? 'Closed: the peer reset the connection (RST)' : closedHere(by, 'RST')
}

function closedHere(by: ConnectionEnding['by'], how: 'FIN' | 'RST'): string {
  if (by === 'error') return `Closed after a failure (${how})`
  return how === 'FIN' ? 'Closed: this side closed first (FIN)' : 'Closed: this side aborted (RST)'
}

const isFailure = ({ by, how }: ConnectionEnding): boolean => by === 'error' || how === 'tls'

/** What the dialling of a single address, or the handshake, has told already is not said twice. */
function endedSentence({ ending, dialledAddresses, transition }: Extract<ConnectionEvent, { kind: 'ended' }>): string {
  if (ending.how === 'tls' && transition?.from === 'handshaking') return `Closed: not secured${unsentSentence(ending)}`
  if (ending.how !== 'not-connected' || dialledAddresses === 0) return endingSentence(ending)
  const tried =
    dialledAddresses === 1
      ? 'Not connected'
      : `Not connected: none of the ${dialledAddresses} addresses took the connection`
  return `${tried}${unsentSentence(ending)}`
}

/** A change of state in words: `Connecting → Open`. */
export function transitionSentence({ from, to, cause }: ConnectionTransition): string {
  const why = causeWords[cause]
  const what = `${stateWords[from]} → ${stateWords[to]}`
  return why === '' ? what : `${what} (${why})`
}

const stateWords: Readonly<Record<ConnectionStateName, string>> = {
  idle: 'Not connected',
  resolving: 'Looking up the name',
  connecting: 'Connecting',
  handshaking: 'Negotiating TLS',
  open: 'Open',
  'half-closed-local': 'Open for receiving only',
  'half-closed-remote': 'Open for sending only',
  closed: 'Closed',
  'waiting-to-retry': 'Waiting to connect again',
}

const causeWords: Readonly<Record<TransitionCause, string>> = {
  requested: '',
  resolved: '',
  connected: '',
  'peer-closed': 'the peer closed',
  'peer-reset': 'the peer reset the connection',
  'local-end': 'sending was ended here',
  'local-close': 'disconnected here',
  'local-abort': 'aborted here',
  cancelled: 'cancelled',
  timeout: 'timed out',
  failed: 'failed',
  'tls-begun': 'TLS begins',
  secured: 'TLS is in use',
  retry: 'trying again',
}

function securedSentence({ tls }: Extract<ConnectionEvent, { kind: 'secured' }>): EventSentence {
  const { verdict, peerName } = tls
  const agreed = [`${versionName(tls.version)}, ${tls.cipher}`, tls.alpn, tls.isResumed ? 'resumed' : null]
    .filter(Boolean)
    .join(', ')
  const secured = `Secured with ${agreed} in ${formatDuration(tls.handshakeMs)}`
  if (!verdict.ok) return bad(`${secured}. Not verified: ${sentenceStart(verdict.message)}`)
  if (peerName === null) return plain(`${secured}. The server showed no certificate`)
  return good(`${secured}. ${peerName} is ${verdict.isPinned ? 'trusted by its fingerprint' : 'verified'}`)
}

const attemptWords = ({ attempt, maximumAttempts }: Extract<ConnectionEvent, { kind: 'retry-scheduled' }>): string =>
  maximumAttempts === null ? `attempt ${attempt}` : `attempt ${attempt} of ${maximumAttempts}`

function listed(addresses: readonly string[]): string {
  return addresses.length === 0 ? 'no address' : addresses.join(', ')
}

/** Sentences of the catalogue end with a full stop; a row, or one with a remainder after it, has its own. */
function sentenceStart(message: string): string {
  return message.replace(/\.$/, '')
}

function unknownKind(event: never): EventSentence {
  return plain(`Event ${JSON.stringify(event)}`)
}

const plain = (text: string): EventSentence => ({ text, tone: 'plain' })
const good = (text: string): EventSentence => ({ text, tone: 'good' })
const bad = (text: string): EventSentence => ({ text, tone: 'bad' })
