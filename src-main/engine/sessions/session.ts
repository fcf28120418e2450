import type { LiveCapture } from '../../capture/live-capture.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { ConnectionSettings, ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { ReadingMode, ReadOutcome } from '../../contract/schemas/reading.ts'
import type { SessionCounters, SessionSnapshot, SocketDetails } from '../../contract/schemas/session.ts'
import type { TlsCertificates } from '../../contract/schemas/tls.ts'
import type { ConnectionInput } from '../../protocol/connection/connection-inputs.ts'
import type { ConnectionMachine } from '../../protocol/connection/connection-machine.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import type { VariableResolver } from '../ports.ts'
import { ConnectionDriver, type DriverListener } from './connection-driver.ts'
import { connectionPlan } from './connection-plan.ts'
import { ConnectionTimes } from './connection-times.ts'
import { dialOptionsOf } from './dial-options.ts'
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
import type { SideConnection, SideConnectionListener, SideConnectionOptions } from './side-connection.ts'
import { SideConnections } from './side-connections.ts'

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
  #identity: SessionIdentity
  readonly #ports: SessionPorts
  readonly #listener: SessionListener
  readonly #driver: ConnectionDriver
  readonly #sides: SideConnections
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
  #watchers: readonly SessionWatcher[] = []
  /** Changes when what is being made ready for connecting is wanted no more. */
  #connectRequest = 0
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
    this.#times = new ConnectionTimes(ports.clock)
    this.#tls = new SessionTls(ports.tls, variables)
    this.#keyLog = new SessionKeyLog(ports.keyLogFiles, capture.captureId, () => listener.onChanged(this))
    this.#pause = new ReceivePause(ports.clock, (event) => {
      capture.recordEvent(this.#machine.connectionNumber, event)
      listener.onChanged(this)
    })
    let connectionCount = 0
    const parts = { ports, capture, nextConnectionNumber: () => ++connectionCount }
    this.#driver = new ConnectionDriver(parts, this.#listenerOfDriver())
    this.#sides = new SideConnections(parts, {
      variables,
      tls: this.#tls,
      keyLog: () => this.#keyLog.sink(),
      onEnded: () => this.#checkQuiet(),
    })
    capture.onRoom = () => {
      this.#driver.streams.roomIsBack()
      this.#sides.roomIsBack()
    }
    this.#reading = new SessionReading({
      clock: ports.clock,
      machine: this.#machine,
      streams: this.#driver.streams,
      onChanged: () => {
        if (this.#driver.isDriving) this.#driver.markChanged()
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

  /** It is a session of this profile from now on, and has its name. */
  adoptProfile(profile: { readonly id: string; readonly name: string }): void {
    this.#identity = { ...this.#identity, profileId: profile.id, title: profile.name }
    this.#listener.onChanged(this)
  }

  /** Of the present or last secured connection. */
  get certificates(): TlsCertificates {
    return this.#tls.certificates
  }

  /** What the system says of the socket now; zeros while there is none. */
  async socketDetails(): Promise<SocketDetails> {
    const stream = this.#driver.openStream
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

  /** A further connection with the settings of now, beside the session's own one. */
  openSide(listener: SideConnectionListener, options: SideConnectionOptions = {}): SideConnection {
    return this.#sides.open(this.#settings, listener, options)
  }

  /** Tells the watcher from now on until the returned function is called. */
  watch(watcher: SessionWatcher): () => void {
    this.#watchers = [...this.#watchers, watcher]
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher)
    }
  }

  /** Of the session's own connection, without the rest of a snapshot. */
  get state(): ConnectionStateName {
    return this.#machine.state
  }

  /** Of the session's own connection, present or last; 0 before the first. */
  get connectionNumber(): number {
    return this.#machine.connectionNumber
  }

  /** Of the session's own connection. */
  get unsentBytes(): number {
    return this.#machine.unsentBytes
  }

  get isReceivePaused(): boolean {
    return this.#pause.isPaused
  }

  counters(): SessionCounters {
    const { sentBytes, receivedBytes } = this.capture.acceptedTotals()
    return {
      sentBytes,
      receivedBytes,
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
    this.#sides.end()
    if (this.#machine.isActive) this.disconnect()
    if (!this.#isQuiet()) {
      const quiet = new Promise<void>((resolve) => (this.#whenQuiet = resolve))
      const cancelAbort = this.#ports.clock.wakeAfter(graceMs, () => {
        this.#sides.abort()
        this.abort()
      })
      await quiet
      cancelAbort()
    }
    await this.#keyLog.close()
  }

  get #machine(): ConnectionMachine {
    return this.#driver.machine
  }

  #isQuiet(): boolean {
    return this.#driver.isQuiet && this.#sides.isQuiet
  }

  #giveUpRequest(): void {
    this.#connectRequest += 1
  }

  #listenerOfDriver(): DriverListener {
    return {
      onConnecting: () => (this.#settings = this.#wantedSettings),
      dialOptions: () => dialOptionsOf(this.#settings, this.#tls.prepared, () => this.#keyLog.sink()),
      preparedTls: () => this.#tls.byHand ?? this.#tls.prepared,
      onDialled: (stream) => this.#reading.dialled(stream, this.#settings.tls?.start.kind === 'after-text'),
      onTold: (event) => {
        this.#times.told(event)
        this.#reading.told(event)
      },
      onSecured: (secured) => this.#tls.secured(secured),
      onReceived: (bytes) => {
        for (const watcher of this.#watchers) watcher.onReceived(bytes)
        if (!this.#machine.expectsText) this.#reading.received(bytes)
      },
      onSent: (byteCount) => {
        for (const watcher of this.#watchers) watcher.onSent?.(byteCount)
      },
      onNothingToRead: () => this.#reading.nothingToRead(),
      onReceivePaused: () => this.#receivePaused(),
      onReceiveResumed: () => this.#receiveResumed(),
      onReceivingEnded: () => this.#reading.forget(),
      onAtRest: (changed) => this.#tellListener(changed),
    }
  }

  #drive(input: ConnectionInput): void {
    this.#driver.drive(input)
  }

  #tellListener(changed: boolean): void {
    if (changed) this.#listener.onChanged(this)
    else this.#listener.onProgress(this)
    for (const watcher of this.#watchers) watcher.onChanged()
    this.#checkQuiet()
  }

  #checkQuiet(): void {
    if (this.#isQuiet()) this.#whenQuiet?.()
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
