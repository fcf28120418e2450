import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { AddressFamilyChoice, ConnectionEvent, ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { RetryState } from '../../contract/schemas/retry.ts'
import type { SessionSnapshot } from '../../contract/schemas/session.ts'
import type { CertificateFacts, TlsSummary } from '../../contract/schemas/tls.ts'

/** What is known of the present or last connection. */
export interface ConnectionFacts extends Pick<
  SessionSnapshot,
  | 'resolvedAddresses'
  | 'local'
  | 'remote'
  | 'resolveMs'
  | 'connectMs'
  | 'handshakeMs'
  | 'flags'
  | 'receivingEnded'
  | 'tls'
  | 'ending'
> {
  /** The attempt of a retry policy that is under way or waited for; null when there is none. */
  readonly retry: Pick<RetryState, 'attempt' | 'maximumAttempts'> | null
}

/** Settings without placeholders: host and port as they are dialled. */
export type PlainConnectionSettings = ConnectionSettings & { readonly port: number }

/** How a connection gets to TLS by itself. One that is switched by hand begins as a plain one. */
export type TlsPlan =
  | { readonly start: 'at-once'; readonly serverName: string | null }
  /** `send` goes out first of all; once `expect` was received, TLS begins. Either may be empty. */
  | {
      readonly start: 'after-text'
      readonly serverName: string | null
      readonly send: Uint8Array
      readonly expect: Uint8Array
    }

/** What to connect with: settings, and what their texts and files stand for. */
export interface ConnectionPlan {
  readonly settings: PlainConnectionSettings
  /** Sent first of all on every connection, with TLS once it is secured; empty for nothing. */
  readonly initialBytes: Uint8Array
  /** Null for a connection that begins, or stays, in plain text. */
  readonly tls: TlsPlan | null
  /** What the last connection left unsent goes out after the initial message. */
  readonly resendsUnsent: boolean
}

/** The timers a connection asks for. At most one of each kind runs at a time. */
export type ConnectionTimer =
  'connect-delay' | 'connect-timeout' | 'next-address' | 'handshake-timeout' | 'disconnect-timeout' | 'retry'

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
  | { readonly kind: 'connect'; readonly plan: ConnectionPlan }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'start-tls'; readonly serverName: string | null }
  | { readonly kind: 'end-sending' }
  | { readonly kind: 'end-receiving' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'close' }
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
  /** Bytes in plain text; wanted only while `ConnectionMachine.expectsText`. */
  | { readonly kind: 'received'; readonly attempt: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'secured'
      readonly attempt: number
      readonly tls: Omit<TlsSummary, 'handshakeMs'>
      /** As the peer sent them, leaf first. */
      readonly peerCertificates: readonly Pick<CertificateFacts, 'name' | 'fingerprintSha256' | 'pem'>[]
    }
  | { readonly kind: 'accepted-bytes'; readonly attempt: number; readonly byteCount: number }
  | { readonly kind: 'loss-noticed'; readonly attempt: number; readonly how: 'fin' | 'rst' }
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
  /** With a plan for TLS at once, the handshake begins by itself when the dial connected. */
  | { readonly kind: 'dial'; readonly attempt: number; readonly remote: SocketAddress }
  /** Gives up a dial that has not connected. Nothing it says afterwards matters. */
  | { readonly kind: 'abandon'; readonly attempt: number }
  | { readonly kind: 'write'; readonly attempt: number; readonly bytes: Uint8Array }
  /** Begins a handshake in mid-stream: everything written has been accepted already. */
  | { readonly kind: 'start-tls'; readonly attempt: number }
  /** FIN: everything written has been accepted already. */
  | { readonly kind: 'end-sending'; readonly attempt: number }
  /** Nothing is read any more on this connection, whoever reads. */
  | { readonly kind: 'end-receiving'; readonly attempt: number }
  | { readonly kind: 'destroy'; readonly attempt: number; readonly reset: boolean }
  | { readonly kind: 'wake-after'; readonly timer: ConnectionTimer; readonly delayMs: number }
  | { readonly kind: 'forget-timer'; readonly timer: ConnectionTimer }
  | { readonly kind: 'tell'; readonly event: ConnectionEvent }
  /** The operating system accepted these bytes now. */
  | { readonly kind: 'record-sent'; readonly bytes: Uint8Array }
