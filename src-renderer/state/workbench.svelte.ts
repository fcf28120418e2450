import type { Link } from '../../src-main/contract/connect.ts'
import { toErrorShape, WirebenchError, type ErrorShape } from '../../src-main/contract/errors.ts'
import type { ConnectionSettingsInput } from '../../src-main/contract/schemas/connection.ts'
import type { HostDescription, HostVitals } from '../../src-main/contract/schemas/host.ts'
import type { EventPayload } from '../../src-main/contract/events.ts'
import { formatHostPort } from '../format/addresses.ts'
import { allCapturesWords } from '../strings/all-captures.ts'
import { tabWords } from '../strings/shell.ts'
import { callsOfSession } from './calls.svelte.ts'
import { CaptureStore, type CapturesPart } from './captures.svelte.ts'
import { CollectionStore } from './collection.svelte.ts'
import { CommandRegistry } from './commands.svelte.ts'
import { ComparisonStore } from './comparisons.svelte.ts'
import { DialogState } from './dialogs.svelte.ts'
import { EnvironmentStore } from './environments.svelte.ts'
import { JobStore } from './jobs.svelte.ts'
import { tellLimited } from './limited-captures.ts'
import { ProfileStore } from './profiles.svelte.ts'
import { tellRecovered } from './recovered-captures.ts'
import { RunStore } from './runs.svelte.ts'
import { ServerStore, startOf } from './servers.svelte.ts'
import type { ConnectOptions, SessionState } from './session-state.svelte.ts'
import { SessionStore } from './sessions.svelte.ts'
import { SettingsState } from './settings.svelte.ts'
import { SidePanelState } from './side-panel.svelte.ts'
import { StructureStore } from './structures.svelte.ts'
import { allCapturesTabId, TabStore, type Tab } from './tabs.svelte.ts'
import { ToastStore } from './toasts.svelte.ts'
import { watchVitals } from './vitals-watch.ts'

/** Everything the window knows and does, over one link to the engine. Components draw it and call it. */
export class Workbench {
  readonly link: Link
  readonly toasts = new ToastStore()
  readonly dialogs = new DialogState()
  readonly settings: SettingsState
  readonly tabs = new TabStore()
  readonly sidePanel = new SidePanelState()
  readonly commands: CommandRegistry
  readonly captures: CaptureStore
  readonly sessions: SessionStore
  readonly profiles: ProfileStore
  readonly servers: ServerStore
  readonly runs: RunStore
  readonly structures: StructureStore
  readonly collection: CollectionStore
  readonly environments: EnvironmentStore
  readonly jobs: JobStore
  readonly comparisons: ComparisonStore
  #host = $state.raw<HostDescription | null>(null)
  #vitals = $state.raw<HostVitals | null>(null)
  #gone = $state.raw<ErrorShape | null>(null)
  #startProblem = $state.raw<ErrorShape | null>(null)
  #ready = $state(false)
  #composerWanted = $state<string | null>(null)
  readonly #stops: (() => void)[] = []
  readonly #guards = new Map<string, () => boolean>()

  constructor(link: Link) {
    this.link = link
    this.commands = new CommandRegistry(/^mac/i.test(navigator.platform))
    this.settings = new SettingsState(link, (thrown) => this.toasts.showError(thrown))
    this.captures = new CaptureStore(link)
    this.sessions = new SessionStore(link, this.captures, (error, run) => this.dialogs.askPassphrase(error, run))
    this.profiles = new ProfileStore(link, this.settings)
    this.servers = new ServerStore(link, (serverId) => this.toasts.settle(startOf(serverId)))
    this.runs = new RunStore(link)
    this.structures = new StructureStore(link, this.settings)
    this.collection = new CollectionStore(link, this.settings)
    this.environments = new EnvironmentStore(link)
    this.jobs = new JobStore(link)
    this.comparisons = new ComparisonStore(this.tabs)
  }

  /** What the engine runs in; null until it has told. */
  get host(): HostDescription | null {
    return this.#host
  }

  /** Memory and disk, every two seconds while the window is seen. */
  get vitals(): HostVitals | null {
    return this.#vitals
  }

  /** Why the engine is gone; null while it is there. */
  get gone(): ErrorShape | null {
    return this.#gone
  }

  /** The engine has told what there is. */
  get ready(): boolean {
    return this.#ready
  }

  /** The session whose composer should have the focus as soon as it is seen: a person just connected to write in it. */
  get composerWanted(): string | null {
    return this.#composerWanted
  }

  /** The session in front gets the focus where something is written in it, be that a message or a call. */
  wantComposer(): void {
    const tab = this.tabs.active
    this.#composerWanted = tab?.kind === 'session' ? tab.id : null
  }

  /** The composer has the focus now. */
  composerTaken(): void {
    this.#composerWanted = null
  }

  /** Why the first loading failed; null when it did not. */
  get startProblem(): ErrorShape | null {
    return this.#startProblem
  }

  /** Loads everything and listens. A failure is told by `startProblem`. */
  async start(): Promise<void> {
    try {
      await this.#load()
      this.#ready = true
    } catch (thrown) {
      this.#startProblem = toErrorShape(thrown)
    }
  }

