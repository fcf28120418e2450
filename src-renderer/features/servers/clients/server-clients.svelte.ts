import type { ErrorShape } from '../../../../src-main/contract/errors.ts'
import { toErrorShape } from '../../../../src-main/contract/errors.ts'
import type { ServerClient } from '../../../../src-main/contract/schemas/server.ts'
import { formatSocketAddress } from '../../../format/addresses.ts'
import type { ServerStore } from '../../../state/servers.svelte.ts'
import { clientWords as words } from '../../../strings/server-view.ts'

/** The clients of a server as they are now, which of them are chosen, and which are shown. Every getter is reactive. */
export class ServerClients {
  readonly #servers: ServerStore
  readonly #serverId: string
  #list = $state.raw<readonly ServerClient[]>([])
  #error = $state.raw<ErrorShape | null>(null)
  #chosen = $state.raw<ReadonlySet<number>>(new Set())
  #asking = false
  #askAgain = false
  filter = $state('')
  readonly #shown = $derived.by(() => filterClients(this.#list, this.filter))

  constructor(servers: ServerStore, serverId: string) {
    this.#servers = servers
    this.#serverId = serverId
  }

  get list(): readonly ServerClient[] {
    return this.#list
  }

  /** Those that match the filter. */
  get shown(): readonly ServerClient[] {
    return this.#shown
  }

  /** Why the list could not be asked for; null when it could. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** The chosen ones that are still connected, in the order of the list. */
  get chosen(): readonly ServerClient[] {
    return this.#list.filter(({ connection }) => this.#chosen.has(connection))
  }

  isChosen(connection: number): boolean {
    return this.#chosen.has(connection)
  }

  choose(connections: Iterable<number>): void {
    this.#chosen = new Set(connections)
  }

  toggle(connection: number): void {
    const chosen = new Set(this.#chosen)
    if (!chosen.delete(connection)) chosen.add(connection)
    this.#chosen = chosen
  }

  /** Asks for the list once more; while one answer is awaited, once after it. */
  async refresh(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    this.#asking = true
    do {
      this.#askAgain = false
      try {
        this.#list = await this.#servers.clients(this.#serverId)
        this.#error = null
        this.#forgetGone()
      } catch (thrown) {
        this.#error = toErrorShape(thrown)
      }
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set by another call meanwhile
    } while (this.#askAgain)
    this.#asking = false
  }

  /** The server does not run: it has no clients. */
  clear(): void {
    this.#list = []
    this.#chosen = new Set()
    this.#error = null
  }

  /** Those that left are chosen no more, so that their number says what will happen. */
  #forgetGone(): void {
    const present = new Set(this.#list.map(({ connection }) => connection))
    if ([...this.#chosen].every((connection) => present.has(connection))) return
    this.#chosen = new Set([...this.#chosen].filter((connection) => present.has(connection)))
  }
}

/** Clients whose number, address, state or port has all words of the filter. */
export function filterClients(clients: readonly ServerClient[], filter: string): readonly ServerClient[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return clients
  return clients.filter((client) => {
    const text = clientText(client).toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

/** A client in one line, for looking it up and for reading it aloud. */
export function clientText({ connection, remote, port, state }: ServerClient): string {
  return `${connection} ${formatSocketAddress(remote)} ${words.ports[port]} ${words.states[state]}`
}
