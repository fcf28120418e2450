import type { CaptureStore } from '../capture/capture-store.ts'
import type { CommandHandlers } from '../contract/command-handlers.ts'
import type { EventHub } from '../contract/event-hub.ts'
import type { HostDescription, HostVitals } from '../contract/schemas/host.ts'
import { CaptureListPublisher } from './capture-list-publisher.ts'
import { CallService } from './calls/call-service.ts'
import { callCommands } from './commands/call-commands.ts'
import { LimitKeeper } from './captures/limit-keeper.ts'
import { captureCommands } from './commands/capture-commands.ts'
import { collectionCommands } from './commands/collection-commands.ts'
import { comparisonCommands } from './commands/comparison-commands.ts'
import { diagnosisCommands } from './commands/diagnosis-commands.ts'
import { digestCommands } from './commands/digest-commands.ts'
import { environmentCommands } from './commands/environment-commands.ts'
import { exportCommands } from './commands/export-commands.ts'
import { historyCommands } from './commands/history-commands.ts'
import { importCommands } from './commands/import-commands.ts'
import { jobCommands } from './commands/job-commands.ts'
import { jsonCommands } from './commands/json-commands.ts'
import { messageCommands } from './commands/message-commands.ts'
import { profileCommands, profileLibraryOf } from './commands/profile-commands.ts'
import { runCommands } from './commands/run-commands.ts'
import { searchCommands } from './commands/search-commands.ts'
import { serverCommands } from './commands/server-commands.ts'
import { sessionCommands } from './commands/session-commands.ts'
import { settingsCommands } from './commands/settings-commands.ts'
import { structureCommands } from './commands/structure-commands.ts'
import { wireLogCommands } from './commands/wire-log-commands.ts'
import { ComparisonService } from './comparisons/comparison-service.ts'
import { EngineEvents } from './engine-events.ts'
import { ExportService } from './exports/export-service.ts'
import { createLimitedExpressionScan } from './expressions/limited-expression-scan.ts'
import { ImportService } from './imports/import-service.ts'
import { JobService } from './jobs/job-service.ts'
import { JsonChecker } from './json/json-checker.ts'
import { MessageService } from './messages/message-service.ts'
import type {
  Clock,
  CollectionService,
  ConnectionProbes,
  Dialer,
  EnvironmentService,
  ExportFiles,
  FileKeeper,
  FileSource,
  HistoryService,
  KeyLogFiles,
  NameResolver,
  ProfileService,
  ServerService,
  SettingsService,
  StructureService,
  TlsProvider,
  WireLogFiles,
} from './ports.ts'
import { Pulse } from './pulse.ts'
import { RunService } from './runs/run-service.ts'
import { SearchService } from './searches/search-service.ts'
import { ServerMessages } from './servers/server-messages.ts'
import { SessionRegistry } from './sessions/session-registry.ts'
import type { UploadFiles } from './uploads/upload-files.ts'
import { UploadService } from './uploads/upload-service.ts'
import { WireLogService } from './wire-log/wire-log-service.ts'
import { workbenchKnowledge } from './workbench-knowledge.ts'

/** Everything the engine stands on. It owns the services and closes them with itself. */
export interface EnginePorts {
  readonly clock: Clock
  readonly resolver: NameResolver
  readonly dialer: Dialer
  readonly tls: TlsProvider
  readonly keyLogFiles: KeyLogFiles
  readonly probes: ConnectionProbes
  readonly captures: CaptureStore
  readonly profiles: ProfileService
  readonly collection: CollectionService
  readonly structures: StructureService
  readonly environments: EnvironmentService
  readonly files: FileKeeper
  readonly fileSource: FileSource
  readonly wireLogFiles: WireLogFiles
  readonly exportFiles: ExportFiles
  readonly uploadFiles: UploadFiles
  readonly servers: ServerService
  readonly history: HistoryService
  readonly settings: SettingsService
  vitals(): Promise<HostVitals>
  describe(): HostDescription
  /** Where the engine and those who made its ports publish. */
  readonly events?: EventHub
}

/** The workbench without a face: one handler for every command, and the events of everything that happens. */
export class Engine {
  readonly events: EventHub
  readonly handlers: CommandHandlers
  readonly #ports: EnginePorts
  readonly #jsonChecker = new JsonChecker()
  readonly #pulse: Pulse
  readonly #sessions: SessionRegistry
  readonly #messages: MessageService
  readonly #calls: CallService
  readonly #runs: RunService
  readonly #wireLogs: WireLogService
  readonly #serverMessages: ServerMessages
  readonly #captureList: CaptureListPublisher
  readonly #limits: LimitKeeper
  readonly #jobs: JobService
  readonly #searches: SearchService
  readonly #uploads: UploadService
  readonly #comparisons: ComparisonService
  readonly #unsubscribe: readonly (() => void)[]
  #closing: Promise<void> | null = null