  async #load(): Promise<void> {
    this.#stops.push(
      this.link.onGone((reason) => (this.#gone = reason)),
      this.link.subscribe('host.notice', null, (notice) => this.#notice(notice)),
      this.link.subscribe('capture.limited', null, ({ captures }) => tellLimited(this, captures)),
    )
    const describing = this.link.call('host.describe', {})
    await this.captures.start()
    await Promise.all([
      this.settings.start(),
      this.sessions.start(),
      this.profiles.start(),
      this.servers.start(),
      this.runs.start(),
      this.structures.start(),
      this.collection.start(),
      this.environments.start(),
      this.jobs.start(),
    ])
    this.#host = await describing
    this.#restoreTabs()
    this.#stops.push(watchVitals(this.link, (vitals) => (this.#vitals = vitals)))
    void this.attempt(() => tellRecovered(this))
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop()
    const { settings, captures, sessions, profiles, servers, runs, structures, collection } = this
    const stores = [settings, captures, sessions, profiles, servers, runs, structures, collection]
    for (const store of [...stores, this.environments, this.jobs, this.toasts]) store.close()
    this.link.close()
  }

  /** Waits for something a person asked for; a failure is shown as a message. Answers null then. */
  async attempt<Result>(action: Promise<Result> | (() => Promise<Result>)): Promise<Result | null> {
    try {
      return await (typeof action === 'function' ? action() : action)
    } catch (thrown) {
      this.toasts.showError(thrown)
      return null
    }
  }

  /** Shows the profile's session, making one when there is none; connects when asked and not connected. */
  async openProfile(profileId: string, options: { connect: boolean }): Promise<SessionState | null> {
    try {
      return await this.showProfile(profileId, options)
    } catch (thrown) {
      const session = this.sessions.ofProfile(profileId)
      if (session === null || !namesSetting(thrown)) this.toasts.showError(thrown)
      else this.editSettings(session, { error: thrown })
      return null
    }
  }

  /** Connects a session; an error about one of its settings is shown at its field, any other as a message. */
  async connect(session: SessionState, options: ConnectOptions = {}): Promise<void> {
    try {
      await session.connect(undefined, options)
    } catch (thrown) {
      if (namesSetting(thrown)) this.editSettings(session, { error: thrown })
      else this.toasts.showError(thrown)
    }
  }

  /** Opens the form of a session's profile, or of its settings where it has none; at a setting or an error when given. */
  editSettings(session: SessionState, at: { readonly setting?: string; readonly error?: WirebenchError } = {}): void {
    const { profileId, settings } = session.snapshot
    const profile = profileId === null ? null : this.profiles.find(profileId)
    if (profile !== null) {
      this.dialogs.open({ kind: 'edit-connection', profile, ...at })
      return
    }
    void this.attempt(async () => {
      const calls = await callsOfSession(this.link, session.sessionId)
      const given = { name: session.title, connection: settings, calls }
      this.dialogs.open({ kind: 'new-connection', folder: '', given, session, ...at })
    })
  }

  /** As `openProfile`; rejects, so that the form can show the error at its field. */
  async showProfile(profileId: string, { connect }: { connect: boolean }): Promise<SessionState | null> {
    const profile = this.profiles.find(profileId)
    const known = this.sessions.ofProfile(profileId)
    if (profile === null && known === null) return null
    const session =
      known ??
      (await this.sessions.open({
        title: profile?.name ?? '',
        profileId,
        settings: profile?.connection ?? { host: '', port: 0 },
      }))
    this.tabs.open('session', session.sessionId)
    if (connect) this.#composerWanted = session.sessionId
    if (connect && session.canConnect) await session.connect(profile?.connection)
    return session
  }

  /**
   * Connects to an address without saving it. Rejects, so that the form can show the error at its field; nothing is left of
   * the session then. `prepare` is done with the session before it connects.
   */
  async connectWithoutSaving(
    settings: ConnectionSettingsInput,
    title?: string,
    prepare?: (session: SessionState) => Promise<void>,
  ): Promise<SessionState> {
    const session = await this.sessions.open({
      title: title ?? formatHostPort(settings.host, settings.port),
      settings,
    })
    const tab = this.tabs.open('session', session.sessionId)
    this.#composerWanted = session.sessionId
    try {
      await prepare?.(session)
      await session.connect()
    } catch (thrown) {
      await this.sessions.closeSession(session.sessionId)
      this.tabs.remove(tab.key)
      throw thrown
    }
    return session
  }

  /** Brings a session in front with the details of its connection: flags, steps, TLS, certificates. */
  showConnectionDetails(session: SessionState): void {
    this.tabs.open('session', session.sessionId)
    this.sidePanel.setDetails(session.sessionId, true)
  }

  /** Shows a capture: the tab of its session while that lives, else a tab of its own. */
  async openCapture(captureId: string): Promise<void> {
    const session = this.sessions.ofCapture(captureId)
    if (session !== null) {
      this.tabs.open('session', session.sessionId)
      return
    }
    await this.attempt(async () => {
      await this.captures.open(captureId)
      this.tabs.open('capture', captureId)
    })
  }

  /** Shows the table of all captures, or their trash. */
  openAllCaptures(part: CapturesPart = 'captures'): void {
    this.captures.part = part
    this.tabs.open('captures', allCapturesTabId)
  }

  titleOf(tab: Tab): string {
    if (tab.kind === 'session') return this.sessions.find(tab.id)?.title ?? ''
    if (tab.kind === 'captures') return allCapturesWords.title
    if (tab.kind === 'sequence') return this.collection.find(tab.id)?.name ?? tabWords.deletedSequence
    if (tab.kind === 'server') return this.servers.find(tab.id)?.definition.name ?? tabWords.deletedServer
    if (tab.kind === 'comparison') return this.comparisons.find(tab.id)?.title ?? ''
    return this.captures.find(tab.id)?.name ?? ''
  }

  /** The session that is in front, or was before a sequence came in front of it; null when there is none. */
  get frontSession(): SessionState | null {
    const { frontSessionId } = this.tabs
    const session = frontSessionId === null ? null : this.sessions.find(frontSessionId)
    return session?.isClosed === true ? null : session
  }

  /** Tells whether a tab holds unsaved work, until the answered function is called. Closing it then asks first. */
  guardTab(key: string, hasUnsaved: () => boolean): () => void {
    this.#guards.set(key, hasUnsaved)
    return () => {
      if (this.#guards.get(key) === hasUnsaved) this.#guards.delete(key)
    }
  }

  /** Closes a tab; asks first when that ends a connection or loses unsaved work. */
  closeTab(tab: Tab): void {
    if (this.#guards.get(tab.key)?.() === true) {
      this.#askToDiscard(tab)
      return
    }
    const session = tab.kind === 'session' ? this.sessions.find(tab.id) : null
    if (session === null || this.gone !== null) this.tabs.remove(tab.key)
    else if (session.isLive) this.#askToClose(tab, session)
    else void this.#closeSession(tab, session)
  }

  #askToClose(tab: Tab, session: SessionState): void {
    this.dialogs.open({
      kind: 'confirm',
      confirmation: {
        title: tabWords.closeOpenTitle(session.title),
        text: tabWords.closeOpenText,
        confirmLabel: tabWords.disconnectAndClose,
        cancelLabel: tabWords.keepOpen,
        run: () => void this.#closeSession(tab, session),
      },
    })
  }

  #askToDiscard(tab: Tab): void {
    this.dialogs.open({
      kind: 'confirm',
      confirmation: {
        title: tabWords.closeUnsavedTitle(this.titleOf(tab)),
        text: tabWords.closeUnsavedText,
        confirmLabel: tabWords.discardAndClose,
        cancelLabel: tabWords.keepEditing,
        run: () => this.tabs.remove(tab.key),
      },
    })
  }

