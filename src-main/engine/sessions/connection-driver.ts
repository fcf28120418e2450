import type { LiveCapture } from '../../capture/live-capture.ts'
import { toErrorShape } from '../../contract/errors.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { ConnectionEffect, ConnectionInput, ConnectionTimer } from '../../protocol/connection/connection-inputs.ts'
import { ConnectionMachine } from '../../protocol/connection/connection-machine.ts'
import type { DialOptions, PreparedTls, SecuredConnection, StreamHandle } from '../ports.ts'
import type { SessionPorts } from './session-parts.ts'
import { StreamTable } from './stream-table.ts'

/** Whom a driver asks and tells. Everything but `onAtRest` comes in the middle of its work: none may throw. */
export interface DriverListener {
  /** The machine has taken a `connect`; nothing was dialled yet. */
  onConnecting(): void
  dialOptions(): DialOptions
  /** For a handshake in mid-stream. */
  preparedTls(): PreparedTls | null
  onDialled(stream: StreamHandle): void
  /** An event of the connection; it is in the capture. */
  onTold(event: ConnectionEvent): void
  onSecured(secured: SecuredConnection): void
  /** Bytes arrived and are in the capture. They change afterwards. */
  onReceived(bytes: Uint8Array): void
  /** The system accepted bytes; they are in the capture. */
  onSent(byteCount: number): void
  onNothingToRead(): void
  onReceivePaused(): void
  onReceiveResumed(): void
  /** Nothing more is to be read on this connection. */
  onReceivingEnded(): void
  /** All is done that was to be done: the driver may be asked and commanded again. `changed`: an event was told. */
  onAtRest(changed: boolean): void
}

/** What a driver works with. */
export interface DriverParts {
  readonly ports: SessionPorts
  readonly capture: LiveCapture
  /** The number of the next connection in the capture, where several drivers share one. */
  readonly nextConnectionNumber: () => number
}

/**
 * Carries the effects of one connection machine out on the dialer, the resolver, the clock and a capture, and feeds it with what comes
 * of them. What happens in the middle of its work waits its turn.
 */
export class ConnectionDriver {
  readonly machine: ConnectionMachine
  readonly streams: StreamTable
  readonly #parts: DriverParts
  readonly #listener: DriverListener
  readonly #timers = new Map<ConnectionTimer, () => void>()
  readonly #inputs: ConnectionInput[] = []
  #driving = false
  #changed = false

  constructor(parts: DriverParts, listener: DriverListener) {
    const { ports, capture } = parts
    this.#parts = parts
    this.#listener = listener
    this.machine = new ConnectionMachine(ports.random ?? Math.random, parts.nextConnectionNumber)
    this.streams = new StreamTable(ports.dialer, capture, {
      onInput: (input) => this.drive(input),
      onReceived: (attempt, bytes) => this.#received(attempt, bytes),
      onNothingToRead: () => listener.onNothingToRead(),
      onReceivePaused: () => listener.onReceivePaused(),
      onReceiveResumed: () => listener.onReceiveResumed(),
      onSecured: (secured) => listener.onSecured(secured),
    })
  }

  /** The stream of the open connection; null while there is none. */
  get openStream(): StreamHandle | null {
    return this.streams.get(this.machine.openAttempt)
  }

  /** Nothing lives any more, and nothing comes by itself. */
  get isQuiet(): boolean {
    return !this.machine.isActive && this.streams.isEmpty
  }

  get isDriving(): boolean {
    return this.#driving
  }

  /** The listener has to be told of a change that the machine knows nothing of, once this is at rest. */
  markChanged(): void {
    this.#changed = true
  }

  /** Feeds the machine and carries out what it wants. Errors: those of the machine, for what may not be asked for now. */
  drive(input: ConnectionInput): void {
    if (this.#driving) {
      this.#inputs.push(input)
      return
    }
    this.#driving = true
    try {
      for (let next: ConnectionInput | undefined = input; next !== undefined; next = this.#inputs.shift()) {
        const effects = this.machine.accept(next, this.#parts.ports.clock.monotonicNs() / 1e6)
        if (next.kind === 'connect') this.#listener.onConnecting()
        for (const effect of effects) this.#carryOut(effect)
      }
    } finally {
      this.#driving = false
    }
    const changed = this.#changed
    this.#changed = false
    this.#listener.onAtRest(changed)
  }

  #carryOut(effect: ConnectionEffect): void {
    const { ports, capture } = this.#parts
    const { streams } = this
    switch (effect.kind) {
      case 'resolve':
        ports.resolver.resolve(effect.host, effect.family).then(
          (addresses) => this.drive({ kind: 'resolved', connection: effect.connection, addresses }),
          (thrown: unknown) =>
            this.drive({ kind: 'resolve-failed', connection: effect.connection, error: toErrorShape(thrown) }),
        )
        break
      case 'dial':
        this.#dial(effect)
        break
      case 'abandon':
        streams.get(effect.attempt)?.destroy(false)
        break
      case 'write':
        streams.write(effect.attempt, effect.bytes)
        break
      case 'start-tls':
        this.#startTls(effect.attempt)
        break
      case 'end-sending':
        streams.get(effect.attempt)?.endSending()
        break
      case 'end-receiving':
        this.#listener.onReceivingEnded()
        streams.get(effect.attempt)?.holdReading(true)
        break
      case 'destroy':
        streams.get(effect.attempt)?.destroy(effect.reset)
        break
      case 'wake-after':
        this.#wakeAfter(effect)
        break
      case 'forget-timer':
        this.#timers.get(effect.timer)?.()
        this.#timers.delete(effect.timer)
        break
      case 'tell':
        this.#changed = true
        capture.recordEvent(this.machine.connectionNumber, effect.event)
        this.#listener.onTold(effect.event)
        break
      case 'record-sent':
        capture.recordSent(this.machine.connectionNumber, effect.bytes)
        this.#listener.onSent(effect.bytes.length)
        break
      default:
        effect satisfies never
    }
  }

  #wakeAfter({ timer, delayMs }: Extract<ConnectionEffect, { kind: 'wake-after' }>): void {
    const cancel = this.#parts.ports.clock.wakeAfter(delayMs, () => this.drive({ kind: 'timer-fired', timer }))
    this.#timers.set(timer, cancel)
  }

  #dial({ attempt, remote }: Extract<ConnectionEffect, { kind: 'dial' }>): void {
    const options = this.#listener.dialOptions()
    const stream = this.streams.dial(attempt, { remote, options, connection: this.machine.connectionNumber })
    this.#listener.onDialled(stream)
  }

  #startTls(attempt: number): void {
    const prepared = this.#listener.preparedTls()
    if (prepared !== null) this.streams.get(attempt)?.startTls(prepared)
  }

  #received(attempt: number, bytes: Uint8Array): void {
    this.#listener.onReceived(bytes)
    if (this.machine.expectsText) this.drive({ kind: 'received', attempt, bytes: bytes.slice() })
  }
}