  constructor(ports: EnginePorts) {
    const events = ports.events ?? new EngineEvents()
    this.#ports = ports
    this.events = events
    this.#pulse = new Pulse(ports.clock)
    this.#captureList = new CaptureListPublisher(ports.captures, events, ports.clock)
    this.#jobs = new JobService({ clock: ports.clock, events, pulse: this.#pulse })
    this.#limits = new LimitKeeper({
      captures: ports.captures,
      jobs: this.#jobs,
      settings: ports.settings,
      events,
      clock: ports.clock,
    })
    this.#searches = new SearchService({
      captures: ports.captures,
      clock: ports.clock,
      events,
      pulse: this.#pulse,
      runExpression: createLimitedExpressionScan(),
    })
    this.#uploads = new UploadService({ clock: ports.clock, files: ports.uploadFiles })
    this.#comparisons = new ComparisonService({ captures: ports.captures, events, pulse: this.#pulse })
    const knowledge = workbenchKnowledge(ports)
    this.#sessions = new SessionRegistry({
      ports,
      captures: ports.captures,
      events,
      pulse: this.#pulse,
      facts: knowledge.sessions,
    })
    this.#messages = new MessageService({
      clock: ports.clock,
      events,
      pulse: this.#pulse,
      sessions: this.#sessions,
      knowledge: knowledge.messages,
    })
    this.#calls = new CallService({
      clock: ports.clock,
      events,
      pulse: this.#pulse,
      sessions: this.#sessions,
      messages: this.#messages,
      profiles: ports.profiles,
      variables: ports.environments,
    })
    this.#runs = new RunService({
      clock: ports.clock,
      events,
      pulse: this.#pulse,
      sessions: this.#sessions,
      messages: this.#messages,
      knowledge: knowledge.messages,
      fileSource: ports.fileSource,
    })
    this.#wireLogs = new WireLogService({
      clock: ports.clock,
      events,
      pulse: this.#pulse,
      sessions: this.#sessions,
      files: ports.wireLogFiles,
    })
    this.#serverMessages = new ServerMessages({
      clock: ports.clock,
      servers: ports.servers,
      knowledge: knowledge.messages,
      loadVariables: () => knowledge.sessions.variables(),
    })
    const exports = new ExportService({
      captures: ports.captures,
      jobs: this.#jobs,
      files: ports.exportFiles,
      describe: () => ports.describe(),
    })
    const imports = new ImportService({
      clock: ports.clock,
      captures: ports.captures,
      jobs: this.#jobs,
      files: ports.fileSource,
      uploads: this.#uploads,
    })
    this.handlers = {
      'host.describe': () => ports.describe(),
      'host.vitals': () => ports.vitals(),
      ...sessionCommands(this.#sessions, this.#messages, this.#calls, knowledge.messages),
      ...runCommands(this.#runs),
      ...wireLogCommands(this.#wireLogs),
      ...comparisonCommands(this.#comparisons),
      ...digestCommands(ports.captures, events, this.#pulse),
      ...captureCommands(ports.captures, this.#limits),
      ...jobCommands(this.#jobs),
      ...exportCommands(exports),
      ...searchCommands(this.#searches),
      ...importCommands(imports, this.#uploads),
      ...profileCommands(ports.profiles),
      ...collectionCommands(ports.collection),
      ...structureCommands(ports.structures),
      ...environmentCommands(ports.environments),
      ...diagnosisCommands({ ports, events, variables: () => knowledge.sessions.variables() }),
      ...historyCommands(ports.history),
      ...settingsCommands(ports.settings),
      ...jsonCommands(this.#jsonChecker),
      ...messageCommands(ports.files),
      ...callCommands(this.#calls),
      ...serverCommands(ports.servers, this.#serverMessages),
    }
    this.#unsubscribe = [
      ports.profiles.onChanged((library) => events.publish('profile.library-changed', profileLibraryOf(library))),
      ports.collection.onChanged((library) => events.publish('collection.library-changed', library)),
      ports.structures.onChanged((library) => events.publish('structure.library-changed', library)),
      ports.environments.onChanged((environments) => events.publish('environment.changed', environments)),
      ports.servers.onChanged((snapshot) => events.publish('server.changed', snapshot)),
      ports.servers.onRemoved((serverId) => events.publish('server.removed', { serverId })),
      ports.settings.onChanged((settings) => events.publish('settings.changed', settings)),
    ]
  }

  /** Keeps no more captures than the settings say, from now on. For the engine of a workbench. */
  keepCaptureLimits(): void {
    this.#limits.begin()
  }

  /**
   * Ends every connection, closes every capture, stops every server and keeps what is unsaved. Takes some seconds at
   * most, whatever the peers and the disk do. What could not be kept is thrown, after everything else was closed.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { captures, collection, environments, history, profiles, servers, settings, structures } = this.#ports
    const closings = [
      ...(await this.#sessions.closeAll()),
      ...(await Promise.allSettled([this.#jobs.close(), this.#limits.close(), this.#searches.close()])),
      ...(await Promise.allSettled([this.#uploads.close(), this.#comparisons.close()])),
      ...(await Promise.allSettled([servers.close(), history.close(), settings.close()])),
      ...(await Promise.allSettled([profiles, collection, structures, environments].map((kept) => kept.close()))),
      ...(await Promise.allSettled([this.#captureList.close(), captures.close(), this.#jsonChecker.close()])),
    ]
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#calls.close()
    this.#runs.close()
    this.#wireLogs.close()
    this.#messages.close()
    this.#serverMessages.close()
    this.#pulse.stop()
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason
  }
}
