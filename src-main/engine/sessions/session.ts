import type { LiveCapture } from '../../capture/live-capture.ts'
import { describeError, toErrorShape, WirebenchError } from '../../contract/errors.ts'
import type { ConnectionEvent, ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { ReadingMode, ReadOutcome } from '../../contract/schemas/reading.ts'
import type { SessionCounters, SessionSnapshot } from '../../contract/schemas/session.ts'
import type { WireLogState } from '../../contract/schemas/wire-log.ts'
import type { ConnectionEffect, ConnectionInput, ConnectionTimer } from '../../protocol/connection/connection-inputs.ts'
import { ConnectionMachine } from '../../protocol/connection/connection-machine.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import type { Clock, Dialer, NameResolver, StreamHandle, StreamHandlers, VariableResolver } from '../ports.ts'
import { connectionTarget } from './connection-target.ts'
import { HandReading, type ReadOptions } from './hand-reading.ts'
import { ReceivePause } from './receive-pause.ts'
import { TappedSink } from './tapped-sink.ts'

/** What a session needs from outside. */
export interface SessionPorts {
  readonly clock: Clock
  readonly resolver: NameResolver
  readonly dialer: Dialer
}

/** What a session knows from the outset, besides its identity. */
export interface SessionStart {
  readonly settings: ConnectionSettings
  readonly capture: LiveCapture
  /** Variables that may stand in host and port. */
  readonly variables: VariableResolver
}

/** Whom a session tells. Both are called when it is at rest, so they may ask or command it. */
export interface SessionListener {
  /** State, addresses, settings or ending changed. */
  onChanged(session: Session): void
  /** Counters moved. Called often. */
  onProgress(session: Session): void
}

/** Who looks at a session for a while, as runs do. Neither may throw. */
export interface SessionWatcher {
  /** Bytes arrived and are in the capture. They change afterwards: copy what is kept. */
  onReceived(bytes: Uint8Array): void
  /** State or counters may have changed. */
  onChanged(): void
}

/** What follows the capture of a session into a log of its own. Whoever put it there ends it with the session. */
export interface SessionWireLog {
  state(): WireLogState
  /** The capture has ended: what is on disk of it is logged, and the log closed. Never fails. */
  finish(): Promise<void>
}

/** The facts a session begins with. */
export interface SessionIdentity {
  readonly sessionId: string
  readonly title: string
  readonly profileId: string | null
}

/** One tab: a capture for its whole life, and any number of connections, one at a time. Owns both. */
export class Session {
  readonly sessionId: string
  readonly capture: LiveCapture
  wireLog: SessionWireLog | null = null
  readonly #identity: SessionIdentity
  readonly #ports: SessionPorts
  readonly #listener: SessionListener
  readonly #machine = new ConnectionMachine()
  readonly #pause: ReceivePause
  readonly #variables: VariableResolver
  /** As written: with the placeholders. */
  #settings: ConnectionSettings
  /** Those of the connecting that is asked for. */
  #wantedSettings: ConnectionSettings
  #openedAtUnixUs: number | null = null
  /** Every dial that has not told its end yet. */
  readonly #streams = new Map<number, StreamHandle>()
  readonly #timers = new Map<ConnectionTimer, () => void>()
  /** Writes that wait for the disk: what was sent must be recorded, and memory is bounded. */
  readonly #heldWrites: Extract<ConnectionEffect, { kind: 'write' }>[] = []
  readonly #inputs: ConnectionInput[] = []
  /** Null while the session reads by itself. */
  #handReading: HandReading | null = null
  #watchers: readonly SessionWatcher[] = []
  #driving = false
  #changed = false
  #whenQuiet: (() => void) | null = null

  constructor(
    identity: SessionIdentity,
    { settings, capture, variables }: SessionStart,
    ports: SessionPorts,
    listener: SessionListener,
  ) {
    this.sessionId = identity.sessionId
    this.capture = capture
    this.#identity = identity
    this.#settings = settings
    this.#wantedSettings = settings
    this.#variables = variables
    this.#ports = ports
    this.#listener = listener
    this.#pause = new ReceivePause(ports.clock, (event) => {
      capture.recordEvent(this.#machine.connectionNumber, event)
      listener.onChanged(this)
    })
    capture.onRoom = () => this.#writeHeld()
  }

  /** Host and port get the values of their variables now. Errors: `already-connected`; those of `connectionTarget`. */
  connect(settings: ConnectionSettings = this.#settings): void {
    const target = connectionTarget(settings, this.#variables)
    this.#wantedSettings = settings
    this.#drive({ kind: 'connect', settings: target })
  }

  cancel(): void {
    this.#drive({ kind: 'cancel' })
  }

  /** What still comes is read without being asked for: else the end of the peer would never be seen. */
  disconnect(): void {
    this.#handReading?.forget()
    this.#drive({ kind: 'disconnect' })
    if (this.#handReading !== null) this.#openStream()?.holdReading(false)
  }

  abort(): void {
    this.#drive({ kind: 'abort' })
  }

  /** Errors: `not-connected`. */
  endSending(): void {
    this.#drive({ kind: 'end-sending' })
  }

  /** Queues bytes, which must not be changed afterwards. Errors: `nothing-to-send`, `sending-ended`, `not-connected`. */
  send(bytes: Uint8Array): void {
    this.#drive({ kind: 'send', bytes })
  }

  /** Who reads, this session or a person. What is held by the reads of a person is in the capture already. */
  setReading(reading: ReadingMode): void {
    if (reading.mode === 'automatic') this.#readByItself()
    else if (this.#handReading === null) this.#readByHand(reading.readSizeBytes)
    else this.#handReading.readSizeBytes = reading.readSizeBytes
    this.#handReading?.serviceEvery(reading.mode === 'manual' ? reading.serviceIntervalMs : null)
    this.#listener.onChanged(this)
  }

  /** Errors: `reading-automatic`, `read-active`; how the read itself failed is its outcome. */
  async read(plan: ReadPlan, options: ReadOptions): Promise<ReadOutcome> {
    if (this.#handReading === null) throw new WirebenchError('reading-automatic')
    return this.#handReading.read(plan, options)
  }

  /** Tells the watcher from now on until the returned function is called. */
  watch(watcher: SessionWatcher): () => void {
    this.#watchers = [...this.#watchers, watcher]
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher)
    }
  }

  get isReceivePaused(): boolean {
    return this.#pause.isPaused
  }

  counters(): SessionCounters {
    return {
      sentBytes: this.#machine.acceptedBytes,
      receivedBytes: this.capture.acceptedTotals().receivedBytes,
      unsentBytes: this.#machine.unsentBytes,
    }
  }

  snapshot(): SessionSnapshot {
    return {
      ...this.#identity,
      captureId: this.capture.captureId,
      settings: this.#settings,
      state: this.#machine.state,
      connectionNumber: this.#machine.connectionNumber,
      ...this.#machine.facts,
      handshakeMs: null,
      flags: { opened: false, accepted: false, connected: false, cutOff: false, shouldBeConnected: false },
      receivingEnded: false,
      retry: null,
      tls: null,
      keyLog: { isOn: false, path: null, lineCount: 0, error: null },
      wireLog: this.wireLog?.state() ?? null,
      openedAtUnixUs: this.#openedAtUnixUs,
      counters: this.counters(),
      receivePaused: this.isReceivePaused,
      reading: this.#handReading?.snapshot() ?? { mode: 'automatic' },
    }
  }

  /** Ends the connection, properly within `graceMs` or else with RST, and waits until every socket is closed. */
  async end(graceMs: number): Promise<void> {
    if (this.#machine.isActive) this.disconnect()
    if (this.#isQuiet()) return
    const quiet = new Promise<void>((resolve) => (this.#whenQuiet = resolve))
    const cancelAbort = this.#ports.clock.wakeAfter(graceMs, () => this.abort())
    await quiet
    cancelAbort()
  }

  #isQuiet(): boolean {
    return !this.#machine.isActive && this.#streams.size === 0
  }

  /** Feeds the machine and carries out what it wants. What happens meanwhile waits its turn. */
  #drive(input: ConnectionInput): void {
    if (this.#driving) {
      this.#inputs.push(input)
      return
    }
    this.#driving = true
    try {
      for (let next: ConnectionInput | undefined = input; next !== undefined; next = this.#inputs.shift()) {
        const effects = this.#machine.accept(next, this.#ports.clock.monotonicNs() / 1e6)
        if (next.kind === 'connect') this.#begin()
        for (const effect of effects) this.#carryOut(effect)
      }
    } finally {
      this.#driving = false
    }
    this.#tellListener()
  }

  #begin(): void {
    this.#settings = this.#wantedSettings
    this.#openedAtUnixUs = null
    this.#handReading?.forget()
  }

  #openStream(): StreamHandle | null {
    const attempt = this.#machine.openAttempt
    return attempt === null ? null : (this.#streams.get(attempt) ?? null)
  }

  #readByHand(readSizeBytes: number): void {
    this.#handReading = new HandReading(readSizeBytes, this.#ports.clock, () => {
      if (this.#driving) this.#changed = true
      else this.#listener.onChanged(this)
    })
    for (const stream of this.#streams.values()) stream.holdReading(true)
    const open = this.#openStream()
    if (open !== null) this.#handReading.begin(open, this.#machine.state === 'half-closed-remote')
  }

  #readByItself(): void {
    const handReading = this.#handReading
    this.#handReading = null
    handReading?.serviceEvery(null)
    handReading?.giveUp(describeError('cancelled'))
    for (const stream of this.#streams.values()) stream.holdReading(false)
  }

  #tellListener(): void {
    if (this.#changed) {
      this.#changed = false
      this.#listener.onChanged(this)
    } else {
      this.#listener.onProgress(this)
    }
    for (const watcher of this.#watchers) watcher.onChanged()
    if (this.#isQuiet()) this.#whenQuiet?.()
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case 'resolve':
        this.#ports.resolver.resolve(effect.host, effect.family).then(
          (addresses) => this.#drive({ kind: 'resolved', connection: effect.connection, addresses }),
          (thrown: unknown) =>
            this.#drive({ kind: 'resolve-failed', connection: effect.connection, error: toErrorShape(thrown) }),
        )
        break
      case 'dial':
        this.#dial(effect)
        break
      case 'abandon':
        this.#streams.get(effect.attempt)?.destroy(false)
        break
      case 'write':
        this.#heldWrites.push(effect)
        if (this.capture.hasRoom) this.#writeHeld()
        break
      case 'end-sending':
        this.#streams.get(effect.attempt)?.endSending()
        break
      case 'destroy':
        this.#streams.get(effect.attempt)?.destroy(effect.reset)
        break
      case 'wake-after':
        this.#timers.set(
          effect.timer,
          this.#ports.clock.wakeAfter(effect.delayMs, () => this.#drive({ kind: 'timer-fired', timer: effect.timer })),
        )
        break
      case 'forget-timer':
        this.#timers.get(effect.timer)?.()
        this.#timers.delete(effect.timer)
        break
      case 'tell':
        this.#changed = true
        if (effect.event.kind === 'connected') this.#openedAtUnixUs = this.#ports.clock.unixMicroseconds()
        this.capture.recordEvent(this.#machine.connectionNumber, effect.event)
        this.#tellHandReading(effect.event)
        break
      case 'record-sent':
        this.capture.recordSent(this.#machine.connectionNumber, effect.bytes)
        break
      default:
        effect satisfies never
    }
  }

  #tellHandReading(event: ConnectionEvent): void {
    const stream = this.#openStream()
    if (event.kind === 'connected' && stream !== null) this.#handReading?.begin(stream, false)
    else this.#handReading?.told(event)
  }

  #writeHeld(): void {
    for (const { attempt, bytes } of this.#heldWrites.splice(0)) this.#streams.get(attempt)?.write(bytes)
  }

  #dial({ attempt, remote }: Extract<ConnectionEffect, { kind: 'dial' }>): void {
    const { noDelay, keepAliveDelayMs, localAddress, localPort, readSizeBytes } = this.#settings
    const options = { noDelay, keepAliveDelayMs, localAddress, localPort, readSizeBytes, tls: null, keyLog: () => null }
    const connection = this.#machine.connectionNumber
    const sink = () => new TappedSink(this.capture.sink(connection), (bytes) => this.#tapReceived(bytes))
    const handlers = this.#handlersOf(attempt)
    const stream = this.#ports.dialer.dial(remote, options, sink, handlers)
    if (this.#handReading !== null) stream.holdReading(true)
    this.#streams.set(attempt, stream)
  }

  #tapReceived(bytes: Uint8Array): void {
    for (const watcher of this.#watchers) watcher.onReceived(bytes)
    this.#handReading?.received(bytes)
  }

  #handlersOf(attempt: number): StreamHandlers {
    let connected = false
    return {
      onConnected: (local, remote) => {
        connected = true
        this.#drive({ kind: 'dial-connected', attempt, local, remote })
      },
      onAccepted: (byteCount) => this.#drive({ kind: 'accepted-bytes', attempt, byteCount }),
      onReceivePaused: () => {
        this.#pause.begin(() => this.#bytesWaitingForDisk())
        this.#listener.onProgress(this)
      },
      onReceiveResumed: () => {
        this.#pause.end()
        this.#listener.onProgress(this)
      },
      onNothingToRead: () => this.#handReading?.nothingToRead(),
      onLossNoticed: () => undefined,
      onSecured: () => undefined,
      onPeerEnded: () => this.#drive({ kind: 'peer-ended', attempt }),
      onFailed: (error) => this.#drive({ kind: connected ? 'failed' : 'dial-failed', attempt, error }),
      onClosed: () => {
        this.#streams.delete(attempt)
        if (connected) this.#pause.end()
        this.#drive({ kind: 'closed', attempt })
      },
    }
  }

  #bytesWaitingForDisk(): number {
    return this.capture.acceptedTotals().fileBytes - this.capture.totals().fileBytes
  }
}
