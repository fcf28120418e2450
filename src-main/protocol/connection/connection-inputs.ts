import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { AddressFamilyChoice, ConnectionEvent, ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../contract/schemas/session.ts'

/** What is known of the present or last connection. */
export type ConnectionFacts = Pick<
  SessionSnapshot,
  'resolvedAddresses' | 'local' | 'remote' | 'resolveMs' | 'connectMs' | 'ending'
>

/** Settings without placeholders: host and port as they are dialled. */
export type PlainConnectionSettings = ConnectionSettings & { readonly port: number }

/** The timers a connection asks for. At most one of each kind runs at a time. */
export type ConnectionTimer = 'connect-timeout' | 'next-address' | 'disconnect-timeout'

/** One address a name stands for. */
export interface ConnectionAddress {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
}

/**
 * What happens to a connection: what the user asks for, and what the network and the clock answer. `connection` and
 * `attempt` name what an answer belongs to, so that a late answer to something given up is recognised and ignored.
 */
export type ConnectionInput =
  | { readonly kind: 'connect'; readonly settings: PlainConnectionSettings }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'end-sending' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'resolved'; readonly connection: number; readonly addresses: readonly ConnectionAddress[] }
  | { readonly kind: 'resolve-failed'; readonly connection: number; readonly error: ErrorShape }
  | {
      readonly kind: 'dial-connected'
      readonly attempt: number
      readonly local: SocketAddress
      readonly remote: SocketAddress
    }
  | { readonly kind: 'dial-failed'; readonly attempt: number; readonly error: ErrorShape }
  | { readonly kind: 'accepted-bytes'; readonly attempt: number; readonly byteCount: number }
  | { readonly kind: 'peer-ended'; readonly attempt: number }
  | { readonly kind: 'failed'; readonly attempt: number; readonly error: ErrorShape }
  | { readonly kind: 'closed'; readonly attempt: number }
  | { readonly kind: 'timer-fired'; readonly timer: ConnectionTimer }

/** What has to be done, in this order. */
export type ConnectionEffect =
  | {
      readonly kind: 'resolve'
      readonly connection: number
      readonly host: string
      readonly family: AddressFamilyChoice
    }
  | { readonly kind: 'dial'; readonly attempt: number; readonly remote: SocketAddress }
  /** Gives up a dial that has not connected. Nothing it says afterwards matters. */
  | { readonly kind: 'abandon'; readonly attempt: number }
  | { readonly kind: 'write'; readonly attempt: number; readonly bytes: Uint8Array }
  /** FIN: everything written has been accepted already. */
  | { readonly kind: 'end-sending'; readonly attempt: number }
  | { readonly kind: 'destroy'; readonly attempt: number; readonly reset: boolean }
  | { readonly kind: 'wake-after'; readonly timer: ConnectionTimer; readonly delayMs: number }
  | { readonly kind: 'forget-timer'; readonly timer: ConnectionTimer }
  | { readonly kind: 'tell'; readonly event: ConnectionEvent }
  /** The operating system accepted these bytes now. */
  | { readonly kind: 'record-sent'; readonly bytes: Uint8Array }
