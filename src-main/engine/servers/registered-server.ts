import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ServerClient, ServerDefinition, ServerSnapshot } from '../../contract/schemas/server.ts'
import type { Clock } from '../ports.ts'
import type { LocalServerFactory, LocalServerHandle, LocalServerTotals } from './local-server-factory.ts'

/** Counters are told at most this often. */
const countersEveryMs = 100

export interface RegisteredServerOptions {
  readonly serverId: string
  readonly definition: ServerDefinition
  readonly factory: LocalServerFactory
  readonly clock: Clock
  readonly onChanged: () => void
}

const noTotals: LocalServerTotals = {
  clientCount: 0,
  totalClients: 0,
  receivedBytes: 0,
  sentBytes: 0,
  failedHandshakes: 0,
  lastHandshakeError: null,
  telemetryAddress: null,
  activity: null,
  ruleCounts: {},
  faultCounts: {},
  problemCount: 0,
  lastProblem: null,
}

/** One server of the list, running or not: `stopped -> starting -> listening -> stopping -> stopped`. */
export class RegisteredServer {
  readonly serverId: string
  readonly #options: RegisteredServerOptions
  #definition: ServerDefinition
  #state: ServerSnapshot['state'] = 'stopped'
  #address: SocketAddress | null = null
  #error: ErrorShape | null = null
  #handle: LocalServerHandle | null = null
  /** Counters of the present run, or of the last one while stopped. */
  #lastTotals: LocalServerTotals = noTotals
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  #cancelCounters: (() => void) | null = null
  #kept = false

  constructor(options: RegisteredServerOptions) {
    this.serverId = options.serverId
    this.#options = options
    this.#definition = options.definition
  }

  /** True once the definition was seen in the file. */
  get wasKept(): boolean {
    return this.#kept
  }

  markKept(): void {
    this.#kept = true
  }

  snapshot(): ServerSnapshot {
    return {
      serverId: this.serverId,
      definition: this.#definition,
      state: this.#state,
      address: this.#address,
      captureId: null,
      ...(this.#handle?.totals() ?? this.#lastTotals),
      error: this.#error,
    }
  }

  clients(): ServerClient[] {
    return this.#handle?.clients() ?? []
  }

  /** Errors: `server-running`. */
  redefine(definition: ServerDefinition): void {
    if (this.#state !== 'stopped') throw new WirebenchError('server-running')
    this.#definition = definition
    this.#error = null
  }

  /** Takes over a definition that another process kept. False while it runs, or when nothing is different. */
  adopt(definition: ServerDefinition): boolean {
    if (this.#state !== 'stopped' || JSON.stringify(definition) === JSON.stringify(this.#definition)) return false
    this.#definition = definition
    return true
  }

  /** Answers once it listens; fails with the coded error that is also kept. Does nothing when it listens already. */
  async start(): Promise<void> {
    if (this.#stopping !== null) await this.#stopping
    if (this.#state === 'listening') return
    this.#starting ??= this.#startNow().finally(() => (this.#starting = null))
    await this.#starting
  }

  async stop(): Promise<void> {
    if (this.#handle === null) return
    this.#stopping ??= this.#stopNow(this.#handle).finally(() => (this.#stopping = null))
    await this.#stopping
  }

  async #startNow(): Promise<void> {
    const handle = this.#options.factory.make(this.#definition, null, {
      onClientConnected: () => this.#tellSoon(),
      onClientClosed: () => this.#tellSoon(),
      onActivity: () => this.#tellSoon(),
      onHandshakeFailed: () => this.#tellSoon(),
      onFailed: (error) => this.#ended(handle, error),
    })
    this.#handle = handle
    this.#error = null
    this.#enter('starting')
    try {
      this.#address = await handle.listen()
    } catch (error) {
      this.#ended(handle, this.#stopping === null ? toErrorShape(error) : null)
      throw error
    }
    if (this.#stopping !== null) throw new WirebenchError('cancelled')
    this.#enter('listening')
  }

  async #stopNow(handle: LocalServerHandle): Promise<void> {
    this.#enter('stopping')
    await handle.stop()
    this.#ended(handle, null)
  }

  #ended(handle: LocalServerHandle, error: ErrorShape | null): void {
    if (this.#handle !== handle) return
    this.#cancelCounters?.()
    this.#cancelCounters = null
    this.#lastTotals = { ...handle.totals(), clientCount: 0 }
    this.#handle = null
    this.#address = null
    this.#error = error
    this.#enter('stopped')
  }

  #enter(state: ServerSnapshot['state']): void {
    this.#state = state
    this.#options.onChanged()
  }

  #tellSoon(): void {
    this.#cancelCounters ??= this.#options.clock.wakeAfter(countersEveryMs, () => {
      this.#cancelCounters = null
      this.#options.onChanged()
    })
  }
}
