import type { ErrorShape } from '../../contract/errors.ts'
import type { ServerDefinition } from '../../contract/schemas/server.ts'
import type { Clock } from '../../engine/ports.ts'
import { M2ClientMachine } from '../../protocol/m2-server/m2-client-machine.ts'
import { M2Controller } from '../../protocol/m2-server/m2-controller.ts'
import { M2TelemetryInput } from '../../protocol/m2-server/m2-telemetry-input.ts'
import { ticksPerSecond } from '../../protocol/m2-server/mirror.ts'
import { TelemetryRounds } from '../../protocol/m2-server/telemetry-rounds.ts'
import type { ClientService, ServedClient, ServerBehaviour } from '../server-behaviour.ts'
import { CommandService, lineBytes, type CommandPort } from './command-service.ts'
import { Pacer } from './pacer.ts'
import { SlowClient } from './slow-client.ts'
import { TelemetryService, type TelemetryPort } from './telemetry-service.ts'

/** What the server needs besides its clients. */
export interface M2ServerTools {
  readonly clock: Clock
  /** A client did something against the protocol. */
  onProblem(connection: number, error: ErrorShape): void
}

/** What the two ports of an M2 server do. */
export interface M2Behaviours {
  readonly main: ServerBehaviour
  readonly telemetry: ServerBehaviour
}

/**
 * A mirror controller (seed-systems 3.7, 3.8): commands on one port, telemetry on the other, over the same mirror. Of the
 * definition it needs `m2` without the port.
 */
export function m2Behaviours({ m2 }: Pick<ServerDefinition, 'm2'>, tools: M2ServerTools): M2Behaviours {
  const server = new M2Server(m2, tools)
  return {
    main: { serve: (client) => server.serveCommands(client), close: () => server.close() },
    telemetry: { serve: (client) => server.serveTelemetry(client), close: () => server.close() },
  }
}

class M2Server implements CommandPort {
  readonly clock: Clock
  readonly #settings: ServerDefinition['m2']
  readonly #tools: M2ServerTools
  readonly #commandClients = new Set<CommandService>()
  readonly #telemetryClients = new Set<TelemetryService>()
  readonly #ticks: Pacer
  readonly #roundsPacer: Pacer
  #controller: M2Controller
  #rounds: TelemetryRounds

  constructor(settings: ServerDefinition['m2'], tools: M2ServerTools) {
    this.#settings = settings
    this.#tools = tools
    this.clock = tools.clock
    this.#ticks = new Pacer(tools.clock, ticksPerSecond, () => this.#tick())
    this.#roundsPacer = new Pacer(tools.clock, settings.telemetryHz, () => this.#round())
    this.#controller = new M2Controller(settings.welcomesEveryClient)
    this.#rounds = new TelemetryRounds(this.#controller.mirror)
  }

  serveCommands(client: ServedClient): ClientService {
    const machine = new M2ClientMachine(this.#controller, this.#settings, client.connection)
    const service = new CommandService(client, machine, this, this.#slowClient(client, 'events'))
    this.#commandClients.add(service)
    this.#ticks.start()
    service.welcome()
    return service
  }

  serveTelemetry(client: ServedClient): ClientService {
    const port: TelemetryPort = {
      problem: (connection, error) => this.problem(connection, error),
      forget: (service) => {
        this.#telemetryClients.delete(service)
        if (this.#telemetryClients.size === 0) this.#roundsPacer.stop()
        this.#restIfAlone()
      },
    }
    const input = new M2TelemetryInput(this.#controller, client.connection)
    const service = new TelemetryService(client, input, port, this.#slowClient(client, 'rounds of telemetry'))
    this.#telemetryClients.add(service)
    this.#ticks.start()
    this.#roundsPacer.start()
    return service
  }

  publish(line: string): void {
    const bytes = lineBytes(line)
    for (const service of this.#commandClients) service.event(bytes)
  }

  problem(connection: number, error: ErrorShape): void {
    this.#tools.onProblem(connection, error)
  }

  forget(service: CommandService): void {
    this.#commandClients.delete(service)
    this.#restIfAlone()
  }

  restart(): void {
    for (const service of [...this.#commandClients, ...this.#telemetryClients]) service.end()
    this.#controller = new M2Controller(this.#settings.welcomesEveryClient)
    this.#rounds = new TelemetryRounds(this.#controller.mirror)
  }

  close(): void {
    this.#ticks.stop()
    this.#roundsPacer.stop()
  }

  #tick(): void {
    const lines = this.#controller.tick()
    for (const service of this.#commandClients) service.afterWelcome(() => this.#controller.status())
    for (const line of lines) this.publish(line)
  }

  /** Written once for all. */
  #round(): void {
    const messages = this.#rounds.next().map(lineBytes)
    for (const service of this.#telemetryClients) service.round(messages)
  }

  #restIfAlone(): void {
    if (this.#commandClients.size + this.#telemetryClients.size === 0) this.#ticks.stop()
  }

  #slowClient({ connection }: ServedClient, what: 'events' | 'rounds of telemetry'): SlowClient {
    return new SlowClient(connection, what, (error) => this.problem(connection, error))
  }
}
