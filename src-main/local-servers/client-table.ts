import { TLSSocket } from 'node:tls'
import type { ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ServerClient } from '../contract/schemas/server.ts'
import type {
  ClientEnding,
  LocalServerListeners,
  LocalServerTotals,
  ServerTraffic,
} from '../engine/servers/local-server-factory.ts'
import type { Clock } from '../engine/ports.ts'
import { securedEvent } from './secured-event.ts'
import { ServedSocket, type ClientWatcher } from './served-socket.ts'
import type { ServerBehaviour } from './server-behaviour.ts'
import type { AcceptedClient } from './server-listener.ts'
import { localAddress } from './socket-addresses.ts'

type ClientTotals = Pick<LocalServerTotals, 'clientCount' | 'totalClients' | 'receivedBytes' | 'sentBytes'>

/** The clients of a server, of all its ports, with what they have moved together. Numbers them as they come, from 1. */
export class ClientTable implements ClientWatcher {
  readonly #clock: Clock
  readonly #traffic: ServerTraffic | null
  readonly #listeners: LocalServerListeners
  readonly #clients = new Map<number, ServedSocket>()
  readonly #counts = { main: 0, telemetry: 0 }
  /** Those whose writes wait for the disk. */
  readonly #held = new Set<ServedSocket>()
  #totalClients = 0
  #receivedBytes = 0
  #sentBytes = 0
  #whenEmpty: (() => void) | null = null

  constructor(clock: Clock, traffic: ServerTraffic | null, listeners: LocalServerListeners) {
    this.#clock = clock
    this.#traffic = traffic
    this.#listeners = listeners
    if (traffic !== null) traffic.onRoom = () => this.#roomAgain()
  }

  get(connection: number): ServedSocket | undefined {
    return this.#clients.get(connection)
  }

  count(port: ServerClient['port']): number {
    return this.#counts[port]
  }

  all(port: ServerClient['port']): ServedSocket[] {
    return [...this.#clients.values()].filter((client) => client.port === port)
  }

  snapshots(): ServerClient[] {
    return Array.from(this.#clients.values(), (client) => client.snapshot())
  }

  totals(): ClientTotals {
    return {
      clientCount: this.#clients.size,
      totalClients: this.#totalClients,
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sentBytes,
    }
  }

  /** Takes a client up and serves it. */
  admit(
    { socket, wire, remote, handshakeMs }: AcceptedClient & { readonly remote: SocketAddress },
    port: ServerClient['port'],
    behaviour: ServerBehaviour,
  ): void {
    const connection = ++this.#totalClients
    const connectedAtUnixUs = this.#clock.unixMicroseconds()
    const traffic = this.#traffic
    const client = new ServedSocket({
      connection,
      remote,
      port,
      connectedAtUnixUs,
      socket,
      wire,
      traffic,
      watcher: this,
    })
    this.#clients.set(connection, client)
    this.#counts[port]++
    traffic?.event(connection, { kind: 'accepted', local: localAddress(socket) ?? remote, remote })
    if (traffic !== null && socket instanceof TLSSocket) {
      traffic.event(connection, securedEvent(socket, handshakeMs ?? 0))
    }
    this.#listeners.onClientConnected?.(client.snapshot())
    client.beServedBy(behaviour)
  }

  /** Closes all of them with FIN; answers when they are gone. */
  async closeAll(): Promise<void> {
    if (this.#clients.size === 0) return
    const empty = new Promise<void>((resolve) => (this.#whenEmpty = resolve))
    for (const client of [...this.#clients.values()]) client.close('fin')
    await empty
  }

  onReceived(byteCount: number): void {
    this.#receivedBytes += byteCount
    this.#listeners.onActivity?.()
  }

  onSent(byteCount: number): void {
    this.#sentBytes += byteCount
    this.#listeners.onActivity?.()
  }

  onHeld(client: ServedSocket): void {
    this.#held.add(client)
  }

  onClosed(client: ServedSocket, how: ClientEnding, error: ErrorShape | null): void {
    this.#clients.delete(client.connection)
    this.#held.delete(client)
    this.#counts[client.port]--
    this.#listeners.onClientClosed?.(client.snapshot(), how, error)
    if (this.#clients.size === 0) this.#whenEmpty?.()
  }

  #roomAgain(): void {
    const held = [...this.#held]
    this.#held.clear()
    for (const client of held) client.roomAgain()
  }
}
