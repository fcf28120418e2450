import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ServerClient } from '../contract/schemas/server.ts'
import type {
  ClientEnding,
  LocalServerHandle,
  LocalServerListeners,
  LocalServerOptions,
  LocalServerTotals,
} from '../engine/servers/local-server-factory.ts'
import { clientFailure, listenFailure } from './listen-errors.ts'
import type { ServerBehaviour } from './server-behaviour.ts'

interface Client {
  readonly connection: number
  readonly socket: Socket
  readonly remote: SocketAddress
  receivedBytes: number
  sentBytes: number
  closedByUs: boolean
  error: ErrorShape | null
}

/** A refused client that does not close by itself is dropped after this time. */
const refusedClientGraceMs = 1_000

/** A TCP server of this machine: listens, knows and counts its clients, closes them all when it stops. */
export class LocalServer implements LocalServerHandle {
  readonly #behaviour: ServerBehaviour
  readonly #options: LocalServerOptions
  readonly #listeners: LocalServerListeners
  readonly #server: Server
  readonly #clients = new Map<number, Client>()
  readonly #refused = new Set<Socket>()
  #totalClients = 0
  #receivedBytes = 0
  #sentBytes = 0
  #listening: Promise<SocketAddress> | null = null
  #stopping: Promise<void> | null = null

  constructor(behaviour: ServerBehaviour, options: LocalServerOptions, listeners: LocalServerListeners = {}) {
    this.#behaviour = behaviour
    this.#options = options
    this.#listeners = listeners
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
  }

  listen(): Promise<SocketAddress> {
    this.#listening ??= this.#listenNow()
    return this.#listening
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow()
    return this.#stopping
  }

  closeClient(connection: number): boolean {
    const client = this.#clients.get(connection)
    if (client === undefined) return false
    client.closedByUs = true
    client.socket.destroy()
    return true
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
    }
  }

  #listenNow(): Promise<SocketAddress> {
    const { host, port } = this.#options
    if (this.#stopping !== null) return Promise.reject(new WirebenchError('cancelled'))
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(listenFailure(error, host, port))
      const stopped = (): void => reject(new WirebenchError('cancelled'))
      this.#server.once('error', failed)
      this.#server.once('close', stopped)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', failed)
        this.#server.off('close', stopped)
        this.#server.on('error', (error) => this.#failLater(error))
        const address = this.#server.address()
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
    const open = [...this.#refused, ...[...this.#clients.values()].map(({ socket }) => socket)]
    // The server says that it is closed before its last sockets say so.
    const gone = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve())
      else resolve()
    })
    for (const socket of this.#refused) socket.destroy()
    for (const connection of this.#clients.keys()) this.closeClient(connection)
    await Promise.all([closed, ...gone])
  }

  #accept(socket: Socket): void {
    const remote = remoteAddress(socket)
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
      receivedBytes: 0,
      sentBytes: 0,
      closedByUs: false,
      error: null,
    }
    this.#clients.set(client.connection, client)
    socket.on('error', (error) => (client.error = clientFailure(error)))
    socket.on('close', () => this.#forget(client))
    this.#listeners.onClientConnected?.(snapshotOf(client))
    this.#behaviour.serve(socket, {
      received: (byteCount) => {
        client.receivedBytes += byteCount
        this.#receivedBytes += byteCount
        this.#listeners.onActivity?.()
      },
      sent: (byteCount) => {
        client.sentBytes += byteCount
        this.#sentBytes += byteCount
        this.#listeners.onActivity?.()
      },
    })
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

function snapshotOf({ connection, remote, receivedBytes, sentBytes }: Client): ServerClient {
  return { connection, remote, receivedBytes, sentBytes }
}

function listeningAddress({ address, port, family }: AddressInfo): SocketAddress {
  return { address, port, family: family === 'IPv6' ? 'ipv6' : 'ipv4' }
}

function remoteAddress({ remoteAddress: address, remotePort: port, remoteFamily }: Socket): SocketAddress | null {
  if (address === undefined || port === undefined) return null
  return { address, port, family: remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4' }
}
