import type { ServerDefinition } from '../../../../src-main/contract/schemas/server.ts'
import type {
  CommandServerSettings,
  JsonRpcServerSettings,
  ServerKind,
} from '../../../../src-main/contract/schemas/server-kinds.ts'
import { numberOf, textOf, wholeNumberOf } from '../typed-number.ts'

/** A field of the settings of a kind, as the contract names it. */
export type KindField = `${'chargen' | 'command' | 'jsonRpc' | 'm2'}.${string}`

/** What the kinds of servers need, as typed. What belongs to other kinds is kept, in case they are chosen again. */
export class KindDraft {
  readonly #given: ServerDefinition
  bytesPerSecond = $state('')
  workers = $state('')
  serving = $state<CommandServerSettings['serving']>('pool')
  pollIntervalMs = $state('')
  requestsPerConnection = $state<CommandServerSettings['requestsPerConnection']>('one')
  afterReply = $state<CommandServerSettings['afterReply']>('keep-open')
  invalidRequest = $state<CommandServerSettings['invalidRequest']>('error-frame')
  maximumRequestBytes = $state('')
  framing = $state<JsonRpcServerSettings['framing']>('lines')
  lengthField = $state<JsonRpcServerSettings['lengthField']>('u32be')
  jsonRpcWorkers = $state('')
  jsonRpcMaximumBytes = $state('')
  telemetryPort = $state('')
  telemetryHz = $state('')
  welcomesEveryClient = $state(true)
  checksSequence = $state(false)
  requiresHeartbeat = $state(false)
  commandDurationMs = $state('')

  constructor(given: ServerDefinition) {
    this.#given = given
    const { chargen, command, jsonRpc, m2 } = given
    this.bytesPerSecond = textOf(chargen.bytesPerSecond)
    this.workers = textOf(command.workers)
    this.serving = command.serving
    this.pollIntervalMs = textOf(command.pollIntervalMs)
    this.requestsPerConnection = command.requestsPerConnection
    this.afterReply = command.afterReply
    this.invalidRequest = command.invalidRequest
    this.maximumRequestBytes = textOf(command.maximumRequestBytes)
    this.framing = jsonRpc.framing
    this.lengthField = jsonRpc.lengthField
    this.jsonRpcWorkers = textOf(jsonRpc.workers)
    this.jsonRpcMaximumBytes = textOf(jsonRpc.maximumRequestBytes)
    this.telemetryPort = textOf(m2.telemetryPort)
    this.telemetryHz = textOf(m2.telemetryHz)
    this.welcomesEveryClient = m2.welcomesEveryClient
    this.checksSequence = m2.checksSequence
    this.requiresHeartbeat = m2.requiresHeartbeat
    this.commandDurationMs = textOf(m2.commandDurationMs)
  }

  /** The settings of all kinds; those of the others as they were, whatever was typed there. */
  content(kind: ServerKind): Record<'chargen' | 'command' | 'jsonRpc' | 'm2', unknown> {
    const { chargen, command, jsonRpc, m2 } = this.#given
    const kept = { chargen, command, jsonRpc, m2 }
    switch (kind) {
      case 'chargen':
        return { ...kept, chargen: { bytesPerSecond: this.#rate() } }
      case 'command':
        return { ...kept, command: this.#command() }
      case 'jsonrpc':
        return { ...kept, jsonRpc: this.#jsonRpc() }
      case 'm2':
        return { ...kept, m2: this.#m2() }
      default:
        return kept
    }
  }

  #rate(): number | null {
    return this.bytesPerSecond.trim() === '' ? null : wholeNumberOf(this.bytesPerSecond)
  }

  #command(): Record<keyof CommandServerSettings, unknown> {
    return {
      workers: wholeNumberOf(this.workers),
      serving: this.serving,
      pollIntervalMs: numberOf(this.pollIntervalMs),
      requestsPerConnection: this.requestsPerConnection,
      afterReply: this.afterReply,
      invalidRequest: this.invalidRequest,
      maximumRequestBytes: wholeNumberOf(this.maximumRequestBytes),
    }
  }

  #jsonRpc(): Record<keyof JsonRpcServerSettings, unknown> {
    return {
      framing: this.framing,
      lengthField: this.lengthField,
      workers: wholeNumberOf(this.jsonRpcWorkers),
      maximumRequestBytes: wholeNumberOf(this.jsonRpcMaximumBytes),
    }
  }

  #m2(): Record<keyof ServerDefinition['m2'], unknown> {
    return {
      telemetryPort: wholeNumberOf(this.telemetryPort),
      telemetryHz: numberOf(this.telemetryHz),
      welcomesEveryClient: this.welcomesEveryClient,
      checksSequence: this.checksSequence,
      requiresHeartbeat: this.requiresHeartbeat,
      commandDurationMs: numberOf(this.commandDurationMs),
    }
  }
}
