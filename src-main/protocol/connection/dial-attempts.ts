import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionAddress } from './connection-inputs.ts'

interface PendingDial {
  readonly remote: SocketAddress
  readonly startedAtMs: number
}

/** The addresses of one connection in the order to be dialled, and the dials that have not answered. */
export class DialAttempts {
  readonly addresses: readonly string[]
  readonly #remotes: readonly SocketAddress[]
  readonly #pending = new Map<number, PendingDial>()
  readonly #errors: ErrorShape[] = []
  #dialledCount = 0

  constructor(addresses: readonly ConnectionAddress[], port: number) {
    this.addresses = addresses.map(({ address }) => address)
    this.#remotes = addresses.map((address) => ({ ...address, port }))
  }

  /** How many addresses were dialled. */
  get dialledCount(): number {
    return this.#dialledCount
  }
  get hasMore(): boolean {
    return this.#dialledCount < this.#remotes.length
  }
  /** Every address was dialled and has failed. */
  get isExhausted(): boolean {
    return !this.hasMore && this.#pending.size === 0
  }
  /** A dial has not answered. */
  get isPending(): boolean {
    return this.#pending.size > 0
  }
  /** The errors of the dials that failed. */
  get errors(): readonly ErrorShape[] {
    return this.#errors
  }

  /** Where `attempt` is to dial, null when no address is left. */
  start(attempt: number, nowMs: number): SocketAddress | null {
    const remote = this.#remotes[this.#dialledCount]
    if (remote === undefined) return null
    this.#dialledCount += 1
    this.#pending.set(attempt, { remote, startedAtMs: nowMs })
    return remote
  }

  /** Whether the attempt was under way. It no longer is. */
  connected(attempt: number): boolean {
    return this.#pending.delete(attempt)
  }

  /** Where the attempt that failed went and how long it took; null when it was not under way. */
  failed(attempt: number, error: ErrorShape, nowMs: number): { remote: SocketAddress; elapsedMs: number } | null {
    const dial = this.#pending.get(attempt)
    if (dial === undefined) return null
    this.#pending.delete(attempt)
    this.#errors.push(error)
    return { remote: dial.remote, elapsedMs: nowMs - dial.startedAtMs }
  }

  /** The attempts still under way, which no longer are. */
  giveUp(): readonly number[] {
    const attempts = [...this.#pending.keys()]
    this.#pending.clear()
    return attempts
  }
}
