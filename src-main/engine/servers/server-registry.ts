import { randomInt } from 'node:crypto'
import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { LocalAuthority, ServerClient, ServerDefinition, ServerSnapshot } from '../../contract/schemas/server.ts'
import { makeIdentifier } from '../documents/identifier.ts'
import type { JsonDocumentStore, StoredDocument } from '../documents/json-document-store.ts'
import { readDocument, readingErrorData } from '../documents/versioned-document.ts'
import type { Clock, DefinitionProblem, RunningServer, ServerService } from '../ports.ts'
import type { LocalServerFactory } from './local-server-factory.ts'
import { RegisteredServer } from './registered-server.ts'
import type { ServerCaptures } from './server-capture.ts'
import { serversFileFormat, type ServersDocument } from './server-document.ts'

export interface ServerRegistryOptions {
  readonly store: JsonDocumentStore
  readonly factory: LocalServerFactory
  readonly captures: Pick<ServerCaptures, 'begin' | 'close'>
  /** The CA of the TLS servers, made when there is none. */
  readonly authority: () => Promise<LocalAuthority>
  readonly clock: Clock
  /** Told what could not be read or kept; the servers work all the same. */
  readonly onProblem: (error: ErrorShape) => void
  readonly randomIndex?: (below: number) => number
}

type KeptServers = ServersDocument['servers']

/** The local servers: definitions that are kept on disk together with other processes', and the running ones. */
export class ServerRegistry implements ServerService {
  readonly #options: ServerRegistryOptions
  readonly #servers = new Map<string, RegisteredServer>()
  readonly #changedListeners = new Set<(snapshot: ServerSnapshot) => void>()
  readonly #removedListeners = new Set<(serverId: string) => void>()
  #loading: Promise<void> | null = null

  constructor(options: ServerRegistryOptions) {
    this.#options = options
  }

