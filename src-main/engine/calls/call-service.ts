import { WirebenchError } from '../../contract/errors.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { CallRequest, ProfileCalls } from '../../contract/schemas/call-settings.ts'
import type { ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { Profile } from '../../contract/schemas/profile.ts'
import { M2SequenceGenerator } from '../../protocol/m2/m2-sequence.ts'
import type { MessageService } from '../messages/message-service.ts'
import type { Clock, ProfileService, VariableResolver } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import { connectionTarget } from '../sessions/connection-target.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import type { Session } from '../sessions/session.ts'
import { refuseSamePort, SessionCalls, type FinishedCall } from './session-calls.ts'

export interface CallServiceOptions {
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
  readonly sessions: SessionRegistry
  readonly messages: Pick<MessageService, 'sequenceOf'>
  readonly profiles: ProfileService
  /** Those that host and port of sessions take. */
  readonly variables: VariableResolver
}

/** The calls of all sessions. They end with their session. */
export class CallService {
  readonly #options: CallServiceOptions
  readonly #calls = new Map<string, SessionCalls>()
  /** For sessions that go on with each other's sequence numbers. */
  readonly #sharedSequence = new M2SequenceGenerator()
  readonly #unsubscribe: () => void

  constructor(options: CallServiceOptions) {
    this.#options = options
    this.#unsubscribe = options.events.subscribe('session.closed', null, ({ sessionId }) => {
      const calls = this.#calls.get(sessionId)
      this.#calls.delete(sessionId)
      calls?.close()
    })
  }

  /** What sessions of this profile begin with; null where it does not say, or is not there. Errors: those of the library. */
  async callsOfProfile(profileId: string | null): Promise<ProfileCalls | null> {
    return profileId === null ? null : ((await this.#profile(profileId))?.calls ?? null)
  }

  /** A session was opened, with what its profile says of calls. */
  adopt(session: Session, profileCalls: ProfileCalls | null): void {
    if (profileCalls !== null) this.#begin(session, profileCalls)
  }

  /** Errors: `session-not-found`. */
  of(sessionId: string): SessionCalls {
    return this.#calls.get(sessionId) ?? this.#begin(this.#options.sessions.get(sessionId), null)
  }

  /**
   * One call until it is over; the signal cancels it. Errors: those of `call.start`, `session-not-found`; how the call itself failed
   * is in its entry.
   */
  run(sessionId: string, request: CallRequest, signal: CancelSignal | null = null): Promise<FinishedCall> {
    const calls = this.of(sessionId)
    if (signal?.aborted === true) throw new WirebenchError('cancelled')
    if (signal === null) return calls.run(request)
    let cancel = (): void => undefined
    const finished = calls.run(request, (number) => {
      cancel = () => void calls.cancel(number)
      signal.addEventListener('abort', cancel)
    })
    return finished.finally(() => signal.removeEventListener('abort', cancel))
  }

  /** Refuses to connect where telemetry would use the same port. Errors: `telemetry-port-same`, those of the address. */
  checkConnect(sessionId: string, settings: ConnectionSettings | undefined): void {
    const calls = this.#calls.get(sessionId)
    if (calls?.settings?.protocol !== 'm2') return
    const target = connectionTarget(settings ?? calls.session.snapshot().settings, this.#options.variables)
    refuseSamePort(calls.settings, target.port)
  }

  /** Errors: `session-not-found`, `profile-required`, `calls-off`, and those of updating a profile. */
  async keepInProfile(sessionId: string): Promise<void> {
    const calls = this.of(sessionId)
    const { profileId } = calls.session.snapshot()
    const { settings } = calls
    const catalogue = calls.catalogue.content
    if (profileId === null) throw new WirebenchError('profile-required')
    if (settings === null) throw new WirebenchError('calls-off')
    const profile = await this.#profile(profileId)
    if (profile === undefined) throw new WirebenchError('profile-required')
    const { id, revision, position: _position, schemaVersion: _schemaVersion, ...content } = profile
    await this.#options.profiles.update(id, revision, { ...content, calls: { settings, catalogue } })
    calls.catalogue.kept(catalogue)
    this.#tell(sessionId)
  }

  /** The session is one of this profile from now on. Errors: `session-not-found`, `profile-not-found`, those of the library. */
  async adoptProfile(sessionId: string, profileId: string): Promise<void> {
    const profile = await this.#profile(profileId)
    const session = this.#options.sessions.get(sessionId)
    if (profile === undefined) throw new WirebenchError('profile-not-found', { profileId })
    session.adoptProfile(profile)
    const calls = this.#calls.get(sessionId)
    if (calls === undefined) return
    calls.catalogue.kept(profile.calls?.catalogue ?? null)
    this.#tell(sessionId)
  }

  close(): void {
    this.#unsubscribe()
    for (const calls of this.#calls.values()) calls.close()
    this.#calls.clear()
  }

  async #profile(profileId: string): Promise<Profile | undefined> {
    const { entries } = await this.#options.profiles.library()
    return entries.find(({ id }) => id === profileId)
  }

  #begin(session: Session, profileCalls: ProfileCalls | null): SessionCalls {
    const { clock, messages } = this.#options
    const { sessionId } = session
    const calls = new SessionCalls(session, profileCalls, {
      clock,
      sequences: { own: messages.sequenceOf(sessionId), shared: this.#sharedSequence },
      onChanged: this.#teller(sessionId),
    })
    this.#calls.set(sessionId, calls)
    if (profileCalls !== null) this.#tell(sessionId)
    return calls
  }

  #tell(sessionId: string): void {
    this.#teller(sessionId)()
  }

  /** Tells at most about 30 times a second. Made once for a session: it is called with every call. */
  #teller(sessionId: string): () => void {
    const { events, pulse } = this.#options
    const subject = `calls ${sessionId}`
    const publish = (): void => {
      const calls = this.#calls.get(sessionId)
      if (calls !== undefined) events.publish('call.changed', calls.state())
    }
    return () => pulse.mark(subject, publish)
  }
}
