import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionTransition } from '../../contract/schemas/connection.ts'
import type { ConnectionAddress, PlainConnectionSettings } from './connection-inputs.ts'
import type { ConnectionOutput } from './connection-output.ts'
import { verdictOfDials, verdictOfLookup, verdictOfOtherFamily, type ConnectionVerdict } from './connection-verdict.ts'
import { DialAttempts } from './dial-attempts.ts'
import { ipLiteral } from './ip-literal.ts'

/** RFC 8305, section 8: the recommended Connection Attempt Delay. */
const nextAddressDelayMs = 250

/** What one connecting is about. */
export interface ReachingRequest {
  readonly connection: number
  readonly settings: PlainConnectionSettings
  /** Before the first dial. */
  readonly delayMs: number
  readonly cause: 'requested' | 'retry'
}

/**
 * The way to an open TCP connection: the name is looked up, then its addresses are dialled. Whatever returns a verdict
 * has failed for good.
 */
export class Reaching {
  readonly #output: ConnectionOutput
  #request: ReachingRequest | null = null
  #requestedAtMs = 0
  #dialledAtMs = 0
  #lastAttempt = 0
  #dials = new DialAttempts([], 0)
  #resolveMs: number | null = null
  #connectMs: number | null = null

  constructor(output: ConnectionOutput) {
    this.#output = output
  }

  get resolvedAddresses(): readonly string[] {
    return this.#dials.addresses
  }
  get resolveMs(): number | null {
    return this.#resolveMs
  }
  get connectMs(): number | null {
    return this.#connectMs
  }
  get dialledCount(): number {
    return this.#dials.dialledCount
  }
  /** A socket is trying to connect. */
  get isDialling(): boolean {
    return this.#dials.isPending
  }

  begin(request: ReachingRequest): ConnectionVerdict | null {
    const { settings, connection, delayMs, cause } = request
    const { host, port, addressFamily: family } = settings
    this.#request = request
    this.#requestedAtMs = this.#output.nowMs
    this.#dials = new DialAttempts([], port)
    this.#resolveMs = this.#connectMs = null
    const literal = ipLiteral(host)
    if (literal !== null && family !== 'any' && family !== literal.family) {
      return verdictOfOtherFamily(host, literal.family)
    }
    this.#output.wakeAfter('connect-timeout', delayMs + settings.connectTimeoutMs)
    if (literal === null) {
      this.#output.tell({ kind: 'resolving', transition: this.#output.move('resolving', cause), host })
      this.#output.do({ kind: 'resolve', connection, host, family })
    } else {
      this.#dials = new DialAttempts([literal], port)
      this.#dialAfterDelay(this.#output.move('connecting', cause))
    }
    return null
  }

  resolved(connection: number, addresses: readonly ConnectionAddress[]): ConnectionVerdict | null {
    const request = this.#lookingUp(connection)
    if (request === null) return null
    const { host, port } = request.settings
    const elapsedMs = (this.#resolveMs = this.#output.nowMs - this.#requestedAtMs)
    this.#dials = new DialAttempts(addresses, port)
    const found = { host, addresses: [...this.#dials.addresses], elapsedMs }
    if (addresses.length === 0) {
      this.#output.tell({ kind: 'resolved', transition: null, ...found })
      return verdictOfLookup(describeError('name-not-found', { host }))
    }
    this.#output.tell({ kind: 'resolved', transition: this.#output.move('connecting', 'resolved'), ...found })
    this.#dialAfterDelay(null)
    return null
  }

  resolveFailed(connection: number, error: ErrorShape): ConnectionVerdict | null {
    return this.#lookingUp(connection) === null ? null : verdictOfLookup(error)
  }

  /** Whether the attempt was under way: it is the one that connected, and the others are abandoned. */
  connected(attempt: number): boolean {
    if (!this.#dials.connected(attempt)) return false
    this.#connectMs = this.#output.nowMs - this.#dialledAtMs
    this.abandonDials()
    this.#output.forget('next-address')
    return true
  }

  dialFailed(attempt: number, error: ErrorShape): ConnectionVerdict | null {
    const dial = this.#dials.failed(attempt, error, this.#output.nowMs)
    if (dial === null) return null
    this.#output.tell({ kind: 'dial-failed', ...dial, error })
    if (this.#dials.hasMore) {
      this.#output.forget('next-address')
      this.#dialNext(null)
      return null
    }
    return this.#dials.isExhausted ? verdictOfDials(this.#dials.errors) : null
  }

  timerFired(timer: 'connect-delay' | 'next-address'): void {
    if (timer === 'connect-delay') this.#dialledAtMs = this.#output.nowMs
    this.#dialNext(null)
  }

  abandonDials(): void {
    for (const attempt of this.#dials.giveUp()) this.#output.do({ kind: 'abandon', attempt })
  }

  #lookingUp(connection: number): ReachingRequest | null {
    return this.#output.state === 'resolving' && connection === this.#request?.connection ? this.#request : null
  }

  #dialAfterDelay(transition: ConnectionTransition | null): void {
    const delayMs = this.#request?.delayMs ?? 0
    if (delayMs > 0) {
      this.#output.tell({ kind: 'delaying', transition, delayMs })
      this.#output.wakeAfter('connect-delay', delayMs)
    } else {
      this.#dialledAtMs = this.#output.nowMs
      this.#dialNext(transition)
    }
  }

  #dialNext(transition: ConnectionTransition | null): void {
    const attempt = this.#lastAttempt + 1
    const remote = this.#dials.start(attempt, this.#output.nowMs)
    if (remote === null) return
    this.#lastAttempt = attempt
    this.#output.tell({ kind: 'dialling', transition, remote })
    this.#output.do({ kind: 'dial', attempt, remote })
    if (this.#dials.hasMore) this.#output.wakeAfter('next-address', nextAddressDelayMs)
  }
}