  async #closeSession(tab: Tab, session: SessionState): Promise<void> {
    const { captureId, title } = session
    const hadRecords = (session.totals?.recordCount ?? 0) > 0
    await this.attempt(async () => {
      await this.sessions.closeSession(session.sessionId)
      this.tabs.remove(tab.key)
      if (!hadRecords) return
      this.toasts.show({
        message: tabWords.captureKept(title),
        action: { label: tabWords.openCapture, run: () => void this.openCapture(captureId) },
      })
    })
  }

  /** Takes away the tabs whose session another window closed, or whose sequence it deleted. Called by the window on changes. */
  dropClosedTabs(): void {
    for (const tab of this.tabs.all) {
      if (!this.#isThere(tab) && this.#guards.get(tab.key)?.() !== true) this.tabs.remove(tab.key)
    }
  }

  #isThere(tab: Tab): boolean {
    if (tab.kind === 'session') return this.sessions.find(tab.id) !== null
    if (tab.kind === 'captures') return true
    if (tab.kind === 'capture') return this.captures.find(tab.id) !== null
    if (tab.kind === 'server') return this.servers.find(tab.id) !== null
    if (tab.kind === 'comparison') return this.comparisons.find(tab.id) !== null
    return this.collection.find(tab.id)?.item.kind === 'sequence'
  }

  #restoreTabs(): void {
    const kept = this.captures.list.filter((capture) => !capture.live).map((capture) => capture.captureId)
    this.tabs.restore(
      this.sessions.all.map((session) => session.sessionId),
      {
        capture: kept,
        captures: [allCapturesTabId],
        sequence: this.collection.entries.filter(({ item }) => item.kind === 'sequence').map(({ id }) => id),
        server: this.servers.list.map(({ serverId }) => serverId),
      },
    )
  }

  #notice(notice: EventPayload<'host.notice'>): void {
    const { captureId } = notice
    this.toasts.show({
      level: notice.level,
      message: notice.message,
      code: notice.error?.code,
      action:
        captureId === null ? undefined : { label: tabWords.openCapture, run: () => void this.openCapture(captureId) },
    })
  }
}

/** An error that is about a setting which a person can change in the form. */
function namesSetting(thrown: unknown): thrown is WirebenchError {
  return thrown instanceof WirebenchError && typeof thrown.data.field === 'string'
}
