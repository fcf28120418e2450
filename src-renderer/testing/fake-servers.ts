import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import type { CommandReply, CommandRequest } from '../../src-main/contract/commands.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import {
  completeServerDefinition,
  type ServerClient,
  type ServerDefinition,
  type ServerDefinitionInput,
  type ServerSnapshot,
} from '../../src-main/contract/schemas/server.ts'

const stillFacts = {
  address: null,
  telemetryAddress: null,
  captureId: null,
  activity: null,
  ruleCounts: {},
  faultCounts: {},
  problemCount: 0,
  lastProblem: null,
  clientCount: 0,
  totalClients: 0,
  receivedBytes: 0,
  sentBytes: 0,
  failedHandshakes: 0,
  lastHandshakeError: null,
  error: null,
} satisfies Partial<ServerSnapshot>

/** A client as it is listed, from what a test cares about. */
export function fakeClient(connection: number, facts: Partial<ServerClient> = {}): ServerClient {
  return {
    connection,
    remote: { address: '127.0.0.1', port: 40_000 + connection, family: 'ipv4' },
    receivedBytes: 0,
    sentBytes: 0,
    unsentBytes: 0,
    state: 'open',
    connectedAtUnixUs: 1_700_000_000_000_000,
    port: 'main',
    ...facts,
  }
}

/** The local servers of the engine in memory. They listen at once, and have the clients that a test gives them. */
export class FakeServers {
  readonly #events: EventHub
  list: ServerSnapshot[] = []
  /** By identifier of the server. */
  readonly clients = new Map<string, readonly ServerClient[]>()
  /** What was sent to clients, and which were ended. */
  readonly sent: CommandRequest<'server.send'>[] = []
  readonly ended: CommandRequest<'server.close-client'>[] = []
  /** Every definition that was given. */
  readonly defined: ServerDefinition[] = []
  /** What the check finds. */
  problems: (definition: ServerDefinition) => CommandReply<'server.check'>['problems'] = () => []
  #lastId = 0

  constructor(events: EventHub) {
    this.#events = events
  }

  add(definition: ServerDefinitionInput, state: ServerSnapshot['state'] = 'stopped'): ServerSnapshot {
    const complete = completeServerDefinition(definition)
    const server: ServerSnapshot = {
      ...stillFacts,
      serverId: `server-${(this.#lastId += 1)}`,
      definition: complete,
      state,
      ...(state === 'listening' ? listeningFacts(complete) : {}),
    }
    this.list.push(server)
    return server
  }

  find(serverId: string): ServerSnapshot {
    const server = this.list.find((candidate) => candidate.serverId === serverId)
    if (server === undefined) throw new WirebenchError('server-not-found')
    return server
  }

  /** Changes a server and tells it. */
  change(serverId: string, change: Partial<ServerSnapshot>): ServerSnapshot {
    const changed = { ...this.find(serverId), ...change }
    this.list = this.list.map((server) => (server.serverId === serverId ? changed : server))
    this.#events.publish('server.changed', changed)
    return changed
  }

  setClients(serverId: string, clients: readonly ServerClient[]): void {
    this.clients.set(serverId, clients)
    this.change(serverId, { clientCount: clients.length, totalClients: clients.length })
  }

  handlers() {
    return {
      'server.list': () => [...this.list],
      'server.create': ({ definition }) => {
        this.defined.push(definition)
        return this.add(definition)
      },
      'server.update': ({ serverId, definition }) => {
        this.defined.push(definition)
        return this.change(serverId, { definition })
      },
      'server.remove': ({ serverId }) => {
        this.list = this.list.filter((server) => server.serverId !== serverId)
        this.#events.publish('server.removed', { serverId })
        return {}
      },
      'server.start': ({ serverId }) =>
        this.change(serverId, { state: 'listening', ...listeningFacts(this.find(serverId).definition) }),
      'server.stop': ({ serverId }) => this.change(serverId, { ...stillFacts, state: 'stopped' }),
      'server.clients': ({ serverId }) => [...(this.clients.get(serverId) ?? [])],
      'server.close-client': (request) => {
        this.ended.push(request)
        const { serverId, connection } = request
        const left = (this.clients.get(serverId) ?? []).filter((client) => client.connection !== connection)
        this.setClients(serverId, left)
        return {}
      },
      'server.send': (request) => {
        this.sent.push(request)
        const all = this.clients.get(request.serverId) ?? []
        return { clientCount: request.connections?.length ?? all.length, byteCount: 5 }
      },
      'server.check': ({ definition }) => ({ problems: this.problems(definition) }),
    } satisfies Partial<CommandHandlers>
  }
}

function listeningFacts({ host, port, kind, m2 }: ServerDefinition): Partial<ServerSnapshot> {
  const addressOf = (wanted: number, free: number) =>
    ({ address: host, port: wanted === 0 ? free : wanted, family: 'ipv4' }) as const
  return {
    address: addressOf(port, 40_123),
    telemetryAddress: kind === 'm2' ? addressOf(m2.telemetryPort, 40_124) : null,
  }
}
