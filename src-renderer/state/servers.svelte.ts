import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { CommandInput, CommandReply } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import type { MessageSource } from '../../src-main/contract/schemas/message.ts'
import type { LocalAuthority, ServerClient, ServerSnapshot } from '../../src-main/contract/schemas/server.ts'

type ServerDefinitionInput = CommandInput<'server.create'>['definition']

/** Something that a definition has wrong, and where. */
export type ServerProblem = CommandReply<'server.check'>['problems'][number]

/** What a message about the start of a server is about, for `ToastStore.settle`. */
export const startOf = (serverId: string): string => `start of ${serverId}`

/** The local servers and their live state. */
export class ServerStore {
  readonly #link: Link
  readonly #servers = new SvelteMap<string, ServerSnapshot>()
  readonly #removed = new SvelteSet<string>()
  readonly #unsubscribes: (() => void)[] = []

  readonly #onListening: (serverId: string) => void

  /** `onListening` is told of every server that is heard to listen. */
  constructor(link: Link, onListening: (serverId: string) => void) {
    this.#link = link
    this.#onListening = onListening
  }

  get list(): readonly ServerSnapshot[] {
    return [...this.#servers.values()]
  }

  find(serverId: string): ServerSnapshot | null {
    return this.#servers.get(serverId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribes.push(
      this.#link.subscribe('server.changed', null, (server) => this.#take(server)),
      this.#link.subscribe('server.removed', null, ({ serverId }) => this.#forget(serverId)),
    )
    for (const server of await this.#link.call('server.list', {})) {
      if (!this.#servers.has(server.serverId)) this.#take(server)
    }
  }

  async create(definition: ServerDefinitionInput): Promise<ServerSnapshot> {
    const server = await this.#link.call('server.create', { definition })
    this.#take(server)
    return server
  }

  async update(serverId: string, definition: ServerDefinitionInput): Promise<void> {
    this.#take(await this.#link.call('server.update', { serverId, definition }))
  }

  /** The CA of the TLS servers, made when there is none. */
  async authority(): Promise<LocalAuthority> {
    return await this.#link.call('server.authority', {})
  }

  async remove(serverId: string): Promise<void> {
    await this.#link.call('server.remove', { serverId })
    this.#forget(serverId)
  }

  async startServer(serverId: string): Promise<void> {
    this.#take(await this.#link.call('server.start', { serverId }))
  }

  async stopServer(serverId: string): Promise<void> {
    this.#take(await this.#link.call('server.stop', { serverId }))
  }

  /** The clients that are connected now, in the order in which they came. */
  async clients(serverId: string): Promise<readonly ServerClient[]> {
    return await this.#link.call('server.clients', { serverId })
  }

  /** Ends a client: with FIN, or with RST for `reset`. */
  async closeClient(serverId: string, connection: number, reset: boolean): Promise<void> {
    await this.#link.call('server.close-client', { serverId, connection, reset })
  }

  /** Sends a message to those clients, or to all of the main port for null. */
  async send(
    serverId: string,
    connections: readonly number[] | null,
    message: MessageSource,
  ): Promise<CommandReply<'server.send'>> {
    const chosen = connections === null ? null : [...connections]
    return await this.#link.call('server.send', { serverId, connections: chosen, message })
  }

  /** What a definition has wrong, without starting anything. */
  async check(definition: ServerDefinitionInput): Promise<readonly ServerProblem[]> {
    return (await this.#link.call('server.check', { definition })).problems
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe()
  }

  #take(server: ServerSnapshot): void {
    if (this.#removed.has(server.serverId)) return
    this.#servers.set(server.serverId, server)
    if (server.state === 'listening') this.#onListening(server.serverId)
  }

  #forget(serverId: string): void {
    this.#removed.add(serverId)
    this.#servers.delete(serverId)
  }
}
