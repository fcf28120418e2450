import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'

/** `IP:PORT`, with IPv6 addresses in brackets. */
export function addressText({ address, port, family }: SocketAddress): string {
  return family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`
}

const endings = {
  fin: 'with FIN',
  rst: 'with RST',
  timeout: 'by a time limit',
  cancelled: 'by cancelling',
  'not-connected': 'before it was open',
  lost: 'by a lost connection',
  tls: 'by a TLS failure',
} as const
const enders = { local: 'this side', peer: 'the peer', error: 'a failure' } as const

/** An event in one plain sentence, for comments of packets. */
export function eventSentence(event: ConnectionEvent): string {
  switch (event.kind) {
    case 'resolving':
      return `Looking up ${event.host}.`
    case 'resolved':
      return `${event.host} is ${event.addresses.join(', ')}.`
    case 'delaying':
      return `Waiting ${event.delayMs} ms before connecting.`
    case 'dialling':
      return `Connecting to ${addressText(event.remote)}.`
    case 'dial-failed':
      return `Connecting to ${addressText(event.remote)} failed: ${event.error.message}`
    case 'connected':
      return `Connected from ${addressText(event.local)} to ${addressText(event.remote)} after ${event.elapsedMs} ms.`
    case 'accepted':
      return `Accepted at ${addressText(event.local)} from ${addressText(event.remote)}.`
    case 'handshaking':
      return `The TLS handshake begins${event.serverName === null ? '' : ` for ${event.serverName}`}.`
    case 'secured':
      return `TLS is in use (${event.tls.version}, ${event.tls.cipher}): from here on the bytes were encrypted on the wire and stand here in plain.`
    case 'handshake-failed':
      return `The TLS handshake failed: ${event.error.message}`
    case 'loss-noticed':
      return `Noticed without reading: the peer has sent ${event.how.toUpperCase()}.`
    case 'peer-ended':
      return 'The peer has ended its side.'
    case 'receiving-ended':
      return 'Receiving was ended by hand.'
    case 'retry-scheduled':
      return `Attempt ${event.attempt} follows in ${event.delayMs} ms.`
    case 'retry-cancelled':
      return 'Waiting for the next attempt was given up.'
    case 'local-ended':
      return 'This side has ended its sending.'
    case 'ended': {
      const { by, how, unsentBytes, error } = event.ending
      const unsent = unsentBytes > 0 ? ` ${unsentBytes} bytes were not sent.` : ''
      return `Ended by ${enders[by]}, ${endings[how]}.${unsent}${error === null ? '' : ` ${error.message}`}`
    }
    case 'receive-paused':
      return `Receiving paused: ${event.pendingBytes} bytes wait for the disk.`
    case 'receive-resumed':
      return `Receiving goes on after ${event.pausedMs} ms.`
    case 'note':
      return event.text
  }
}
