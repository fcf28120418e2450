import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionEnding, ConnectionSettings, ConnectionStateName } from '../../contract/schemas/connection.ts'
import { retryPolicy } from '../../contract/schemas/retry.ts'
import type { ConnectionPlan } from '../../protocol/connection/connection-inputs.ts'
import type { DialOptions, PreparedTls, VariableResolver } from '../ports.ts'
import { ConnectionDriver, type DriverParts } from './connection-driver.ts'
import { connectionPlan } from './connection-plan.ts'
import { dialOptionsOf } from './dial-options.ts'
import { ReceivePause } from './receive-pause.ts'
import type { SessionTls } from './session-tls.ts'
import type { SideConnection, SideConnectionListener, SideConnectionOptions } from './side-connection.ts'
import * as v from 'valibot'

/** What side connections have from their session. */
export interface SideParts {
  readonly variables: VariableResolver
  readonly tls: SessionTls
  readonly keyLog: DialOptions['keyLog']
  /** One of them has ended. */
  readonly onEnded: () => void
}

/** The living side connections of one session. */
export class SideConnections {
  readonly #driverParts: DriverParts
  readonly #parts: SideParts
  readonly #living = new Set<LiveSideConnection>()
  #ended = false

  constructor(driverParts: DriverParts, parts: SideParts) {
    this.#driverParts = driverParts
    this.#parts = parts
  }

  get isQuiet(): boolean {
    return this.#living.size === 0
  }

  open(settings: ConnectionSettings, listener: SideConnectionListener, options: SideConnectionOptions): SideConnection {
    const port = options.port ?? settings.port
    const ownSettings = { ...settings, port, localPort: 0, retry: v.parse(retryPolicy, {}) }
    const side = new LiveSideConnection(ownSettings, this.#driverParts, this.#parts, listener, () => {
      this.#living.delete(side)
      this.#parts.onEnded()
    })
    this.#living.add(side)
    // Whoever asked for it shall know it before it tells anything.
    queueMicrotask(() => {
      if (this.#ended) side.refuse(new WirebenchError('cancelled').toShape())
      else void side.begin()
    })
    return side
  }

  roomIsBack(): void {
    for (const side of this.#living) side.roomIsBack()
  }

  /** The session ends: they end properly, and no other is opened any more. */
  end(): void {
    this.#ended = true
    for (const side of this.#living) side.disconnect()
  }

  abort(): void {
    for (const side of this.#living) side.abort()
  }
}

class LiveSideConnection implements SideConnection {
  readonly #settings: ConnectionSettings
  readonly #parts: SideParts
  readonly #driver: ConnectionDriver
  readonly #listener: SideConnectionListener
  readonly #pause: ReceivePause
  readonly #onQuiet: () => void
  #prepared: PreparedTls | null = null
  #refusal: ErrorShape | null = null
  #isBegun = false
  #initialByteCount = 0
  #isOver = false

  constructor(
    settings: ConnectionSettings,
    driverParts: DriverParts,
    parts: SideParts,
    listener: SideConnectionListener,
    onQuiet: () => void,
  ) {
    const { capture, ports } = driverParts
    this.#settings = settings
    this.#parts = parts
    this.#listener = listener
    this.#onQuiet = onQuiet
    this.#pause = new ReceivePause(ports.clock, (event) => capture.recordEvent(this.connectionNumber, event))
    this.#driver = new ConnectionDriver(driverParts, {
      onConnecting: () => undefined,
      dialOptions: () => dialOptionsOf(settings, this.#prepared, parts.keyLog),
      preparedTls: () => this.#prepared,
      onDialled: () => undefined,
      onTold: () => undefined,
      onSecured: () => undefined,
      onReceived: (bytes) => listener.onReceived(bytes, capture.acceptedTotals().receivedBytes - bytes.length),
      onSent: (byteCount) => listener.onSent(byteCount, capture.acceptedTotals().sentBytes - byteCount),
      onNothingToRead: () => undefined,
      onReceivePaused: () => this.#pause.begin(() => capture.acceptedTotals().fileBytes - capture.totals().fileBytes),
      onReceiveResumed: () => this.#pause.end(),
      onReceivingEnded: () => undefined,
      onAtRest: (changed) => {
        if (changed) listener.onChanged()
        if (this.#isBegun && this.#driver.isQuiet) this.#end()
      },
    })
  }

  get connectionNumber(): number {
    return this.#driver.machine.connectionNumber
  }

  get state(): ConnectionStateName {
    return this.#driver.machine.state
  }

  get initialByteCount(): number {
    return this.#initialByteCount
  }

  get remote(): SocketAddress | null {
    return this.#driver.machine.facts.remote
  }

  get ending(): ConnectionEnding | null {
    return this.#driver.machine.facts.ending
  }

  get refusal(): ErrorShape | null {
    return this.#refusal
  }

  /** Reads the files of TLS and connects. */
  async begin(): Promise<void> {
    try {
      const plan = connectionPlan(this.#settings, this.#parts.variables, false)
      const { tls } = this.#settings
      const prepared = tls === null ? null : await this.#parts.tls.prepare(tls, plan.settings.host, null)
      if (!this.#isOver) this.#connect(plan, prepared)
    } catch (thrown) {
      this.refuse(toErrorShape(thrown))
    }
  }

  refuse(error: ErrorShape): void {
    if (this.#isOver || this.#isBegun) return
    this.#refusal = error
    this.#listener.onChanged()
    this.#end()
  }

  send(bytes: Uint8Array): void {
    if (this.#isOver) throw new WirebenchError('not-connected')
    this.#driver.drive({ kind: 'send', bytes })
  }

  disconnect(): void {
    this.#finish('disconnect')
  }

  close(): void {
    this.#finish('close')
  }

  abort(): void {
    this.#finish('abort')
  }

  roomIsBack(): void {
    this.#driver.streams.roomIsBack()
  }

  #connect(plan: ConnectionPlan, prepared: PreparedTls | null): void {
    this.#prepared = prepared
    this.#isBegun = true
    this.#initialByteCount = plan.initialBytes.length
    const tls = plan.tls === null ? null : { ...plan.tls, serverName: prepared?.serverName ?? null }
    this.#driver.drive({ kind: 'connect', plan: { ...plan, tls } })
  }

  #finish(kind: 'disconnect' | 'close' | 'abort'): void {
    if (this.#isOver) return
    if (this.#isBegun) this.#driver.drive({ kind })
    else this.refuse(new WirebenchError('cancelled').toShape())
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#pause.end()
    this.#onQuiet()
  }
}
