import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { CommandInput } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import type { SessionSnapshot } from '../../src-main/contract/schemas/session.ts'
import type { CaptureStore } from './captures.svelte.ts'
import { rateSampleMs, SessionState, type AskPassphrase } from './session-state.svelte.ts'

/** Every session of the engine, of this window and of others. */
export class SessionStore {
  readonly #link: Link
  readonly #captures: CaptureStore
  readonly #askPassphrase: AskPassphrase | undefined
  readonly #sessions = new SvelteMap<string, SessionState>()
  readonly #forgotten = new SvelteSet<string>()
  readonly #unsubscribes: (() => void)[] = []
  #sampler: ReturnType<typeof setInterval> | null = null
  #sampledAtMs = 0

  /** Without `askPassphrase` a missing passphrase is an error like any other. */
  constructor(link: Link, captures: CaptureStore, askPassphrase?: AskPassphrase) {
    this.#link = link
    this.#askPassphrase = askPassphrase
    this.#captures = captures
  }

  /** In the order they were opened. */
  get all(): readonly SessionState[] {
    return [...this.#sessions.values()]
  }

  find(sessionId: string): SessionState | null {
    return this.#sessions.get(sessionId) ?? null
  }

  /** The newest session made from a profile, a connected one first. */
  ofProfile(profileId: string): SessionState | null {
    const own = this.all.filter((session) => session.snapshot.profileId === profileId)
    return own.findLast((session) => session.isLive || session.isBusy) ?? own.at(-1) ?? null
  }

  ofCapture(captureId: string): SessionState | null {
    return this.all.find((session) => session.captureId === captureId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribes.push(
      this.#link.subscribe('session.changed', null, (snapshot) => this.#take(snapshot)),
      this.#link.subscribe('session.progress', null, (progress) =>
        this.#sessions.get(progress.sessionId)?.takeProgress(progress.counters, progress.receivePaused),
      ),
      this.#link.subscribe('session.closed', null, ({ sessionId }) => this.#forget(sessionId)),
    )
    this.#sampledAtMs = performance.now()
    this.#sampler = setInterval(() => this.#sample(), rateSampleMs)
    for (const snapshot of await this.#link.call('session.list', {})) {
      if (!this.#sessions.has(snapshot.sessionId)) this.#take(snapshot)
    }
  }

  /** Makes a session and its capture; does not connect. */
  async open(request: CommandInput<'session.open'>): Promise<SessionState> {
    return this.#take(await this.#link.call('session.open', request))
  }

  /** Ends the session's connection, closes its capture and forgets it. */
  async closeSession(sessionId: string): Promise<void> {
    await this.#link.call('session.close', { sessionId })
    this.#forget(sessionId)
  }

  close(): void {
    if (this.#sampler !== null) clearInterval(this.#sampler)
    this.#sampler = null
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe()
  }

  #take(snapshot: SessionSnapshot): SessionState {
    const known = this.#sessions.get(snapshot.sessionId)
    if (known !== undefined) {
      known.takeSnapshot(snapshot)
      return known
    }
    const session = new SessionState(this.#link, this.#captures, snapshot, this.#askPassphrase)
    if (this.#forgotten.has(snapshot.sessionId)) session.markClosed()
    else this.#sessions.set(snapshot.sessionId, session)
    return session
  }

  #forget(sessionId: string): void {
    this.#forgotten.add(sessionId)
    this.#sessions.get(sessionId)?.markClosed()
    this.#sessions.delete(sessionId)
  }

  #sample(): void {
    const now = performance.now()
    const elapsedMs = now - this.#sampledAtMs
    this.#sampledAtMs = now
    for (const session of this.#sessions.values()) session.sampleRates(elapsedMs)
  }
}
