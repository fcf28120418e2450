import type { CancelSignal } from '../../src-main/contract/command-handlers.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import type { CommandName, CommandReply } from '../../src-main/contract/commands.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { CaptureTotals } from '../../src-main/contract/schemas/capture.ts'
import type { ConnectionSettingsInput, ConnectionStateName } from '../../src-main/contract/schemas/connection.ts'
import type { ReadingModeInput, ReadOutcome, ReadRequest } from '../../src-main/contract/schemas/reading.ts'
import type { SessionCounters, SessionSnapshot, SocketDetails } from '../../src-main/contract/schemas/session.ts'
import type { TlsCertificates } from '../../src-main/contract/schemas/tls.ts'
import type { WireLogSettings, WireLogText } from '../../src-main/contract/schemas/wire-log.ts'
import { formatHostPort } from '../format/addresses.ts'
import { describeSessionState, type StateWords } from '../strings/states.ts'
import type { CaptureStore } from './captures.svelte.ts'

/** Bytes per second over one sampling step. */
export interface RateSample {
  readonly sentBytesPerSecond: number
  readonly receivedBytesPerSecond: number
}

/** Samples kept for the small chart: 60 of 500 ms are 30 s. */
export const rateHistoryLength = 60
export const rateSampleMs = 500

/**
 * Asks a person for the passphrase that an error misses and runs something with it, again while it is wrong. Rejects with
 * `cancelled` when none is given, else with what running failed with.
 */
export type AskPassphrase = <Result>(
  error: WirebenchError,
  run: (passphrase: string) => Promise<Result>,
) => Promise<Result>

/** How to connect, besides the settings. */
export interface ConnectOptions {
  /** What the last connection left unsent goes out first. */
  readonly resendUnsent?: boolean
}

/** Nobody is there to be asked: a missing passphrase is an error like any other. */
const refuse: AskPassphrase = (error) => Promise.reject(error)

/** The errors that a passphrase mends. */
export const passphraseCodes: ReadonlySet<string> = new Set(['passphrase-required', 'passphrase-wrong'])

/** Commands that need nothing but the session and answer how it is then. */
type PlainCommand = Extract<
  CommandName,
  | 'session.cancel'
  | 'session.disconnect'
  | 'session.close-connection'
  | 'session.abort'
  | 'session.end-sending'
  | 'session.end-receiving'
>

const liveStates: ReadonlySet<ConnectionStateName> = new Set(['open', 'half-closed-local', 'half-closed-remote'])
const busyStates: ReadonlySet<ConnectionStateName> = new Set([
  'resolving',
  'connecting',
  'handshaking',
  'waiting-to-retry',
])
const sendingStates: ReadonlySet<ConnectionStateName> = new Set([...busyStates, 'open', 'half-closed-remote'])
const idleRate: RateSample = { sentBytesPerSecond: 0, receivedBytesPerSecond: 0 }

/**
 * One session of the engine as the window knows it. Every getter is reactive. Commands reject with a `WirebenchError`;
 * their effect is seen in `snapshot`, which the engine's events keep up to date.
 */
export class SessionState {
  readonly sessionId: string
  readonly #link: Link
  readonly #captures: CaptureStore
  readonly #askPassphrase: AskPassphrase
  #snapshot: SessionSnapshot
  #counters: SessionCounters
  #receivePaused: boolean
  /** Bytes received before the present connection; null when this window was not there then. */
  #receivedBefore: number | null
  #rateHistory = $state.raw<readonly RateSample[]>([])
  #closed = $state(false)
  #sampled: { sentBytes: number; receivedBytes: number }

  constructor(link: Link, captures: CaptureStore, snapshot: SessionSnapshot, askPassphrase: AskPassphrase = refuse) {
    this.#askPassphrase = askPassphrase
    this.sessionId = snapshot.sessionId
    this.#link = link
    this.#captures = captures
    this.#snapshot = $state.raw(snapshot)
    this.#counters = $state.raw(snapshot.counters)
    this.#receivePaused = $state(snapshot.receivePaused)
    this.#receivedBefore = snapshot.connectionNumber <= 1 ? 0 : null
    this.#sampled = snapshot.counters
  }

