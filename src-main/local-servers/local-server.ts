import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls'
import { WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ServerClient, ServerDefinition } from '../contract/schemas/server.ts'
import type {
  ClientEnding,
  LocalServerHandle,
  LocalServerListeners,
  LocalServerTotals,
  ServerTraffic,
} from '../engine/servers/local-server-factory.ts'
import type { Clock } from '../engine/ports.ts'
import type { ServedPorts } from './behaviour-of.ts'
import type { BehaviourTools } from './behaviour-tools.ts'
import { clientFailure, listenFailure } from './listen-errors.ts'
import { PendingHandshakes } from './pending-handshakes.ts'
import { ServedSocket } from './served-socket.ts'
import { listeningAddress, remoteAddress } from './socket-addresses.ts'

interface Client {
  readonly connection: number
  readonly socket: Socket
  readonly remote: SocketAddress
  readonly connectedAtUnixUs: number
  served: ServedSocket | null
  receivedBytes: number
  sentBytes: number
  closedByUs: boolean
  error: ErrorShape | null
}

/** A refused client that does not close by itself is dropped after this time. */
const refusedClientGraceMs = 1_000

/** A client that has not finished its TLS handshake after this time is dropped. */
const handshakeTimeoutMs = 30_000

/** Where and for how many. */
export type ListenOptions = Pick<ServerDefinition, 'host' | 'port' | 'maxClients'>

export interface LocalServerParts {
  /** Called once, before anything else. */
  readonly ports: (tools: BehaviourTools) => ServedPorts
  readonly clock: Clock
  readonly options: ListenOptions
  readonly traffic?: ServerTraffic | null
  readonly listeners?: LocalServerListeners
  readonly security?: ServerSecurity | null
}

/** Makes what Node needs for TLS, each time a server starts. Null for plain TCP. */
export type ServerSecurity = () => Promise<TlsOptions | null>

/**
 * A TCP or TLS server of this machine: listens, knows and counts its clients, closes them all when it stops. A TLS client
 * counts from the end of its handshake on; one that fails in it is told, and the server goes on.
 */
export class LocalServer implements LocalServerHandle {
  readonly #ports: ServedPorts
  readonly #clock: Clock
  readonly #options: ListenOptions
  readonly #traffic: ServerTraffic | null
  readonly #security: ServerSecurity | null
  readonly #listeners: LocalServerListeners
  readonly #clients = new Map<number, Client>()
  readonly #refused = new Set<Socket>()
  #server: Server | null = null
  #handshakes: PendingHandshakes | null = null
  #totalClients = 0
  #receivedBytes = 0
  #sentBytes = 0
  #failedHandshakes = 0
  #lastHandshakeError: ErrorShape | null = null
  #problemCount = 0
  #lastProblem: ErrorShape | null = null
  #listening: Promise<SocketAddress> | null = null
  #stopping: Promise<void> | null = null

