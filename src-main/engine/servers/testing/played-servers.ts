import { describeError, WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import type { ServerDefinition } from '../../../contract/schemas/server.ts'
import type { DefinitionProblem } from '../../ports.ts'
import type {
  LocalServerFactory,
  LocalServerHandle,
  LocalServerListeners,
  LocalServerTotals,
  ServerTraffic,
} from '../local-server-factory.ts'

/** A server without sockets: the test plays what happens to it. */
export class PlayedServer implements LocalServerHandle {
  definition: ServerDefinition
  readonly traffic: ServerTraffic | null
  readonly listeners: LocalServerListeners
  readonly #factory: PlayedServers
  receivedBytes = 0
  readonly handshakeErrors: ErrorShape[] = []
  stopped = false

  constructor(
    factory: PlayedServers,
    definition: ServerDefinition,
    traffic: ServerTraffic | null,
    listeners: LocalServerListeners,
  ) {
    this.#factory = factory
    this.definition = definition
    this.traffic = traffic
    this.listeners = listeners
  }

  async listen(): Promise<{ address: string; port: number; family: 'ipv4' }> {
    const { host, port } = this.definition
    await this.#factory.beforeListening
    if (this.#factory.portsInUse.has(port)) throw new WirebenchError('port-in-use', { host, port })
    return { address: host, port: port === 0 ? 40_000 : port, family: 'ipv4' }
  }

  stop(): Promise<void> {
    this.stopped = true
    return Promise.resolve()
  }

  closeClient(): boolean {
    return false
  }

  send(): number {
    return 0
  }

  redefine(definition: ServerDefinition): void {
    this.definition = definition
  }

  clients(): never[] {
    return []
  }

  totals(): LocalServerTotals {
    return {
      clientCount: 1,
      totalClients: 1,
      receivedBytes: this.receivedBytes,
      sentBytes: 0,
      failedHandshakes: this.handshakeErrors.length,
      lastHandshakeError: this.handshakeErrors.at(-1) ?? null,
      telemetryAddress: null,
      activity: null,
      ruleCounts: {},
      faultCounts: {},
      problemCount: 0,
      lastProblem: null,
    }
  }

  /** Plays bytes that arrive. */
  receive(byteCount: number): void {
    this.receivedBytes += byteCount
    this.listeners.onActivity?.()
  }

  /** Plays a client that fails in the handshake. */
  failHandshake(reason: string): void {
    const error = describeError('client-handshake-failed', { reason })
    this.handshakeErrors.push(error)
    this.listeners.onHandshakeFailed?.(null, error)
  }
}

/** Makes played servers and keeps them. */
export class PlayedServers implements LocalServerFactory {
  readonly made: PlayedServer[] = []
  /** What `check` answers. */
  problems: readonly DefinitionProblem[] = []
  readonly portsInUse = new Set<number>()
  /** Listening waits for it. */
  beforeListening: Promise<void> = Promise.resolve()

  make(definition: ServerDefinition, traffic: ServerTraffic | null, listeners: LocalServerListeners): PlayedServer {
    const server = new PlayedServer(this, definition, traffic, listeners)
    this.made.push(server)
    return server
  }

  check(): Promise<readonly DefinitionProblem[]> {
    return Promise.resolve(this.problems)
  }
}
