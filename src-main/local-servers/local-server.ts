import type { TlsOptions } from 'node:tls'
import { describeError, WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ServerClient, ServerDefinition } from '../contract/schemas/server.ts'
import type {
  LocalServerHandle,
  LocalServerListeners,
  LocalServerTotals,
  ServerTraffic,
} from '../engine/servers/local-server-factory.ts'
import type { Clock } from '../engine/ports.ts'
import type { ServedPorts } from './behaviour-of.ts'
import type { BehaviourTools } from './behaviour-tools.ts'
import { ClientTable } from './client-table.ts'
import { RefusedClients } from './refused-clients.ts'
import type { ServerBehaviour } from './server-behaviour.ts'
import { ServerListener, type AcceptedClient } from './server-listener.ts'
import { ToldProblems } from './told-problems.ts'

/** Where and for how many. `telemetryPort` is used by servers with two ports alone; 0 when left out. */
export interface ListenOptions extends Pick<ServerDefinition, 'host' | 'port' | 'maxClients'> {
  readonly telemetryPort?: number
}

/** Makes what Node needs for TLS, each time a server starts. Null for plain TCP. */
export type ServerSecurity = () => Promise<TlsOptions | null>

export interface LocalServerParts {
  /** Called once, before anything else. */
  readonly ports: (tools: Omit<BehaviourTools, 'clock'>) => ServedPorts
  readonly clock: Clock
  readonly options: ListenOptions
  readonly traffic?: ServerTraffic | null
  readonly listeners?: LocalServerListeners
  readonly security?: ServerSecurity | null
}

/** Connection number of what belongs to no client in the capture of a server. */
const noClient = 0

/**
 * A TCP or TLS server of this machine with one or two ports: listens, knows and counts its clients, closes them all when it stops.
 * A TLS client counts from the end of its handshake on; one that fails in it is told, and the server goes on. `maxClients` holds
 * for each port.
 */
export class LocalServer implements LocalServerHandle {
  readonly #ports: ServedPorts
  readonly #options: ListenOptions
  readonly #traffic: ServerTraffic | null
  readonly #security: ServerSecurity | null
  readonly #listeners: LocalServerListeners
  readonly #clients: ClientTable
  readonly #refused = new RefusedClients()
  readonly #toldProblems: ToldProblems
  #open: ServerListener[] = []
  #telemetryAddress: SocketAddress | null = null
  #failedHandshakes = 0
  #lastHandshakeError: ErrorShape | null = null
  #problemCount = 0
  #lastProblem: ErrorShape | null = null
  #listening: Promise<SocketAddress> | null = null
  #stopping: Promise<void> | null = null