  async list(): Promise<ServerSnapshot[]> {
    await this.#loaded()
    return [...this.#servers.values()].map((server) => server.snapshot())
  }

  authority(): Promise<LocalAuthority> {
    return this.#options.authority()
  }

  async create(definition: ServerDefinition): Promise<ServerSnapshot> {
    await this.#loaded()
    const randomIndex = this.#options.randomIndex ?? ((below: number) => randomInt(below))
    let serverId: string
    do serverId = makeIdentifier(definition.name, 'server', randomIndex)
    while (this.#servers.has(serverId))
    const server = this.#add(serverId, definition)
    this.#tellChanged(server)
    await this.#keep((kept) => [...kept, { id: serverId, definition }])
    return server.snapshot()
  }

  async update(serverId: string, definition: ServerDefinition): Promise<ServerSnapshot> {
    const server = await this.#find(serverId)
    server.redefine(definition)
    this.#tellChanged(server)
    await this.#keep((kept) =>
      kept.some(({ id }) => id === serverId)
        ? kept.map((other) => (other.id === serverId ? { id: serverId, definition } : other))
        : [...kept, { id: serverId, definition }],
    )
    return server.snapshot()
  }

  async remove(serverId: string): Promise<void> {
    const server = await this.#find(serverId)
    if (server.snapshot().state !== 'stopped') throw new WirebenchError('server-running')
    this.#drop(server)
    await this.#keep((kept) => kept.filter(({ id }) => id !== serverId))
  }

  async start(serverId: string): Promise<ServerSnapshot> {
    const server = await this.#find(serverId)
    await server.start()
    return server.snapshot()
  }

  /** Starts every server that starts with the workbench. What fails is kept in its snapshot. */
  async startAll(): Promise<void> {
    await this.#loaded()
    const wanted = [...this.#servers.values()].filter((server) => server.snapshot().definition.startsWithWorkbench)
    await Promise.allSettled(wanted.map((server) => server.start()))
  }

  async stop(serverId: string): Promise<ServerSnapshot> {
    const server = await this.#find(serverId)
    await server.stop()
    return server.snapshot()
  }

  async clients(serverId: string): Promise<ServerClient[]> {
    return (await this.#find(serverId)).clients()
  }

  async closeClient(serverId: string, connection: number, how: 'fin' | 'rst'): Promise<void> {
    const { running } = await this.#find(serverId)
    if (!running.closeClient(connection, how)) throw new WirebenchError('server-client-not-found', { connection })
  }

  async running(serverId: string): Promise<RunningServer> {
    const server = await this.#find(serverId)
    const { running } = server
    return {
      definition: server.definition,
      clients: () => running.clients(),
      send: (connections, bytes) => running.send(connections, bytes),
    }
  }

  check(definition: ServerDefinition): Promise<readonly DefinitionProblem[]> {
    return this.#options.factory.check(definition)
  }

  onChanged(listener: (snapshot: ServerSnapshot) => void): () => void {
    this.#changedListeners.add(listener)
    return () => this.#changedListeners.delete(listener)
  }

  onRemoved(listener: (serverId: string) => void): () => void {
    this.#removedListeners.add(listener)
    return () => this.#removedListeners.delete(listener)
  }

  async close(): Promise<void> {
    const endings = await Promise.allSettled([...this.#servers.values()].map((server) => server.stop()))
    this.#options.captures.close()
    this.#changedListeners.clear()
    this.#removedListeners.clear()
    for (const ending of endings) if (ending.status === 'rejected') throw ending.reason
  }

  async #find(serverId: string): Promise<RegisteredServer> {
    await this.#loaded()
    const server = this.#servers.get(serverId)
    if (server === undefined) throw new WirebenchError('server-not-found', { serverId })
    return server
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<void> {
    const stored = await this.#options.store.read()
    try {
      this.#adopt(this.#keptIn(stored))
    } catch (error) {
      this.#options.onProblem(toErrorShape(error))
    }
  }

  /** Changes the file from what it holds now. What cannot be kept is reported; the change stays in effect here. */
  async #keep(change: (kept: KeptServers) => KeptServers): Promise<void> {
    try {
      let changed: KeptServers = []
      await this.#options.store.update((stored) => {
        changed = change(this.#keptIn(stored))
        return { schemaVersion: serversFileFormat.version, servers: changed } satisfies ServersDocument
      })
      this.#adopt(changed)
    } catch (error) {
      this.#options.onProblem(toErrorShape(error))
    }
  }

  /** Errors: `file-unreadable` for a file that is broken or newer; it is then left as it is. */
  #keptIn(stored: StoredDocument): KeptServers {
    if (stored.kind === 'absent') return []
    const document =
      stored.kind === 'value'
        ? readDocument(serversFileFormat, stored.value)
        : ({ kind: 'malformed', reason: stored.reason } as const)
    if (document.kind === 'document') return document.value.servers
    const data = readingErrorData(this.#options.store.fileName, document)
    const reason =
      document.kind === 'newer'
        ? 'It was written by a newer Wirebench and was left as it is. Changes to servers are not kept.'
        : `${document.reason} It was left as it is. Changes to servers are not kept until it is mended or deleted.`
    throw new WirebenchError('file-unreadable', { ...data, reason })
  }

  /** Takes up what another process made, changed or removed meanwhile; what runs here stays. */
  #adopt(kept: KeptServers): void {
    for (const { id, definition } of kept) {
      const server = this.#servers.get(id)
      if (server === undefined) this.#tellChanged(this.#add(id, definition))
      else if (server.adopt(definition)) this.#tellChanged(server)
    }
    const keptIds = new Set(kept.map(({ id }) => id))
    for (const [id, server] of this.#servers) {
      if (!keptIds.has(id) && server.snapshot().state === 'stopped' && server.wasKept) this.#drop(server)
    }
    for (const id of keptIds) this.#servers.get(id)?.markKept()
  }

  #add(serverId: string, definition: ServerDefinition): RegisteredServer {
    const server = new RegisteredServer({
      serverId,
      definition,
      factory: this.#options.factory,
      captures: this.#options.captures,
      clock: this.#options.clock,
      onChanged: () => this.#tellChanged(server),
      onProblem: this.#options.onProblem,
    })
    this.#servers.set(serverId, server)
    return server
  }

  #drop(server: RegisteredServer): void {
    this.#servers.delete(server.serverId)
    for (const listener of [...this.#removedListeners]) listener(server.serverId)
  }

  #tellChanged(server: RegisteredServer): void {
    const snapshot = server.snapshot()
    for (const listener of [...this.#changedListeners]) listener(snapshot)
  }
}
