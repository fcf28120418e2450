import type { ErrorShape } from '../../../contract/errors.ts'
import type { SocketAddress } from '../../../contract/schemas/common.ts'
import type { RetryPolicy } from '../../../contract/schemas/retry.ts'
import type { CertificateFacts, TlsSummary } from '../../../contract/schemas/tls.ts'
import {
  completeConnectionSettings,
  type ConnectionEvent,
  type ConnectionTransition,
} from '../../../contract/schemas/connection.ts'
import type {
  ConnectionAddress,
  ConnectionEffect,
  ConnectionInput,
  ConnectionPlan,
  ConnectionTimer,
  PlainConnectionSettings,
} from '../connection-inputs.ts'
import { ConnectionMachine } from '../connection-machine.ts'

export const ipv4: ConnectionAddress = { address: '192.0.2.1', family: 'ipv4' }
export const ipv6: ConnectionAddress = { address: '2001:db8::1', family: 'ipv6' }
export const local: SocketAddress = { address: '10.0.0.1', port: 50000, family: 'ipv4' }
export const settings: PlainConnectionSettings = {
  ...completeConnectionSettings({ host: 'example.test', port: 7 }),
  port: 7,
}

/** A plan for a plain connection with nothing special, but for what is given. */
export function planWith(given: Partial<ConnectionPlan> = {}): ConnectionPlan {
  return { settings, initialBytes: new Uint8Array(0), tls: null, resendsUnsent: false, ...given }
}

/** Every reason to retry, each second. */
export const everySecond: RetryPolicy = {
  schedule: { kind: 'fixed', delayMs: 1000, maximumAttempts: null },
  afterRefused: true,
  afterTimeout: true,
  afterHandshake: true,
  afterLoss: true,
  resendsUnsent: false,
}

export const negotiated: Omit<TlsSummary, 'handshakeMs'> = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  keyExchange: 'X25519',
  alpn: null,
  serverName: 'example.test',
  isResumed: false,
  isVerified: true,
  verdict: { ok: true, fault: null, message: '', reason: null, isPinned: false },
  peerName: 'example.test',
  peerFingerprint: '00'.repeat(32),
  peerValidToUnixMs: 2_000_000_000_000,
  localName: null,
}
export const peerCertificates: readonly Pick<CertificateFacts, 'name' | 'fingerprintSha256' | 'pem'>[] = [
  { name: 'example.test', fingerprintSha256: '00'.repeat(32), pem: '-----BEGIN CERTIFICATE-----' },
]

export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Plays inputs to a machine and writes its effects down as lines of a script. */
export class ConnectionPlay {
  readonly machine: ConnectionMachine
  nowMs = 0
  log: string[] = []
  /** Effects of the last input. */
  last: string[] = []
  onEffect: (effect: ConnectionEffect) => void = () => undefined
  /** The attempt that the shorthands below speak of. */
  attempt = 1

  constructor(random: () => number = () => 0.5) {
    this.machine = new ConnectionMachine(random)
  }

  input(input: ConnectionInput): string[] {
    const effects = this.machine.accept(input, this.nowMs)
    for (const effect of effects) this.onEffect(effect)
    this.last = effects.map(effectLine)
    this.log.push(...this.last)
    return this.last
  }

  run(kind: 'end-sending' | 'end-receiving' | 'disconnect' | 'close' | 'abort' | 'cancel'): this {
    this.input({ kind })
    return this
  }

  connect(given: Partial<ConnectionPlan> = {}): string[] {
    return this.input({ kind: 'connect', plan: planWith(given) })
  }

  /** Up to the first dial. */
  begin(addresses: readonly ConnectionAddress[], given: Partial<ConnectionPlan> = {}): this {
    this.connect(given)
    this.input({ kind: 'resolved', connection: this.machine.connectionNumber, addresses })
    return this
  }

  open(given: Partial<ConnectionPlan> = {}): this {
    this.begin([ipv4], given)
    this.connected(this.attempt, ipv4)
    return this
  }

  connected(attempt: number, address: ConnectionAddress): string[] {
    return this.input({ kind: 'dial-connected', attempt, local, remote: { ...address, port: 7 } })
  }