  /** The engine's last word on the session: settings, state, addresses, times, ending. */
  get snapshot(): SessionSnapshot {
    return this.#snapshot
  }

  /** Newest byte counters; they move more often than `snapshot`. */
  get counters(): SessionCounters {
    return this.#counters
  }

  /** Bytes received on the present or last connection alone; null when nobody here counted from its beginning. */
  get receivedOnConnection(): number | null {
    return this.#receivedBefore === null ? null : this.#counters.receivedBytes - this.#receivedBefore
  }

  /** Receiving waits for the disk. */
  get receivePaused(): boolean {
    return this.#receivePaused
  }

  /** What of the capture is on disk and can be read; null until the first word of it came. */
  get totals(): CaptureTotals | null {
    return this.#captures.totalsOf(this.captureId)
  }

  get captureId(): string {
    return this.#snapshot.captureId
  }

  get title(): string {
    return this.#snapshot.title
  }

  /** `host:port` as set. */
  get address(): string {
    return formatHostPort(this.#snapshot.settings.host, this.#snapshot.settings.port)
  }

  /** The state in words and as a dot. */
  get stateWords(): StateWords {
    return describeSessionState(this.#snapshot)
  }

  /** A connection stands, whole or half. */
  get isLive(): boolean {
    return !this.#closed && liveStates.has(this.#snapshot.state)
  }

  /** A connection is being made. */
  get isBusy(): boolean {
    return !this.#closed && busyStates.has(this.#snapshot.state)
  }

  /** Bytes may be handed over: sent now, or once connected. */
  get canSend(): boolean {
    return !this.#closed && sendingStates.has(this.#snapshot.state)
  }

  get canConnect(): boolean {
    return !this.#closed && !this.isLive && !this.isBusy
  }

  /** The engine has forgotten the session (closed here or in another window); only its capture is left. */
  get isClosed(): boolean {
    return this.#closed
  }

  /** The last 30 s, oldest first; empty before the first connection. */
  get rateHistory(): readonly RateSample[] {
    return this.#rateHistory
  }

  /** The newest sample. */
  get rate(): RateSample {
    return this.#rateHistory.at(-1) ?? idleRate
  }

  /**
   * Starts connecting, or tries at once what a retry policy waits to try. A passphrase that is missing is asked for.
   */
  async connect(settings?: ConnectionSettingsInput, { resendUnsent = false }: ConnectOptions = {}): Promise<void> {
    const { sessionId } = this
    const request = { sessionId, resendUnsent, ...(settings === undefined ? {} : { settings }) }
    await this.#withPassphrase((passphrase) => this.#link.call('session.connect', { ...request, passphrase }))
  }

  /** Switches the open connection to TLS; a passphrase that is missing is asked for. */
  async startTls(): Promise<void> {
    const { sessionId } = this
    await this.#withPassphrase((passphrase) => this.#link.call('session.start-tls', { sessionId, passphrase }))
  }

  /** Keys of the handshakes from now on go to a file beside the capture, or no longer do. */
  async setKeyLog(isOn: boolean): Promise<void> {
    this.takeSnapshot(await this.#link.call('session.set-key-log', { sessionId: this.sessionId, isOn }))
  }

  /** Gives up an attempt that is under way, or the waiting for the next one. */
  async cancel(): Promise<void> {
    await this.#run('session.cancel')
  }

  /** Sends what is queued, then closes cleanly. */
  async disconnect(): Promise<void> {
    await this.#run('session.disconnect')
  }

  /** Closes with FIN without waiting for unsent bytes or the peer. */
  async closeConnection(): Promise<void> {
    await this.#run('session.close-connection')
  }

  /** Ends at once with RST. */
  async abort(): Promise<void> {
    await this.#run('session.abort')
  }

  /** Ends the receiving side: what still comes stays with the system. */
  async endReceiving(): Promise<void> {
    await this.#run('session.end-receiving')
  }

  /** Ends the sending side; receiving goes on. */
  async endSending(): Promise<void> {
    await this.#run('session.end-sending')
  }

  /** Queues bytes. Answers how many were queued and are still unsent. */
  async send(bytes: Uint8Array): Promise<CommandReply<'session.send'>> {
    return await this.#link.call('session.send', { sessionId: this.sessionId, bytes })
  }

  /** What the system did not take, the first `maximumBytes` of it. */
  async unsent(maximumBytes: number): Promise<CommandReply<'session.unsent'>> {
    return await this.#link.call('session.unsent', { sessionId: this.sessionId, maximumBytes })
  }

  /** What the system says of the socket now. */
  async socketDetails(): Promise<SocketDetails> {
    return await this.#link.call('session.socket-details', { sessionId: this.sessionId })
  }

  /** Both certificate chains of the present or last secured connection. */
  async certificates(): Promise<TlsCertificates> {
    return await this.#link.call('session.certificates', { sessionId: this.sessionId })
  }

  /** It is a session of this profile from now on, and has its name. */
  async adoptProfile(profileId: string): Promise<void> {
    this.takeSnapshot(await this.#link.call('session.adopt-profile', { sessionId: this.sessionId, profileId }))
  }

  /** Who reads from now on: the engine, or a person read by read. */
  async setReading(reading: ReadingModeInput): Promise<void> {
    this.takeSnapshot(await this.#link.call('session.set-reading', { sessionId: this.sessionId, reading }))
  }

  /** One read by hand; how it failed is its outcome. */
  async read(request: ReadRequest, timeoutMs: number | null, signal: CancelSignal): Promise<ReadOutcome> {
    return await this.#link.call('session.read', { sessionId: this.sessionId, request, timeoutMs }, { signal })
  }

  async #run(command: PlainCommand): Promise<void> {
    this.takeSnapshot(await this.#link.call(command, { sessionId: this.sessionId }))
  }

  async #withPassphrase(run: (passphrase: string | null) => Promise<SessionSnapshot>): Promise<void> {
    try {
      this.takeSnapshot(await run(null))
    } catch (thrown) {
      if (!(thrown instanceof WirebenchError) || !passphraseCodes.has(thrown.code)) throw thrown
      this.takeSnapshot(await this.#askPassphrase(thrown, run))
    }
  }

  /** Begins a wire log, or ends it with null. */
  async setWireLog(settings: WireLogSettings | null): Promise<void> {
    this.takeSnapshot(await this.#link.call('session.set-wire-log', { sessionId: this.sessionId, settings }))
  }

  /** The newest bytes of the wire log. */
  async wireLogText(maximumBytes: number): Promise<WireLogText> {
    return await this.#link.call('session.wire-log', { sessionId: this.sessionId, maximumBytes })
  }

  /** For the session store: the engine told or answered a newer state. */
  takeSnapshot(snapshot: SessionSnapshot): void {
    if (snapshot.connectionNumber !== this.#snapshot.connectionNumber) {
      this.#receivedBefore = snapshot.connectionNumber <= 1 ? 0 : this.#counters.receivedBytes
    }
    this.#snapshot = snapshot
    this.#counters = snapshot.counters
    this.#receivePaused = snapshot.receivePaused
  }

  /** For the session store: counters moved. */
  takeProgress(counters: SessionCounters, receivePaused: boolean): void {
    this.#counters = counters
    this.#receivePaused = receivePaused
  }

  /** For the session store: the engine forgot the session. */
  markClosed(): void {
    this.#closed = true
  }

  /** For the session store: takes a sample of the rates over the last `elapsedMs`. */
  sampleRates(elapsedMs: number): void {
    const { sentBytes, receivedBytes } = this.#counters
    const sample: RateSample = {
      sentBytesPerSecond: Math.max(0, ((sentBytes - this.#sampled.sentBytes) * 1000) / elapsedMs),
      receivedBytesPerSecond: Math.max(0, ((receivedBytes - this.#sampled.receivedBytes) * 1000) / elapsedMs),
    }
    this.#sampled = { sentBytes, receivedBytes }
    const silent = sample.sentBytesPerSecond === 0 && sample.receivedBytesPerSecond === 0
    if (silent && this.#rateHistory.every((old) => old.sentBytesPerSecond === 0 && old.receivedBytesPerSecond === 0)) {
      return
    }
    this.#rateHistory = [...this.#rateHistory.slice(1 - rateHistoryLength), sample]
  }
}
