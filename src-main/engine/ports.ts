/**
 * What the engine needs from outside. Hosts put the real adapters in; tests put in what they like.
 */
import type { ErrorShape } from '../contract/errors.ts'
import type { ReceiveSink } from '../capture/receive-sink.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { AddressFamilyChoice } from '../contract/schemas/connection.ts'

export type { Clock } from '../capture/clock.ts'
export type { ReceiveSink } from '../capture/receive-sink.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
}

export interface NameResolver {
  /** All addresses of a name in the order to be tried; an IP address resolves to itself. Throws a coded error. */
  resolve(host: string, family: AddressFamilyChoice): Promise<readonly ResolvedAddress[]>
}

export interface StreamHandlers {
  onConnected(local: SocketAddress, remote: SocketAddress): void
  /** Some of the written bytes were accepted by the operating system, in order. */
  onAccepted(byteCount: number): void
  onReceivePaused(): void
  onReceiveResumed(): void
  /** The peer sent FIN. */
  onPeerEnded(): void
  /** The connection failed or broke; `onClosed` follows. */
  onFailed(error: ErrorShape): void
  /** Nothing more comes. Always last, exactly once, also when dialling failed. */
  onClosed(): void
}

/** One TCP (later TLS) connection being made or open. Owned by whoever dialled; ends with `onClosed`. */
export interface StreamHandle {
  /** Queues bytes; `onAccepted` tells when the system took them. The caller must not change them afterwards. */
  write(bytes: Uint8Array): void
  /** FIN after everything written. */
  endSending(): void
  /** Closes at once: RST when `reset`, else FIN without waiting for unwritten bytes. */
  destroy(reset: boolean): void
}

export interface DialOptions {
  readonly noDelay: boolean
  readonly keepAliveDelayMs: number | null
}

export interface Dialer {
  /** Starts connecting. `sink` is asked for once the connection is open. */
  dial(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ): StreamHandle
}
