import * as v from 'valibot'
import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { isCommandName } from '../../src-main/contract/commands.ts'
import { connect, type Link } from '../../src-main/contract/connect.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import { EventHub } from '../../src-main/contract/event-hub.ts'
import type { ConnectionSettings } from '../../src-main/contract/schemas/connection.ts'
import { profileContent, type Profile, type ProfileContentInput } from '../../src-main/contract/schemas/profile.ts'
import type { HostDescription } from '../../src-main/contract/schemas/host.ts'
import type { ServerSnapshot, ServerTls } from '../../src-main/contract/schemas/server.ts'
import type { SessionSnapshot } from '../../src-main/contract/schemas/session.ts'
import { defaultSettings, type Settings } from '../../src-main/contract/schemas/settings.ts'
import type { WireLogSettings, WireLogState, WireLogText } from '../../src-main/contract/schemas/wire-log.ts'
import { serve } from '../../src-main/contract/serve.ts'
import { createMemoryWirePair } from '../../src-main/contract/wires/memory-wire.ts'
import { FakeCalls } from './fake-calls.ts'
import { FakeCaptures } from './fake-captures.ts'
import { FakeCertificates } from './fake-certificates.ts'
import { FakeCollection } from './fake-collection.ts'
import { FakeDiagnoses } from './fake-diagnoses.ts'
import { FakeJobs } from './fake-jobs.ts'
import { FakeRuns } from './fake-runs.ts'
import { FakeStructures } from './fake-structures.ts'
import { FakeServers } from './fake-servers.ts'
import { FakeEnvironments } from './fake-environments.ts'

/** What a session without TLS and without a connection knows of both. */
export const noTlsFacts = {
  handshakeMs: null,
  flags: { opened: false, accepted: false, connected: false, cutOff: false, shouldBeConnected: false },
  receivingEnded: false,
  retry: null,
  tls: null,
  keyLog: { isOn: false, path: null, lineCount: 0, error: null },
  wireLog: null,
} satisfies Partial<SessionSnapshot>

/** A wire log that has just begun. */
function newWireLog(settings: WireLogSettings): WireLogState {
  const { name, samed, filed } = settings
  const files = samed ? [`${name}.log`] : [`${name}.rx.log`, `${name}.tx.log`]
  const paths = filed ? files.map((file) => `/data/wirelogs/${file}`) : []
  return { settings, paths, recordCount: 0, byteCount: 0, forgottenBytes: 0, error: null }
}

/**
 * An engine in memory behind the real contract, for component tests: profiles, sessions that connect at once, captures
 * and servers. What a test does not need answers `unknown-command`; `answers` takes the place of any handler.
 */
export class FakeEngine {
  readonly events = new EventHub()
  readonly calls: string[] = []
  answers: Partial<CommandHandlers> = {}
  profiles: Profile[] = []
  folders: string[] = []
  removed: Profile[] = []
  sessions: SessionSnapshot[] = []
  readonly keptCaptures = new FakeCaptures(this.events)
  readonly servers = new FakeServers(this.events)
  readonly structures = new FakeStructures(this.events)
  readonly collection = new FakeCollection(this.events)
  readonly environments = new FakeEnvironments(this.events)
  readonly certificates = new FakeCertificates()
  readonly diagnoses = new FakeDiagnoses(this.events)
  readonly runs = new FakeRuns(this.events)
  readonly jobs = new FakeJobs(this.events)
  readonly commandCalls = new FakeCalls(this.events)
  wireLogText: WireLogText = { rx: new Uint8Array(0), tx: new Uint8Array(0), both: new Uint8Array(0) }
  settings: Settings = defaultSettings
  host: HostDescription = {
    version: '0.0.0',
    nodeVersion: '20.0.0',
    platform: 'test',
    dataFolder: '/data',
    capabilities: { kind: 'web', nativeFileDialogs: false, secretStorage: 'none' },
    dataFolderProblem: null,
  }
  #lastId = 0
  readonly #serving: { close(): void }[] = []

  /** Opens a link to this engine, over a wire in memory. */
  open(): Link {
    const [page, engine] = createMemoryWirePair()
    this.#serving.push(serve(engine, this.#handlers(), this.events))
    return connect(page)
  }