  send(text: string): string[] {
    return this.input({ kind: 'send', bytes: asciiBytes(text) })
  }

  accepted(byteCount: number): string[] {
    return this.input({ kind: 'accepted-bytes', attempt: this.attempt, byteCount })
  }

  peerEnded(): string[] {
    return this.input({ kind: 'peer-ended', attempt: this.attempt })
  }

  received(text: string): string[] {
    return this.input({ kind: 'received', attempt: this.attempt, bytes: asciiBytes(text) })
  }

  secured(): string[] {
    return this.input({ kind: 'secured', attempt: this.attempt, tls: negotiated, peerCertificates })
  }

  failed(error: ErrorShape): string[] {
    return this.input({ kind: 'failed', attempt: this.attempt, error })
  }

  closed(): string[] {
    return this.input({ kind: 'closed', attempt: this.attempt })
  }

  fire(timer: ConnectionTimer): string[] {
    return this.input({ kind: 'timer-fired', timer })
  }
}

function effectLine(effect: ConnectionEffect): string {
  switch (effect.kind) {
    case 'resolve':
      return `resolve ${effect.connection} ${effect.host} ${effect.family}`
    case 'dial':
      return `dial ${effect.attempt} ${addressLine(effect.remote)}`
    case 'abandon':
      return `abandon ${effect.attempt}`
    case 'write':
      return `write ${bytesLine(effect.bytes)}`
    case 'record-sent':
      return `sent ${bytesLine(effect.bytes)}`
    case 'start-tls':
      return 'start TLS'
    case 'end-sending':
      return 'FIN'
    case 'end-receiving':
      return 'read no more'
    case 'destroy':
      return effect.reset ? 'destroy with RST' : 'destroy'
    case 'wake-after':
      return `wake ${effect.timer} after ${effect.delayMs}`
    case 'forget-timer':
      return `forget ${effect.timer}`
    case 'tell':
      return `tell ${eventLine(effect.event)}${'transition' in effect.event ? transitionLine(effect.event.transition) : ''}`
    default:
      return effect satisfies never
  }
}

function eventLine(event: ConnectionEvent): string {
  switch (event.kind) {
    case 'resolving':
      return `resolving ${event.host}`
    case 'resolved':
      return `resolved ${event.host} [${event.addresses.join(' ')}] in ${event.elapsedMs}`
    case 'dialling':
      return `dialling ${addressLine(event.remote)}`
    case 'dial-failed':
      return `dial-failed ${addressLine(event.remote)} after ${event.elapsedMs}: ${event.error.code}`
    case 'connected':
      return `connected ${addressLine(event.local)} to ${addressLine(event.remote)} in ${event.elapsedMs}`
    case 'delaying':
      return `delaying ${event.delayMs}`
    case 'handshaking':
      return `handshaking ${event.serverName ?? 'without a name'}`
    case 'secured':
      return `secured ${event.tls.version} in ${event.tls.handshakeMs}, ${event.peerCertificates.length} certificates`
    case 'handshake-failed':
      return `handshake-failed after ${event.elapsedMs}: ${event.error.code}`
    case 'loss-noticed':
      return `loss-noticed ${event.how}`
    case 'retry-scheduled':
      return `retry-scheduled ${event.attempt} of ${event.maximumAttempts ?? 'any'} in ${event.delayMs}`
    case 'ended': {
      const { by, how, unsentBytes, error } = event.ending
      const dials = how === 'not-connected' ? ` after ${event.dialledAddresses} dials` : ''
      return `ended by ${by}, ${how}${dials}, ${unsentBytes} unsent${error === null ? '' : `, ${error.code}`}`
    }
    default:
      return event.kind
  }
}

function transitionLine(transition: ConnectionTransition | null): string {
  return transition === null ? '' : `; ${transition.from} -> ${transition.to} (${transition.cause})`
}

function addressLine({ address, port, family }: SocketAddress): string {
  return family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`
}

function bytesLine(bytes: Uint8Array): string {
  return bytes.length > 64 ? `${bytes.length} bytes` : JSON.stringify(String.fromCharCode(...bytes))
}