  constructor({ ports, clock, options, traffic = null, listeners = {}, security = null }: LocalServerParts) {
    this.#options = options
    this.#traffic = traffic
    this.#listeners = listeners
    this.#security = security
    this.#toldProblems = new ToldProblems(clock)
    this.#clients = new ClientTable(clock, traffic, {
      ...listeners,
      onClientClosed: (client, how, error) => {
        this.#tellLeftOut(client.connection)
        listeners.onClientClosed?.(client, how, error)
      },
    })
    this.#ports = ports({
      onProblem: (connection, error) => this.#problem(connection, error),
      onActivity: () => listeners.onActivity?.(),
    })
  }

  listen(): Promise<SocketAddress> {
    this.#listening ??= this.#listenNow()
    return this.#listening
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow()
    return this.#stopping
  }

  closeClient(connection: number, how: 'fin' | 'rst' = 'fin'): boolean {
    const client = this.#clients.get(connection)
    client?.close(how)
    return client !== undefined
  }

  send(connections: readonly number[] | null, bytes: Uint8Array): number {
    const clients =
      connections === null
        ? this.#clients.all('main')
        : [...new Set(connections)].flatMap((connection) => this.#clients.get(connection) ?? [])
    const reachable = clients.filter((client) => client.snapshot().state !== 'closing')
    for (const client of reachable) client.write(bytes)
    return reachable.length
  }

  redefine(definition: ServerDefinition): void {
    this.#ports.main.redefine?.(definition)
    this.#ports.telemetry?.redefine?.(definition)
  }

  clients(): ServerClient[] {
    return this.#clients.snapshots()
  }

  totals(): LocalServerTotals {
    return {
      ...this.#clients.totals(),
      failedHandshakes: this.#failedHandshakes,
      lastHandshakeError: this.#lastHandshakeError,
      telemetryAddress: this.#stopping === null ? this.#telemetryAddress : null,
      activity: this.#ports.main.activity?.() ?? null,
      ruleCounts: this.#ports.main.ruleCounts?.() ?? {},
      faultCounts: this.#ports.main.faultCounts?.() ?? {},
      problemCount: this.#problemCount,
      lastProblem: this.#lastProblem,
    }
  }

  async #listenNow(): Promise<SocketAddress> {
    if (this.#stopping !== null) throw new WirebenchError('cancelled')
    const { port, telemetryPort = 0 } = this.#options
    const { main, telemetry } = this.#ports
    if (telemetry !== null && port === telemetryPort && port !== 0) {
      throw new WirebenchError('server-ports-same', { port })
    }
    const tls = this.#security === null ? null : await this.#security()
    const address = await this.#listenAt('main', port, main, tls)
    if (telemetry === null) return address
    try {
      this.#telemetryAddress = await this.#listenAt('telemetry', telemetryPort, telemetry, tls)
    } catch (thrown) {
      await Promise.all(this.#open.splice(0).map((listener) => listener.close()))
      throw thrown
    }
    return address
  }

  #listenAt(
    name: ServerClient['port'],
    port: number,
    behaviour: ServerBehaviour,
    tls: TlsOptions | null,
  ): Promise<SocketAddress> {
    const listener = new ServerListener(this.#options.host, port, tls, {
      onAccepted: (client) => this.#accept(client, name, behaviour),
      onHandshakeFailed: (remote, error) => this.#handshakeFailed(remote, error),
      onBroken: (error) => void this.stop().then(() => this.#listeners.onFailed?.(error)),
    })
    this.#open.push(listener)
    return listener.listen()
  }

  #problem(connection: number, error: ErrorShape): void {
    this.#problemCount++
    this.#lastProblem = error
    if (!this.#toldProblems.admits(connection)) {
      this.#listeners.onActivity?.()
      return
    }
    this.#tellLeftOut(connection)
    this.#note(connection, error.message)
    this.#listeners.onClientProblem?.(connection, error)
  }

  #tellLeftOut(connection: number): void {
    const count = this.#toldProblems.takeLeftOut(connection)
    if (count === 0) return
    const error = describeError('problems-left-out', { connection, count })
    // It may be gone already, with its last word in the capture.
    this.#note(noClient, error.message)
    this.#listeners.onClientProblem?.(connection, error)
  }

  #handshakeFailed(remote: SocketAddress | null, error: ErrorShape): void {
    // Those that the end of the server cut off have not failed.
    if (this.#stopping !== null) return
    this.#failedHandshakes++
    this.#lastHandshakeError = error
    this.#note(noClient, remote === null ? error.message : `${textOf(remote)}: ${error.message}`)
    this.#listeners.onHandshakeFailed?.(remote, error)
  }

  #note(connection: number, text: string): void {
    this.#traffic?.event(connection, { kind: 'note', text })
  }

  async #stopNow(): Promise<void> {
    // Before the system has answered there is nothing to close yet.
    if (this.#listening !== null) await this.#listening.catch(() => undefined)
    const closing = this.#open.map((listener) => listener.close())
    this.#refused.drop()
    await Promise.all([this.#clients.closeAll(), this.#refused.gone(), ...closing])
    this.#ports.main.close?.()
    this.#ports.telemetry?.close?.()
  }

  #accept(accepted: AcceptedClient, port: ServerClient['port'], behaviour: ServerBehaviour): void {
    const { socket, remote } = accepted
    if (remote === null || this.#stopping !== null) {
      // It went away before it could be looked at, or came too late.
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const { maxClients } = this.#options
    if (maxClients !== null && this.#clients.count(port) >= maxClients) {
      this.#note(noClient, `${textOf(remote)} was accepted and closed at once: no more than ${maxClients} at a time.`)
      this.#refused.add(socket)
      this.#listeners.onClientRefused?.(remote)
      return
    }
    this.#clients.admit({ ...accepted, remote }, port, behaviour)
  }
}

const textOf = ({ address, port, family }: SocketAddress): string =>
  family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`