  constructor({ ports, clock, options, traffic = null, listeners = {}, security = null }: LocalServerParts) {
    this.#ports = ports({
      clock,
      onProblem: (connection, error) => this.#problem(connection, error),
      onActivity: () => listeners.onActivity?.(),
    })
    this.#clock = clock
    this.#options = options
    this.#traffic = traffic
    this.#listeners = listeners
    this.#security = security
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
    if (client === undefined) return false
    client.closedByUs = true
    client.served?.close(how)
    return true
  }

  send(connections: readonly number[] | null, bytes: Uint8Array): number {
    const wanted = connections ?? [...this.#clients.keys()]
    const clients = wanted.flatMap((connection) => this.#clients.get(connection) ?? [])
    for (const { served } of clients) served?.write(bytes)
    return clients.length
  }

  redefine(definition: ServerDefinition): void {
    this.#ports.main.redefine?.(definition)
    this.#ports.telemetry?.redefine?.(definition)
  }

  clients(): ServerClient[] {
    return [...this.#clients.values()].map(snapshotOf)
  }

  totals(): LocalServerTotals {
    return {
      clientCount: this.#clients.size,
      totalClients: this.#totalClients,
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sentBytes,
      failedHandshakes: this.#failedHandshakes,
      lastHandshakeError: this.#lastHandshakeError,
      telemetryAddress: null,
      activity: this.#ports.main.activity?.() ?? null,
      ruleCounts: this.#ports.main.ruleCounts?.() ?? {},
      faultCounts: this.#ports.main.faultCounts?.() ?? {},
      problemCount: this.#problemCount,
      lastProblem: this.#lastProblem,
    }
  }

  async #listenNow(): Promise<SocketAddress> {
    if (this.#stopping !== null) throw new WirebenchError('cancelled')
    const tls = this.#security === null ? null : await this.#security()
    const server = this.#makeServer(tls)
    this.#server = server
    return this.#bind(server)
  }

  #makeServer(tls: TlsOptions | null): Server {
    if (tls === null) {
      const options = { allowHalfOpen: true, noDelay: true }
      return createTcpServer(options, (socket) => this.#accept(socket, remoteAddress(socket)))
    }
    const server = createTlsServer({ handshakeTimeout: handshakeTimeoutMs, ...tls, noDelay: true })
    const handshakes = new PendingHandshakes(server, (remote, error) => this.#handshakeFailed(remote, error))
    this.#handshakes = handshakes
    server.on('secureConnection', (socket: TLSSocket) => {
      // Only from now on: a client that ends in the handshake would be waited for.
      socket.allowHalfOpen = true
      const { remote, below } = handshakes.settle(socket)
      this.#accept(socket, remote, below ?? socket)
    })
    return server
  }

  #problem(connection: number, error: ErrorShape): void {
    this.#problemCount++
    this.#lastProblem = error
    this.#listeners.onClientProblem?.(connection, error)
  }

  #handshakeFailed(remote: SocketAddress | null, error: ErrorShape): void {
    // Those that the end of the server cut off have not failed.
    if (this.#stopping !== null) return
    this.#failedHandshakes++
    this.#lastHandshakeError = error
    this.#listeners.onHandshakeFailed?.(remote, error)
  }

  #bind(server: Server): Promise<SocketAddress> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(listenFailure(error, host, port))
      const stopped = (): void => reject(new WirebenchError('cancelled'))
      server.once('error', failed)
      server.once('close', stopped)
      server.listen({ host, port }, () => {
        server.off('error', failed)
        server.off('close', stopped)
        server.on('error', (error) => this.#failLater(error))
        const address = server.address()
        if (address === null || typeof address === 'string') stopped()
        else resolve(listeningAddress(address))
      })
    })
  }

  /** A listening server broke, for instance because its network interface went away. */
  #failLater(error: Error): void {
    const { host, port } = this.#options
    const shape = listenFailure(error, host, port).toShape()
    void this.stop().then(() => this.#listeners.onFailed?.(shape))
  }

  async #stopNow(): Promise<void> {
    // Before the system has answered there is nothing to close yet.
    if (this.#listening !== null) await this.#listening.catch(() => undefined)
    const server = this.#server
    const inHandshake = this.#handshakes?.sockets() ?? []
    const open = [...inHandshake, ...this.#refused, ...[...this.#clients.values()].map(({ socket }) => socket)]
    // The server says that it is closed before its last sockets say so.
    const gone = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    const closed = new Promise<void>((resolve) => {
      if (server?.listening === true) server.close(() => resolve())
      else resolve()
    })
    for (const socket of [...inHandshake, ...this.#refused]) socket.destroy()
    for (const connection of this.#clients.keys()) this.closeClient(connection)
    await Promise.all([closed, ...gone])
    this.#ports.main.close?.()
    this.#ports.telemetry?.close?.()
  }

  /** `below`: the TCP connection of a TLS socket. */
  #accept(socket: Socket, remote: SocketAddress | null, below = socket): void {
    if (remote === null || this.#stopping !== null) {
      // It went away before it could be looked at, or came too late.
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const { maxClients } = this.#options
    if (maxClients !== null && this.#clients.size >= maxClients) {
      this.#refuse(socket, remote)
      return
    }
    const client: Client = {
      connection: ++this.#totalClients,
      socket,
      remote,
      connectedAtUnixUs: this.#clock.unixMicroseconds(),
      served: null,
      receivedBytes: 0,
      sentBytes: 0,
      closedByUs: false,
      error: null,
    }
    this.#clients.set(client.connection, client)
    socket.on('error', (error) => (client.error = clientFailure(error)))
    socket.on('close', () => this.#forget(client))
    this.#listeners.onClientConnected?.(snapshotOf(client))
    const served = new ServedSocket(
      client.connection,
      remote,
      { socket, below },
      {
        received: ({ length }) => {
          client.receivedBytes += length
          this.#receivedBytes += length
          this.#listeners.onActivity?.()
        },
        sent: (bytes) => {
          const { length } = bytes
          this.#traffic?.sent(client.connection, bytes)
          client.sentBytes += length
          this.#sentBytes += length
          this.#listeners.onActivity?.()
        },
      },
    )
    client.served = served
    served.beServedBy(this.#ports.main)
  }

  /** FIN at once; what the client sends is discarded, so that it sees an end and not a reset. */
  #refuse(socket: Socket, remote: SocketAddress): void {
    this.#refused.add(socket)
    const grace = setTimeout(() => socket.destroy(), refusedClientGraceMs)
    // Whatever breaks now, the client was to be closed anyway.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(grace)
      this.#refused.delete(socket)
    })
    socket.on('end', () => socket.destroy())
    socket.resume()
    socket.end()
    this.#listeners.onClientRefused?.(remote)
  }

  #forget(client: Client): void {
    this.#clients.delete(client.connection)
    this.#listeners.onClientClosed?.(snapshotOf(client), endingOf(client), client.error)
  }
}

function endingOf(client: Client): ClientEnding {
  if (client.closedByUs) return 'local'
  if (client.error === null) return 'fin'
  return client.error.code === 'connection-reset' ? 'rst' : 'error'
}

function snapshotOf({
  connection,
  remote,
  receivedBytes,
  sentBytes,
  connectedAtUnixUs,
  served,
  socket,
}: Client): ServerClient {
  return {
    connection,
    remote,
    receivedBytes,
    sentBytes,
    unsentBytes: served?.unsentBytes ?? 0,
    state: socket.writableEnded ? 'closing' : socket.readableEnded ? 'half-closed' : 'open',
    connectedAtUnixUs,
    port: 'main',
  }
}
