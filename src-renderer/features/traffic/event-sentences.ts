import type {
  ConnectionEnding,
  ConnectionEvent,
  ConnectionStateName,
  ConnectionTransition,
  TransitionCause,
} from '../../../src-main/contract/schemas/connection.ts'
import { formatSocketAddress } from '../../format/addresses.ts'
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
      return plain(`Waiting ${formatDuration(event.delayMs)} before connecting`)
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
      return plain(event.serverName === null ? 'Negotiating TLS' : `Negotiating TLS with ${event.serverName}`)
    case 'secured':
      return securedSentence(event)
    case 'handshake-failed':
      return bad(`TLS failed after ${formatDuration(event.elapsedMs)}: ${event.error.message}`)
    case 'loss-noticed':
      return bad(event.how === 'fin' ? 'The peer has ended sending, not read yet' : 'The peer has reset the connection')
    case 'receiving-ended':
      return plain('Ended receiving: what still comes is not read')
    case 'retry-scheduled':
      return plain(`Connecting again in ${formatDuration(event.delayMs)}, ${attemptWords(event)}`)
    case 'retry-cancelled':
      return plain('Connecting again was given up')
    case 'peer-ended':
      return plain('Peer ended sending (FIN)')
    case 'local-ended':
      return plain('Ended sending (FIN)')
    case 'ended':
      return event.ending.by === 'error' ? bad(endedSentence(event)) : plain(endedSentence(event))
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

/** What the dialling of a single address has told already is not said twice. */
function endedSentence({ ending, dialledAddresses }: Extract<ConnectionEvent, { kind: 'ended' }>): string {
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
  const secured = `${tls.version} with ${tls.cipher}${tls.isResumed ? ', resumed' : ''} in ${formatDuration(tls.handshakeMs)}`
  return tls.verdict.ok ? good(secured) : bad(`${secured}. Not verified: ${tls.verdict.message}`)
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