  /** The engine goes away. */
  die(): void {
    for (const serving of this.#serving.splice(0)) serving.close()
  }

  addProfile(content: ProfileContentInput): Profile {
    const id = `profile-${(this.#lastId += 1)}`
    const profile: Profile = {
      ...v.parse(profileContent, content),
      schemaVersion: 1,
      id,
      position: this.#lastId,
      revision: 'r1',
    }
    this.profiles.push(profile)
    return profile
  }

  addServer(name: string, port: number, state: ServerSnapshot['state'], tls: ServerTls | null = null): ServerSnapshot {
    return this.servers.add({ kind: 'echo', name, port, tls }, state)
  }

  /** Changes a session and tells it. */
  changeSession(sessionId: string, change: Partial<SessionSnapshot>): SessionSnapshot {
    const index = this.sessions.findIndex((session) => session.sessionId === sessionId)
    const present = this.sessions[index]
    if (present === undefined) throw new WirebenchError('session-not-found')
    const changed = { ...present, ...change }
    this.sessions[index] = changed
    this.events.publish('session.changed', changed)
    return changed
  }

  /** Somebody else changed a profile. */
  changeProfile(profileId: string, change: Partial<Profile>): Profile {
    const index = this.profiles.findIndex((profile) => profile.id === profileId)
    const present = this.profiles[index]
    if (present === undefined) throw new WirebenchError('profile-not-found', { profileId })
    const changed = { ...present, revision: `${present.revision}+`, ...change }
    this.profiles[index] = changed
    this.events.publish('profile.library-changed', this.#library())
    return changed
  }

  #library() {
    return { profiles: [...this.profiles], folders: [...this.folders], problems: [] }
  }

  #openSession(title: string, profileId: string | null, settings: ConnectionSettings) {
    const number = (this.#lastId += 1)
    const captureId = `capture-${number}`
    const session: SessionSnapshot = {
      sessionId: `session-${number}`,
      title,
      profileId,
      captureId,
      settings,
      state: 'idle',
      connectionNumber: 0,
      resolvedAddresses: [],
      local: null,
      remote: null,
      resolveMs: null,
      connectMs: null,
      ...noTlsFacts,
      openedAtUnixUs: null,
      counters: { sentBytes: 0, receivedBytes: 0, unsentBytes: 0 },
      ending: null,
      receivePaused: false,
      reading: { mode: 'automatic' },
    }
    this.sessions.push(session)
    this.keptCaptures.add(captureId, { name: title, startedAtUnixUs: number, live: true })
    return session
  }

  /** Handlers by name; a call of any other command fails as unknown. */
  #handlers(): CommandHandlers {
    const own: Partial<CommandHandlers> = {
      'host.describe': () => this.host,
      'host.vitals': () => ({ engineMemoryBytes: 84e6, diskFreeBytes: 61e9 }),
      'session.list': () => [...this.sessions],
      'session.open': ({ title = '', profileId, settings }) => this.#openSession(title, profileId, settings),
      'session.connect': ({ sessionId, settings }) =>
        this.changeSession(sessionId, { state: 'open', connectionNumber: 1, ...(settings ? { settings } : {}) }),
      'session.disconnect': ({ sessionId }) => this.changeSession(sessionId, { state: 'closed' }),
      'session.adopt-profile': ({ sessionId, profileId }) => {
        const profile = this.profiles.find((candidate) => candidate.id === profileId)
        if (profile === undefined) throw new WirebenchError('profile-not-found', { profileId })
        return this.changeSession(sessionId, { profileId, title: profile.name })
      },
      'session.close': ({ sessionId }) => {
        this.sessions = this.sessions.filter((session) => session.sessionId !== sessionId)
        this.events.publish('session.closed', { sessionId })
        return {}
      },
      'session.set-wire-log': ({ sessionId, settings: wanted }) =>
        this.changeSession(sessionId, { wireLog: wanted === null ? null : newWireLog(wanted) }),
      'session.wire-log': () => this.wireLogText,
      ...this.keptCaptures.handlers(),
      'history.list': () => [],
      ...this.runs.handlers(),
      ...this.jobs.handlers(),
      ...this.commandCalls.handlers(),
      ...this.collection.handlers(),
      ...this.environments.handlers(),
      ...this.certificates.handlers(),
      ...this.diagnoses.handlers(),
      'session.message-context': () => ({ counters: {}, captured: {}, nextSequenceId: 1, lastSequenceId: -1 }),
      'message.keep-file': ({ name }) => ({ path: `/data/files/${name}` }),
      'settings.read': () => this.settings,
      'settings.write': ({ patch }) => {
        this.settings = { ...this.settings, ...patch }
        this.events.publish('settings.changed', this.settings)
        return this.settings
      },
      'profile.library': () => this.#library(),
      'profile.create': ({ content }) => this.addProfile(content),
      'profile.update': ({ profileId, revision, content }) => {
        const present = this.profiles.find((profile) => profile.id === profileId)
        if (present === undefined) throw new WirebenchError('profile-not-found', { profileId })
        if (present.revision !== revision) throw new WirebenchError('profile-conflict', { name: present.name })
        return this.changeProfile(profileId, content)
      },
      'profile.remove': ({ profileId }) => {
        this.removed.push(...this.profiles.filter((profile) => profile.id === profileId))
        this.profiles = this.profiles.filter((profile) => profile.id !== profileId)
        return {}
      },
      'profile.restore': ({ profileId }) => {
        const profile = this.removed.find((candidate) => candidate.id === profileId)
        if (profile === undefined) throw new WirebenchError('profile-not-found', { profileId })
        this.profiles.push(profile)
        return profile
      },
      'profile.move': ({ profileId, folder, beforeProfileId }) => {
        const moved = this.profiles.filter((profile) => profile.id === profileId)
        const others = this.profiles.filter((profile) => profile.id !== profileId)
        const before = others.findIndex((profile) => profile.id === beforeProfileId)
        others.splice(before < 0 ? others.length : before, 0, ...moved.map((profile) => ({ ...profile, folder })))
        this.profiles = others
        return this.#library()
      },
      ...this.servers.handlers(),
      ...this.structures.handlers(),
    }
    return new Proxy<Partial<CommandHandlers>>(own, {
      get: (handlers, name) => {
        if (typeof name !== 'string' || !isCommandName(name)) return undefined
        this.calls.push(name)
        return (
          this.answers[name] ??
          handlers[name] ??
          (() => {
            throw new WirebenchError('unknown-command', { command: name })
          })
        )
      },
    }) as CommandHandlers
  }
}
