import { WirebenchError } from '../../contract/errors.ts'
import type { MessageSource } from '../../contract/schemas/message.ts'
import { MessageComposer } from '../messages/message-composer.ts'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import { SessionContext } from '../messages/session-context.ts'
import type { Clock, ServerService } from '../ports.ts'
import { serverFraming } from './server-interpretation.ts'

export interface ServerMessagesOptions {
  readonly clock: Clock
  readonly servers: ServerService
  readonly knowledge: MessageKnowledge
  /** Reads the variables for the first time. */
  readonly loadVariables: () => Promise<unknown>
}

/**
 * Composed sending to the clients of local servers. Each server has counters of its own as long as the engine lives. A message that
 * goes to nobody uses up nothing.
 */
export class ServerMessages {
  readonly #options: ServerMessagesOptions
  readonly #composer: MessageComposer
  readonly #contexts = new Map<string, SessionContext>()
  readonly #unsubscribe: () => void

  constructor(options: ServerMessagesOptions) {
    this.#options = options
    this.#composer = new MessageComposer(options.clock, options.knowledge)
    this.#unsubscribe = options.servers.onRemoved((serverId) => this.#contexts.delete(serverId))
  }

  /**
   * Sends to those clients that are still there, for null to all of the main port; answers how many they were, and the bytes that
   * went to each. Errors: those of composing; `server-not-running`; `server-client-not-found` when none of them is there.
   */
  async send(
    serverId: string,
    connections: readonly number[] | null,
    message: MessageSource,
  ): Promise<{ clientCount: number; byteCount: number }> {
    const { servers, loadVariables } = this.#options
    await loadVariables()
    const whose = async () => {
      const server = await servers.running(serverId)
      return { server, context: this.#contextOf(serverId), framing: serverFraming(server.definition) }
    }
    const fetched = await this.#composer.fetch(await whose(), message)
    // It may have stopped or changed meanwhile.
    const { server, ...present } = await whose()
    const { bytes, steps } = this.#composer.compose(present, message, fetched, false)
    const clientCount = server.send(connections, bytes)
    if (clientCount > 0) present.context.advance(steps)
    else if (connections !== null) {
      throw new WirebenchError('server-client-not-found', { connection: connections[0] ?? null })
    }
    return { clientCount, byteCount: clientCount === 0 ? 0 : bytes.length }
  }

  close(): void {
    this.#unsubscribe()
    this.#contexts.clear()
  }

  #contextOf(serverId: string): SessionContext {
    let context = this.#contexts.get(serverId)
    if (context === undefined) {
      context = new SessionContext()
      this.#contexts.set(serverId, context)
    }
    return context
  }
}
