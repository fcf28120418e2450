import type { SocketAddress } from '../../../contract/schemas/common.ts'
import {
  completeConnectionSettings,
  type ConnectionEvent,
  type ConnectionTransition,
} from '../../../contract/schemas/connection.ts'
import type {
  ConnectionAddress,
  ConnectionEffect,
  ConnectionInput,
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

/** Plays inputs to a machine and writes its effects down as lines of a script. */
export class ConnectionPlay {
  readonly machine = new ConnectionMachine()
  nowMs = 0
  log: string[] = []
  /** Effects of the last input. */
  last: string[] = []

  input(input: ConnectionInput): string[] {
    this.last = this.machine.accept(input, this.nowMs).map(effectLine)
    this.log.push(...this.last)
    return this.last
  }

  run(kind: 'end-sending' | 'disconnect' | 'abort' | 'cancel'): this {
    this.input({ kind })
    return this
  }

  /** Up to the first dial. */
  begin(addresses: readonly ConnectionAddress[]): this {
    this.input({ kind: 'connect', settings })
    this.input({ kind: 'resolved', connection: this.machine.connectionNumber, addresses })
    return this
  }

  open(): this {
    this.begin([ipv4])
    this.connected(1, ipv4)
    return this
  }

  connected(attempt: number, address: ConnectionAddress): string[] {
    return this.input({ kind: 'dial-connected', attempt, local, remote: { ...address, port: 7 } })
  }

  send(text: string): string[] {
    return this.input({ kind: 'send', bytes: Uint8Array.from(text, (character) => character.charCodeAt(0)) })
  }

  accepted(byteCount: number): string[] {
    return this.input({ kind: 'accepted-bytes', attempt: 1, byteCount })
  }

  peerEnded(): string[] {
    return this.input({ kind: 'peer-ended', attempt: 1 })
  }

  closed(): string[] {
    return this.input({ kind: 'closed', attempt: 1 })
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
    case 'end-sending':
      return 'FIN'
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
