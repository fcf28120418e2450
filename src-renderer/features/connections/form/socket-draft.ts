import type { AddressFamilyChoice, ConnectionSettings } from '../../../../src-main/contract/schemas/connection.ts'
import { optionalTextOf, wholeNumberOf } from './number-text.ts'

/** Read sizes of known clients: the echo check, a poll, Kamaelia threaded, hio, Kamaelia TCPClient. */
export const knownReadSizes = ['16', '256', '1024', '8096', '32768'] as const
export type ReadSizeChoice = (typeof knownReadSizes)[number] | 'unlimited' | 'other'

/** What decides about the socket, as typed. */
export interface SocketDraft {
  addressFamily: AddressFamilyChoice
  connectTimeoutMs: string
  connectDelayMs: string
  noDelay: boolean
  keepAlive: boolean
  keepAliveDelayMs: string
  localAddress: string
  /** Empty: the system chooses. */
  localPort: string
  readSize: ReadSizeChoice
  /** The size when it is none of the known ones. */
  readSizeBytes: string
  sendsAfterPeerEnd: boolean
}

const usualKeepAliveDelayMs = '30000'

export function socketDraftOf(settings: ConnectionSettings): SocketDraft {
  const { keepAliveDelayMs, readSizeBytes } = settings
  const known = knownReadSizes.find((size) => Number(size) === readSizeBytes)
  return {
    addressFamily: settings.addressFamily,
    connectTimeoutMs: String(settings.connectTimeoutMs),
    connectDelayMs: String(settings.connectDelayMs),
    noDelay: settings.noDelay,
    keepAlive: keepAliveDelayMs !== null,
    keepAliveDelayMs: keepAliveDelayMs === null ? usualKeepAliveDelayMs : String(keepAliveDelayMs),
    localAddress: settings.localAddress ?? '',
    localPort: settings.localPort === 0 ? '' : String(settings.localPort),
    readSize: readSizeBytes === null ? 'unlimited' : (known ?? 'other'),
    readSizeBytes: readSizeBytes === null ? '4096' : String(readSizeBytes),
    sendsAfterPeerEnd: settings.sendsAfterPeerEnd,
  }
}

/** What the draft says, to be checked by the contract: a part of the settings of a connection. */
export function socketContentOf(draft: SocketDraft): Record<string, unknown> {
  return {
    addressFamily: draft.addressFamily,
    connectTimeoutMs: wholeNumberOf(draft.connectTimeoutMs),
    connectDelayMs: wholeNumberOf(draft.connectDelayMs),
    noDelay: draft.noDelay,
    keepAliveDelayMs: draft.keepAlive ? wholeNumberOf(draft.keepAliveDelayMs) : null,
    localAddress: optionalTextOf(draft.localAddress),
    localPort: draft.localPort.trim() === '' ? 0 : wholeNumberOf(draft.localPort),
    readSizeBytes: readSizeOf(draft),
    sendsAfterPeerEnd: draft.sendsAfterPeerEnd,
  }
}

function readSizeOf({ readSize, readSizeBytes }: SocketDraft): unknown {
  if (readSize === 'unlimited') return null
  return wholeNumberOf(readSize === 'other' ? readSizeBytes : readSize)
}
