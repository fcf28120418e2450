import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ServerClient, ServerDefinition, ServerSnapshot } from '../../contract/schemas/server.ts'
import type { Clock } from '../ports.ts'
import { changesOnlyWhatMayChange } from './live-changes.ts'
import {
  noTotals,
  type LocalServerFactory,
  type LocalServerHandle,
  type LocalServerTotals,
} from './local-server-factory.ts'
import type { ServerCapture, ServerCaptures } from './server-capture.ts'

/** Counters are told at most this often. */
const countersEveryMs = 100

export interface RegisteredServerOptions {
  readonly serverId: string
  readonly definition: ServerDefinition
  readonly factory: LocalServerFactory
  readonly captures: Pick<ServerCaptures, 'begin'>
  readonly clock: Clock
  readonly onChanged: () => void
  /** What could not be kept of a run that ended by itself. */
  readonly onProblem: (error: ErrorShape) => void
}

/**
 * One server of the list, running or not: `stopped -> starting -> listening -> stopping -> stopped`. Each run has a capture of its
 * own, which is closed before the server is stopped.
 */
export class RegisteredServer {
  readonly serverId: string
  readonly #options: RegisteredServerOptions
  #definition: ServerDefinition
  #state: ServerSnapshot['state'] = 'stopped'
  #address: SocketAddress | null = null
  #error: ErrorShape | null = null
  #handle: LocalServerHandle | null = null
  #capture: ServerCapture | null = null
  /** Of the present or last run. */
  #captureId: string | null = null
  /** Counters of the present run, or of the last one while stopped. */
  #lastTotals: LocalServerTotals = noTotals
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  /** The run is being ended: its capture is closed. */
  #ending: Promise<void> | null = null
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

  get definition(): ServerDefinition {
    return this.#definition
  }

  /** Errors: `server-not-running`. */
  get running(): LocalServerHandle {
    if (this.#handle === null || this.#state !== 'listening') throw new WirebenchError('server-not-running')
    return this.#handle
  }

  snapshot(): ServerSnapshot {
    return {
      serverId: this.serverId,
      definition: this.#definition,
      state: this.#state,
      address: this.#address,
      captureId: this.#captureId,
      ...(this.#handle?.totals() ?? this.#lastTotals),
      error: this.#error,
    }
  }

  clients(): ServerClient[] {
    return this.#handle?.clients() ?? []
  }

  /** Errors: `server-running` for what may not change while it runs. */
  redefine(definition: ServerDefinition): void {
    const isStopped = this.#state === 'stopped'
    if (!isStopped && !changesOnlyWhatMayChange(this.#definition, definition))
      throw new WirebenchError('server-running')
    this.#definition = definition
    if (isStopped) this.#error = null
    else this.#handle?.redefine(definition)
  }

  /** Takes over a definition that another process kept. False for what may not change while it runs, or when nothing is different. */
  adopt(definition: ServerDefinition): boolean {
    if (JSON.stringify(definition) === JSON.stringify(this.#definition)) return false
    if (this.#state !== 'stopped' && !changesOnlyWhatMayChange(this.#definition, definition)) return false
    this.#definition = definition
    this.#handle?.redefine(definition)
    return true
  }

  /** Answers once it listens; fails with the coded error that is also kept. Does nothing when it listens already. */
  async start(): Promise<void> {
    // How they fail is told to whoever stopped it.
    if (this.#stopping !== null || this.#ending !== null) await Promise.allSettled([this.#stopping, this.#ending])
    if (this.#state === 'listening') return
    this.#starting ??= this.#startNow().finally(() => (this.#starting = null))
    await this.#starting
  }

  /** Answers when nothing is open any more and the capture is closed. Errors: those of closing the capture. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return
    this.#stopping ??= this.#stopNow().finally(() => (this.#stopping = null))
    await this.#stopping
  }

  async #startNow(): Promise<void> {
    this.#error = null
    this.#lastTotals = noTotals
    this.#enter('starting')
    try {
      if (this.#definition.isRecorded) await this.#beginCapture()
      this.#refuseStopped()
      const handle = this.#makeHandle()
      this.#address = await handle.listen()
      this.#refuseStopped()
    } catch (error) {
      const told = this.#stopping === null ? toErrorShape(error) : null
      await this.#ended(told).catch((thrown: unknown) => this.#options.onProblem(toErrorShape(thrown)))
      throw error
    }
    this.#enter('listening')
  }

  #refuseStopped(): void {
    if (this.#stopping !== null) throw new WirebenchError('cancelled')
  }

  async #beginCapture(): Promise<void> {
    this.#capture = await this.#options.captures.begin(this.#definition)
    this.#captureId = this.#capture.captureId
  }

  #makeHandle(): LocalServerHandle {
    const tellSoon = (): void => this.#tellSoon()
    const handle = this.#options.factory.make(this.#definition, this.#capture, {
      onClientConnected: tellSoon,
      onClientClosed: tellSoon,
      onClientProblem: tellSoon,
      onActivity: tellSoon,
      onHandshakeFailed: tellSoon,
      onFailed: (error) => {
        if (this.#handle === handle)
          this.#ended(error).catch((thrown: unknown) => this.#options.onProblem(toErrorShape(thrown)))
      },
    })
    this.#handle = handle
    return handle
  }

  async #stopNow(): Promise<void> {
    this.#enter('stopping')
    await this.#handle?.stop()
    // Where it is still starting, that ends the run.
    await this.#starting?.catch(() => undefined)
    await this.#ended(null)
  }

  /** Ends the run, once, with its capture. */
  #ended(error: ErrorShape | null): Promise<void> {
    if (this.#state === 'stopped') return Promise.resolve()
    this.#ending ??= this.#endRun(error).finally(() => (this.#ending = null))
    return this.#ending
  }

  async #endRun(error: ErrorShape | null): Promise<void> {
    const [handle, capture] = [this.#handle, this.#capture]
    this.#error = error
    if (this.#state !== 'stopping') this.#enter('stopping')
    this.#cancelCounters?.()
    this.#cancelCounters = null
    // A start that failed leaves nothing behind either.
    await handle?.stop()
    if (handle !== null) this.#lastTotals = { ...handle.totals(), clientCount: 0, telemetryAddress: null }
    this.#handle = null
    this.#address = null
    this.#capture = null
    try {
      const isKept = (await capture?.end()) ?? false
      if (capture !== null && !isKept) this.#captureId = null
    } finally {
      this.#enter('stopped')
    }
  }

  #enter(state: ServerSnapshot['state']): void {
    this.#state = state
    this.#options.onChanged()
  }

  #tellSoon(): void {
    if (this.#state === 'stopped') return
    this.#cancelCounters ??= this.#options.clock.wakeAfter(countersEveryMs, () => {
      this.#cancelCounters = null
      this.#options.onChanged()
    })
  }
}
