import type { Socket } from 'node:net'
import type { ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { ConnectionEnding } from '../contract/schemas/connection.ts'
import type { ServerClient } from '../contract/schemas/server.ts'
import type { ClientEnding, ServerTraffic } from '../engine/servers/local-server-factory.ts'
import { clientEnding } from './client-ending.ts'
import { clientFailure } from './listen-errors.ts'
import type { ClientService, ServedClient, ServerBehaviour } from './server-behaviour.ts'
import { bytesLeftBehind } from './written-bytes.ts'

/** Who is told what becomes of a client. */
export interface ClientWatcher {
  /** So many bytes came from the client. */
  onReceived(byteCount: number): void
  /** So many bytes were accepted by the operating system for the client. */
  onSent(byteCount: number): void
  /** What is written waits for the disk: `roomAgain` is to be called. */
  onHeld(client: ServedSocket): void
  /** The socket is closed, the service knows it, and everything of it is recorded. */
  onClosed(client: ServedSocket, how: ClientEnding, error: ErrorShape | null): void
}

/** Whose socket it is and where its traffic is kept. */
export interface ServedSocketParts {
  readonly connection: number
  readonly remote: SocketAddress
  readonly port: ServerClient['port']
  readonly connectedAtUnixUs: number
  /** Allows half-open connections. */
  readonly socket: Socket
  /** The TCP connection below TLS; the same socket without. */
  readonly wire: Socket
  readonly traffic: ServerTraffic | null
  readonly watcher: ClientWatcher
}

/**
 * A client over its socket: counts and records what goes over it, and stands between the socket and the behaviour. Reading waits
 * for the behaviour and for the disk, each on its own; writing waits for the disk.
 */
export class ServedSocket implements ServedClient {
  readonly connection: number
  readonly remote: SocketAddress
  readonly port: ServerClient['port']
  readonly #parts: ServedSocketParts
  readonly #socket: Socket
  readonly #watcher: ClientWatcher
  readonly #traffic: ServerTraffic | null
  /** With Node, in order. */
  readonly #inFlight: Uint8Array[] = []
  /** Waiting for the disk, in order. */
  #held: Uint8Array[] = []
  #service: ClientService | null = null
  #receivedBytes = 0
  #writtenBytes = 0
  #sentBytes = 0
  #heldByService = false
  #heldByDisk = false
  #ended = false
  #firstEnd: 'local' | 'peer' | null = null
  #closedByUs: 'fin' | 'rst' | null = null
  #error: ErrorShape | null = null

  constructor(parts: ServedSocketParts) {
    this.connection = parts.connection
    this.remote = parts.remote
    this.port = parts.port
    this.#parts = parts
    this.#socket = parts.socket
    this.#watcher = parts.watcher
    this.#traffic = parts.traffic
    parts.socket.on('error', (error) => (this.#error ??= clientFailure(error)))
  }

  get unsentBytes(): number {
    return this.#writtenBytes - this.#sentBytes
  }

  snapshot(): ServerClient {
    const { connection, remote, port, connectedAtUnixUs } = this.#parts
    return {
      connection,
      remote,
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sentBytes,
      unsentBytes: this.unsentBytes,
      state: this.#ended || this.#closedByUs !== null ? 'closing' : this.#firstEnd === 'peer' ? 'half-closed' : 'open',
      connectedAtUnixUs,
      port,
    }
  }

  /** Serves the client until its socket is closed. */
  beServedBy(behaviour: ServerBehaviour): void {
    const socket = this.#socket
    const sink = this.#traffic?.sink(this.connection) ?? null
    if (sink !== null) sink.onWritable = () => this.#holdForDisk(false)
    socket.on('close', () => {
      sink?.close()
      this.#closed()
    })
    const service = behaviour.serve(this)
    this.#service = service
    socket.on('data', (bytes: Uint8Array) => {
      this.#receivedBytes += bytes.length
      if (sink?.append(bytes) === false) this.#holdForDisk(true)
      this.#watcher.onReceived(bytes.length)
      service.received(bytes)
    })
    socket.on('drain', () => {
      if (this.#held.length === 0 && !this.#ended) service.drained?.()
    })
    socket.on('end', () => {
      this.#firstEnd ??= 'peer'
      this.#traffic?.event(this.connection, { kind: 'peer-ended', transition: null })
      service.peerEnded()
    })
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0 || this.#ended || !this.#socket.writable) return true
    this.#writtenBytes += bytes.length
    if (this.#held.length === 0 && this.#traffic?.hasRoom !== false) return this.#hand(bytes)
    this.#held.push(bytes)
    if (this.#held.length === 1) this.#watcher.onHeld(this)
    return false
  }

  end(): void {
    if (this.#ended || this.#closedByUs !== null) return
    this.#ended = true
    if (this.#held.length === 0) this.#endNow()
  }

  close(how: 'fin' | 'rst'): void {
    if (this.#closedByUs !== null || this.#socket.destroyed) return
    this.#closedByUs = how
    if (this.#inFlight.length > 0) this.#countPartOf(this.#inFlight[0])
    if (how === 'fin') this.#finishNow()
    else if (this.#socket.writableEnded && !this.#socket.writableFinished && this.#socket.writableLength === 0) {
      // libuv refuses a reset while the FIN is on its way out, which takes one turn of its loop.
      this.#socket.once('finish', () => this.#resetNow())
    } else this.#resetNow()
  }

  holdReading(held: boolean): void {
    this.#heldByService = held
    this.#applyHolding()
  }

  /** The disk has room again: what was held goes out. */
  roomAgain(): void {
    let goesOn = true
    for (const bytes of this.#held.splice(0)) goesOn = this.#hand(bytes)
    if (this.#socket.destroyed) return
    if (this.#ended) this.#endNow()
    else if (goesOn) this.#service?.drained?.()
  }

  /** FIN at once; what TLS has to say before it is said where nothing else waits. */
  #finishNow(): void {
    const socket = this.#socket
    if (this.#parts.wire !== socket && this.unsentBytes === 0 && socket.writable) socket.end()
    socket.destroy()
  }

  #resetNow(): void {
    // Resetting alone would wait until everything is written.
    this.#parts.wire.resetAndDestroy().destroy()
    this.#socket.destroy()
  }

  #hand(bytes: Uint8Array): boolean {
    this.#inFlight.push(bytes)
    return this.#socket.write(bytes, this.#written)
  }

  readonly #written = (error?: Error | null): void => {
    const bytes = this.#inFlight.shift()
    // Node calls back without an error for what was under way when the socket was destroyed. What the system took of it until
    // this side closed was counted then.
    if (bytes === undefined || error || this.#socket.destroyed) return
    this.#count(bytes)
  }

  /** The system has taken some of it, where Node knows. */
  #countPartOf(first: Uint8Array | undefined): void {
    if (first === undefined || this.#parts.wire !== this.#socket) return
    const left = bytesLeftBehind(this.#socket)
    const queued = this.#inFlight.reduce((sum, { length }) => sum + length, 0)
    let accepted = left === null ? 0 : Math.max(0, queued - left)
    for (const bytes of this.#inFlight) {
      if (accepted === 0) return
      const part = bytes.subarray(0, accepted)
      accepted -= part.length
      this.#count(part)
    }
  }

  #count(bytes: Uint8Array): void {
    this.#traffic?.sent(this.connection, bytes)
    this.#sentBytes += bytes.length
    this.#watcher.onSent(bytes.length)
  }

  #endNow(): void {
    this.#socket.end(() => {
      // FIN has gone out now, after the last byte. Destroyed before, it never does.
      if (this.#firstEnd !== null || this.#socket.destroyed) return
      this.#firstEnd = 'local'
      this.#traffic?.event(this.connection, { kind: 'local-ended', transition: null })
    })
  }

  #holdForDisk(held: boolean): void {
    this.#heldByDisk = held
    this.#applyHolding()
  }

  #applyHolding(): void {
    if (this.#heldByService || this.#heldByDisk) this.#socket.pause()
    else this.#socket.resume()
  }

  #closed(): void {
    this.#held = []
    this.#service?.closed()
    const { how, ending } = clientEnding(this.#closedByUs, this.#error, this.#firstEnd)
    this.#traffic?.event(this.connection, this.#endedEvent(ending))
    this.#watcher.onClosed(this, how, how === 'rst' || how === 'error' ? this.#error : null)
  }

  #endedEvent(ending: Omit<ConnectionEnding, 'unsentBytes'>) {
    const full = { ...ending, unsentBytes: this.unsentBytes }
    return { kind: 'ended', transition: null, dialledAddresses: 0, ending: full } as const
  }
}
