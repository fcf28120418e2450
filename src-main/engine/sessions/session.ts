import type { LiveCapture } from '../../capture/live-capture.ts'
import { toErrorShape, WirebenchError } from '../../contract/errors.ts'
import type { ConnectionEvent, ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { ReadingMode, ReadOutcome } from '../../contract/schemas/reading.ts'
import type { SessionCounters, SessionSnapshot, SocketDetails } from '../../contract/schemas/session.ts'
import type { TlsCertificates } from '../../contract/schemas/tls.ts'
import type { ConnectionEffect, ConnectionInput, ConnectionTimer } from '../../protocol/connection/connection-inputs.ts'
import { ConnectionMachine } from '../../protocol/connection/connection-machine.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import type { DialOptions, StreamHandle, VariableResolver } from '../ports.ts'
import { connectionPlan } from './connection-plan.ts'
import { ConnectionTimes } from './connection-times.ts'
import type { ReadOptions } from './hand-reading.ts'
import { ReceivePause } from './receive-pause.ts'
import { SessionKeyLog } from './session-key-log.ts'
import type {
  ConnectRequest,
  SessionIdentity,
  SessionPorts,
  SessionStart,
  SessionWatcher,
  SessionWireLog,
} from './session-parts.ts'
import { SessionReading } from './session-reading.ts'
import { SessionTls } from './session-tls.ts'
import { StreamTable } from './stream-table.ts'

/** Whom a session tells. Both are called when it is at rest, so they may ask or command it. */
export interface SessionListener {
  /** State, addresses, settings or ending changed. */
  onChanged(session: Session): void
  /** Counters moved. Called often. */
  onProgress(session: Session): void
}

/** One tab: a capture for its whole life, and any number of connections, one at a time. Owns both. */
export class Session {
  readonly sessionId: string
  readonly capture: LiveCapture
  wireLog: SessionWireLog | null = null
  readonly #identity: SessionIdentity
  readonly #ports: SessionPorts
  readonly #listener: SessionListener
  readonly #machine: ConnectionMachine
  readonly #streams: StreamTable
  readonly #tls: SessionTls
  readonly #keyLog: SessionKeyLog
  readonly #reading: SessionReading
  readonly #pause: ReceivePause
  readonly #variables: VariableResolver
  /** As written: with the placeholders. */
  #settings: ConnectionSettings
  /** Those of the connecting that is asked for. */
  #wantedSettings: ConnectionSettings
  readonly #times: ConnectionTimes
  readonly #timers = new Map<ConnectionTimer, () => void>()
  readonly #inputs: ConnectionInput[] = []
  #watchers: readonly SessionWatcher[] = []
  /** Changes when what is being made ready for connecting is wanted no more. */
  #connectRequest = 0
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
    this.#machine = new ConnectionMachine(ports.random ?? Math.random)
    this.#times = new ConnectionTimes(ports.clock)
    this.#tls = new SessionTls(ports.tls, variables)
    this.#keyLog = new SessionKeyLog(ports.keyLogFiles, capture.captureId, () => listener.onChanged(this))
    this.#pause = new ReceivePause(ports.clock, (event) => {
      capture.recordEvent(this.#machine.connectionNumber, event)
      listener.onChanged(this)
    })
    this.#streams = new StreamTable(ports.dialer, capture, {
      onInput: (input) => this.#drive(input),
      onReceived: (attempt, bytes) => this.#received(attempt, bytes),
      onNothingToRead: () => this.#reading.nothingToRead(),
      onReceivePaused: () => this.#receivePaused(),
      onReceiveResumed: () => this.#receiveResumed(),
      onSecured: (secured) => this.#tls.secured(secured),
    })
    this.#reading = new SessionReading({
      clock: ports.clock,
      machine: this.#machine,
      streams: this.#streams,
      onChanged: () => {
        if (this.#driving) this.#changed = true
        else listener.onChanged(this)
      },
    })
  }

  /**
   * Placeholders get the values of their variables now, and the files of TLS are read. Errors: `already-connected`; those of
   * `connectionPlan` and `TlsProvider`; `cancelled` when the connection was given up meanwhile.
   */
  async connect({
    settings = this.#settings,
    passphrase = null,
    resendUnsent = false,
  }: ConnectRequest = {}): Promise<void> {
    if (!this.#machine.mayConnect()) throw new WirebenchError('already-connected')
    const plan = connectionPlan(settings, this.#variables, resendUnsent)
    const { host } = plan.settings
    const request = ++this.#connectRequest
    const prepared = settings.tls === null ? null : await this.#tls.prepare(settings.tls, host, passphrase)
    if (request !== this.#connectRequest) throw new WirebenchError('cancelled')
    // A retry may have begun meanwhile, with what was made ready for it.
    if (!this.#machine.mayConnect()) throw new WirebenchError('already-connected')
    this.#wantedSettings = settings
    const tls = plan.tls === null ? null : { ...plan.tls, serverName: prepared?.serverName ?? null }
    this.#tls.use(prepared, host)
    this.#drive({ kind: 'connect', plan: { ...plan, tls } })
  }

  /** Errors: `not-connected`, `tls-already`, `sending-ended`; those of `TlsProvider`. */
  async startTls(passphrase: string | null): Promise<void> {
    const attempt = this.#machine.openAttempt
    if (attempt === null) throw new WirebenchError('not-connected')
    const prepared = await this.#tls.prepareByHand(this.#settings.tls, passphrase)
    // Another connection may have come meanwhile.
    if (attempt !== this.#machine.openAttempt) throw new WirebenchError('not-connected')
    this.#tls.byHand = prepared
    this.#drive({ kind: 'start-tls', serverName: prepared.serverName })
  }

  cancel(): void {
    this.#giveUpRequest()
    this.#drive({ kind: 'cancel' })
  }

  /** What still comes is read without being asked for: else the end of the peer would never be seen. */
  disconnect(): void {
    this.#giveUpRequest()
    this.#reading.forget()
    this.#drive({ kind: 'disconnect' })
    this.#reading.readToEnd()
  }

  /** FIN at once, without waiting for unsent bytes or the peer. */
  closeConnection(): void {
    this.#giveUpRequest()
    this.#drive({ kind: 'close' })
  }

  abort(): void {
    this.#giveUpRequest()
    this.#drive({ kind: 'abort' })
  }

  /** Errors: `not-connected`. */
  endSending(): void {
    this.#drive({ kind: 'end-sending' })
  }

  /** Errors: `not-connected`. */
  endReceiving(): void {
    this.#drive({ kind: 'end-receiving' })
  }

  /** Queues bytes, which must not be changed afterwards. Errors: `nothing-to-send`, `sending-ended`, `not-connected`. */
  send(bytes: Uint8Array): void {
    this.#drive({ kind: 'send', bytes })
  }

  /** The first bytes of what was queued and never accepted, and how many there are. */
  unsent(maximumBytes: number): { readonly bytes: Uint8Array; readonly totalBytes: number } {
    return this.#machine.unsent(maximumBytes)
  }

  /** Keys of the handshakes from now on are kept, or no longer are. */
  setKeyLog(isOn: boolean): void {
    this.#keyLog.turn(isOn)
    this.#listener.onChanged(this)
  }

  /** Of the present or last secured connection. */
  get certificates(): TlsCertificates {
    return this.#tls.certificates
  }

  /** What the system says of the socket now; zeros while there is none. */
  async socketDetails(): Promise<SocketDetails> {
    const stream = this.#openStream()
    return stream === null ? { sendBufferBytes: 0, receiveBufferBytes: 0, reason: null } : stream.details()
  }

  /** Who reads, this session or a person. What is held by the reads of a person is in the capture already. */
  setReading(reading: ReadingMode): void {
    this.#reading.set(reading)
    this.#listener.onChanged(this)
  }

  /** Errors: `reading-automatic`, `read-active`; how the read itself failed is its outcome. */
  async read(plan: ReadPlan, options: ReadOptions): Promise<ReadOutcome> {
    return this.#reading.read(plan, options)
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
    const { retry, ...facts } = this.#machine.facts
    return {
      ...this.#identity,
      captureId: this.capture.captureId,
      settings: this.#settings,
      state: this.#machine.state,
      connectionNumber: this.#machine.connectionNumber,
      ...facts,
      retry: retry === null ? null : { ...retry, nextAtUnixUs: this.#times.nextAttemptAtUnixUs },
      keyLog: this.#keyLog.state(),
      wireLog: this.wireLog?.state() ?? null,
      openedAtUnixUs: this.#times.openedAtUnixUs,
      counters: this.counters(),
      receivePaused: this.isReceivePaused,
      reading: this.#reading.snapshot(),
    }
  }

  /** Ends the connection, properly within `graceMs` or else with RST, and waits until every socket and the key log are closed. */
  async end(graceMs: number): Promise<void> {
    this.#giveUpRequest()
    if (this.#machine.isActive) this.disconnect()
    if (!this.#isQuiet()) {
      const quiet = new Promise<void>((resolve) => (this.#whenQuiet = resolve))
      const cancelAbort = this.#ports.clock.wakeAfter(graceMs, () => this.abort())
      await quiet
      cancelAbort()
    }
    await this.#keyLog.close()
  }

  #isQuiet(): boolean {
    return !this.#machine.isActive && this.#streams.isEmpty
  }

  #giveUpRequest(): void {
    this.#connectRequest += 1
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
        if (next.kind === 'connect') this.#settings = this.#wantedSettings
        for (const effect of effects) this.#carryOut(effect)
      }
    } finally {
      this.#driving = false
    }
    this.#tellListener()
  }

  #openStream(): StreamHandle | null {
    return this.#streams.get(this.#machine.openAttempt)
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
        this.#streams.write(effect.attempt, effect.bytes)
        break
      case 'start-tls':
        this.#startTls(effect.attempt)
        break
      case 'end-sending':
        this.#streams.get(effect.attempt)?.endSending()
        break
      case 'end-receiving':
        this.#reading.forget()
        this.#streams.get(effect.attempt)?.holdReading(true)
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
        this.#tell(effect.event)
        break
      case 'record-sent':
        this.capture.recordSent(this.#machine.connectionNumber, effect.bytes)
        break
      default:
        effect satisfies never
    }
  }

  #tell(event: ConnectionEvent): void {
    this.#changed = true
    this.#times.told(event)
    this.capture.recordEvent(this.#machine.connectionNumber, event)
    this.#reading.told(event)
  }

  #dial({ attempt, remote }: Extract<ConnectionEffect, { kind: 'dial' }>): void {
    const { noDelay, keepAliveDelayMs, localAddress, localPort, readSizeBytes, tls } = this.#settings
    const options: DialOptions = {
      noDelay,
      keepAliveDelayMs,
      localAddress,
      localPort,
      readSizeBytes,
      tls: tls?.start.kind === 'at-once' ? this.#tls.prepared : null,
      keyLog: () => this.#keyLog.sink(),
    }
    const stream = this.#streams.dial(attempt, { remote, options, connection: this.#machine.connectionNumber })
    this.#reading.dialled(stream, tls?.start.kind === 'after-text')
  }

  #startTls(attempt: number): void {
    const prepared = this.#tls.byHand ?? this.#tls.prepared
    if (prepared !== null) this.#streams.get(attempt)?.startTls(prepared)
  }

  #received(attempt: number, bytes: Uint8Array): void {
    for (const watcher of this.#watchers) watcher.onReceived(bytes)
    if (this.#machine.expectsText) this.#drive({ kind: 'received', attempt, bytes: bytes.slice() })
    else this.#reading.received(bytes)
  }

  #receivePaused(): void {
    this.#pause.begin(() => this.capture.acceptedTotals().fileBytes - this.capture.totals().fileBytes)
    this.#listener.onProgress(this)
  }

  #receiveResumed(): void {
    this.#pause.end()
    this.#listener.onProgress(this)
  }
}
