import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureStore } from '../capture/capture-store.ts'
import { toErrorShape, WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { EventHub } from '../contract/event-hub.ts'
import type { HostCapabilities, HostVitals } from '../contract/schemas/host.ts'
import { collectionFormat } from '../engine/collection/collection-format.ts'
import { Engine } from '../engine/engine.ts'
import { EngineEvents } from '../engine/engine-events.ts'
import { maximumEnvironmentsFileBytes } from '../engine/environments/environments-document.ts'
import { KeptEnvironments } from '../engine/environments/kept-environments.ts'
import { maximumHistoryFileBytes } from '../engine/history/history-document.ts'
import { SendHistory } from '../engine/history/send-history.ts'
import type { LibraryContent, LibraryFile, LibraryFormat } from '../engine/library/library-format.ts'
import { LibraryService } from '../engine/library/library-service.ts'
import type { Clock } from '../engine/ports.ts'
import { profileFormat } from '../engine/profiles/profile-format.ts'
import { ServerCaptures } from '../engine/servers/server-capture.ts'
import { ServerRegistry } from '../engine/servers/server-registry.ts'
import { KeptSettings } from '../engine/settings/kept-settings.ts'
import { createLimitedExpressionScan } from '../engine/expressions/limited-expression-scan.ts'
import { structureFormat } from '../engine/structures/structure-format.ts'
import { LibraryStructureLookup } from '../engine/structures/structure-lookup.ts'
import type { KnownStructure } from '../protocol/message/composition.ts'
import { NodeProbes } from '../sockets/diagnosis/node-probes.ts'
import { NodeDialer } from '../sockets/node-dialer.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { SystemNameResolver } from '../sockets/system-name-resolver.ts'
import { NodeTlsProvider } from '../sockets/tls/node-tls-provider.ts'
import { DiskExportFiles } from '../storage/disk-export-files.ts'
import { DiskFileSource } from '../storage/disk-file-source.ts'
import { DiskKeyLogFiles } from '../storage/disk-key-log-files.ts'
import { DiskUploadFiles } from '../storage/disk-upload-files.ts'
import { DiskWireLogFiles } from '../storage/disk-wire-log-files.ts'
import { DownloadFolder } from '../storage/download-folder.ts'
import { FolderLock } from '../storage/folder-lock.ts'
import { JsonDocumentFile } from '../storage/json-document-file.ts'
import { KeptFiles } from '../storage/kept-files.ts'
import { LibraryFiles } from '../storage/library-files.ts'
import { nodeFileAccess } from '../storage/node-file-access.ts'
import type { DownloadSource } from './downloads.ts'
import { claimFirstRun, makeSamples } from './first-run.ts'
import { openLocalServers } from './open-local-servers.ts'

export interface ComposeEngineOptions {
  /** Made when missing. See `dataFolderOf`. */
  readonly dataFolder: string
  readonly capabilities: HostCapabilities
  readonly version: string
  readonly clock?: Clock
  /**
   * True for a window: makes the samples on the first run and starts the servers that start with the workbench. False
   * for a single command of the command line. True when left out.
   */
  readonly workbench?: boolean
}

export interface ComposedEngine {
  readonly engine: Engine
  /** Finished exports that wait to be taken. */
  readonly downloads: DownloadSource
  /** The data folder was used by a workbench for the first time. */
  readonly firstRun: boolean
  /** Ends everything within some seconds. Errors: what could not be kept, after everything else was closed. */
  close(): Promise<void>
}

/** Puts the engine together with this machine's sockets, disk and clock. */
export async function composeEngine(options: ComposeEngineOptions): Promise<ComposedEngine> {
  const { dataFolder, version, clock = new SystemClock(), workbench = true } = options
  const events = new EngineEvents()
  const onProblem = (error: ErrorShape): void => publishProblem(events, error)
  const structures = openLibrary(structureFormat, 'structures', dataFolder, clock)
  const lookup = new LibraryStructureLookup(structures.service)
  await lookup.ready()
  const captures = await openCaptures({ dataFolder, clock, version, structures: (id) => lookup.known(id) })
  const lock = new FolderLock({ files: nodeFileAccess, folder: dataFolder })
  const documentFile = (name: string, limit?: { maximumBytes: number }): JsonDocumentFile =>
    new JsonDocumentFile({ files: nodeFileAccess, path: join(dataFolder, name), lock, ...limit })

  const sources = { clock, structures: (structureId: string) => lookup.known(structureId) }
  const { factory, authority } = openLocalServers(dataFolder, sources, onProblem)
  const servers = new ServerRegistry({
    store: documentFile('servers.json'),
    factory,
    captures: new ServerCaptures({ captures: captures.store, events, clock }),
    authority: () => authority.describe(),
    clock,
    onProblem,
  })
  const profiles = openLibrary(profileFormat, 'profiles', dataFolder, clock)
  const collection = openLibrary(collectionFormat, 'collection', dataFolder, clock)
  const downloadParent = captures.problem === null ? dataFolder : captures.folder
  const downloads = new DownloadFolder(join(downloadParent, 'downloads'), clock)
  const historyFile = documentFile('history.json', { maximumBytes: maximumHistoryFileBytes })
  const engine = new Engine({
    clock,
    resolver: new SystemNameResolver(),
    dialer: new NodeDialer(),
    tls: new NodeTlsProvider(),
    keyLogFiles: new DiskKeyLogFiles(captures.folder),
    probes: new NodeProbes(),
    captures: captures.store,
    profiles: profiles.service,
    collection: collection.service,
    structures: structures.service,
    environments: new KeptEnvironments({
      store: documentFile('environments.json', { maximumBytes: maximumEnvironmentsFileBytes }),
      choiceStore: documentFile('environment-choice.json'),
      onProblem,
    }),
    files: new KeptFiles({ files: nodeFileAccess, folder: join(dataFolder, 'files') }),
    fileSource: new DiskFileSource(),
    uploadFiles: new DiskUploadFiles(join(dataFolder, 'uploads')),
    wireLogFiles: new DiskWireLogFiles(join(dataFolder, 'wire-logs')),
    exportFiles: new DiskExportFiles(captures.folder, downloads),
    servers,
    history: new SendHistory({ store: historyFile, clock, onProblem }),
    settings: new KeptSettings({ store: documentFile('settings.json'), clock, onProblem }),
    events,
    vitals: () => readVitals(captures.folder),
    describe: () => ({
      version,
      nodeVersion: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      dataFolder,
      capabilities: options.capabilities,
      dataFolderProblem: captures.problem,
    }),
  })
  // Nobody waits for it but the end.
  const swept = [captures.store, profiles.files, collection.files, structures.files]
  const sweeping = workbench && captures.problem === null ? sweep(swept, onProblem) : Promise.resolve()
  if (workbench && captures.problem === null) engine.keepCaptureLimits()
  if (workbench) downloads.keepSwept()
  const close = async (): Promise<void> => {
    try {
      await engine.close()
    } finally {
      await Promise.all([sweeping, downloads.close()])
      await captures.removeTemporary()
    }
  }
  try {
    const firstRun = workbench && (await claimFirstRun(documentFile('workbench.json'), captures.problem === null))
    const libraries = { profiles: profiles.service, collection: collection.service, structures: structures.service }
    if (firstRun) await makeSamples({ servers, ...libraries })
    else if (workbench) await servers.startAll()
    return { engine, downloads, firstRun, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** A library in its folder of the data folder. */
function openLibrary<Content extends LibraryContent, File extends LibraryFile & Content>(
  format: LibraryFormat<Content, File>,
  name: string,
  dataFolder: string,
  clock: Clock,
): { files: LibraryFiles<File>; service: LibraryService<Content, File> } {
  const files = new LibraryFiles({
    files: nodeFileAccess,
    folder: join(dataFolder, name),
    trashFolder: join(dataFolder, 'trash', name),
    format,
    nowUnixMs: () => clock.unixMicroseconds() / 1000,
  })
  return { files, service: new LibraryService({ store: files, format }) }
}

/** Empties the trash of what is old. What fails is told and tried again at the next start. */
async function sweep(
  stores: readonly { sweep(): Promise<void> }[],
  onProblem: (error: ErrorShape) => void,
): Promise<void> {
  const results = await Promise.allSettled(stores.map((store) => store.sweep()))
  for (const result of results) if (result.status === 'rejected') onProblem(toErrorShape(result.reason))
}

interface OpenedCaptures {
  readonly store: CaptureStore
  readonly folder: string
  /** Why the data folder is not used. */
  readonly problem: ErrorShape | null
  removeTemporary(): Promise<void>
}

/** Captures go to a temporary folder where the data folder takes nothing, so that the workbench runs all the same. */
async function openCaptures(parts: {
  dataFolder: string
  clock: Clock
  version: string
  structures: (structureId: string) => KnownStructure | null
}): Promise<OpenedCaptures> {
  const { dataFolder, clock, version, structures } = parts
  const runExpression = createLimitedExpressionScan()
  const open = (folder: string): Promise<CaptureStore> =>
    CaptureStore.open({ folder, clock, programVersion: version, structures, runExpression })
  const folder = join(dataFolder, 'captures')
  try {
    return { store: await open(folder), folder, problem: null, removeTemporary: () => Promise.resolve() }
  } catch (thrown) {
    if (!(thrown instanceof WirebenchError)) throw thrown
    const temporary = await mkdtemp(join(tmpdir(), 'wirebench-'))
    const reason = thrown.data.reason ?? thrown.message
    return {
      store: await open(temporary),
      folder: temporary,
      problem: new WirebenchError('data-folder-unwritable', { folder: dataFolder, reason }).toShape(),
      removeTemporary: () => rm(temporary, { recursive: true, force: true }),
    }
  }
}

async function readVitals(folder: string): Promise<HostVitals> {
  const engineMemoryBytes = process.memoryUsage.rss()
  try {
    const { bavail, bsize } = await statfs(folder)
    return { engineMemoryBytes, diskFreeBytes: bavail * bsize }
  } catch {
    // Some file systems do not tell; the contract has a word for it.
    return { engineMemoryBytes, diskFreeBytes: null }
  }
}

function publishProblem(events: EventHub, error: ErrorShape): void {
  events.publish('host.notice', { level: 'error', message: error.message, error, captureId: null })
}
