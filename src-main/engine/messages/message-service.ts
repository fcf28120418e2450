import { WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { ComposedMessage, MessageContext, MessageSource } from '../../contract/schemas/message.ts'
import type { SequenceSource } from '../../protocol/command-rpc/call-inputs.ts'
import type { ComposedBytes } from '../../protocol/message/composition.ts'
import type { Clock } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import type { Session } from '../sessions/session.ts'
import { MessageComposer, replyOf, type ComposingFor } from './message-composer.ts'
import type { MessageKnowledge } from './message-knowledge.ts'
import { SessionContext, type ContextChange } from './session-context.ts'

export interface MessageServiceOptions {
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
  readonly sessions: SessionRegistry
  readonly knowledge: MessageKnowledge
}

/**
 * Composed sending. Rules: what must be waited for (a file, a structure) is fetched first; then a message is composed,
 * queued and its counters moved without anything in between, so that a refused message uses up nothing and no number is
 * used twice. Bytes of secrets are in nothing that is answered.
 */
export class MessageService {
  readonly #options: MessageServiceOptions
  readonly #composer: MessageComposer
  readonly #contexts = new Map<string, SessionContext>()
  readonly #unsubscribe: () => void

  constructor(options: MessageServiceOptions) {
    this.#options = options
    this.#composer = new MessageComposer(options.clock, options.knowledge)
    this.#unsubscribe = options.events.subscribe('session.closed', null, ({ sessionId }) => {
      this.#contexts.delete(sessionId)
    })
  }

  /**
   * `isWanted` is asked once everything is fetched. Errors: those of composing, and of sending (`not-connected`,
   * `sending-ended`); `cancelled` when it is no longer wanted.
   */
  async send(
    sessionId: string,
    message: MessageSource,
    isWanted: () => boolean = () => true,
  ): Promise<{ composed: ComposedMessage; unsentBytes: number }> {
    const session = this.#options.sessions.get(sessionId)
    const composed = await this.#queue(session, message, isWanted)
    return { composed: replyOf(composed), unsentBytes: session.counters().unsentBytes }
  }

  /** As `send`; answers the bytes as they go out, secrets included: for the engine alone. */
  async sendAndKnow(sessionId: string, message: MessageSource, isWanted: () => boolean): Promise<Uint8Array> {
    return (await this.#queue(this.#options.sessions.get(sessionId), message, isWanted)).bytes
  }

  /** What `send` would send now, bytes of secrets masked. Errors: those of composing. */
  async preview(sessionId: string, message: MessageSource): Promise<ComposedMessage> {
    const session = this.#options.sessions.get(sessionId)
    const fetched = await this.#composer.fetch(this.#whose(session), message)
    // The framing may have changed meanwhile.
    return replyOf(this.#composer.compose(this.#whose(session), message, fetched, true))
  }

  /** Errors: `session-not-found`. */
  context(sessionId: string): MessageContext {
    this.#options.sessions.get(sessionId)
    return this.#contextOf(sessionId).snapshot()
  }

  /** Errors: `session-not-found`, `bad-payload`. */
  changeContext(sessionId: string, change: ContextChange): MessageContext {
    this.#options.sessions.get(sessionId)
    this.#contextOf(sessionId).change(change)
    this.#tell(sessionId)
    return this.#contextOf(sessionId).snapshot()
  }

  /** Keeps what was captured from a reply for `{{$captured name}}`. */
  keepCaptured(sessionId: string, values: Readonly<Record<string, string>>): void {
    if (Object.keys(values).length === 0) return
    this.#contextOf(sessionId).keep(values)
    this.#tell(sessionId)
  }

  /** The sequence numbers of M2 commands that the session's composer and its calls share. */
  sequenceOf(sessionId: string): SequenceSource {
    const contextOf = (): SessionContext => this.#contextOf(sessionId)
    return {
      get nextSequenceId() {
        return contextOf().nextSequenceId
      },
      next: () => {
        const sequenceId = contextOf().nextSequence()
        this.#tell(sessionId)
        return sequenceId
      },
    }
  }

  close(): void {
    this.#unsubscribe()
    this.#contexts.clear()
  }

  async #queue(session: Session, message: MessageSource, isWanted: () => boolean): Promise<ComposedBytes> {
    const { sessionId } = session
    const fetched = await this.#composer.fetch(this.#whose(session), message)
    if (!isWanted()) throw new WirebenchError('cancelled')
    const composed = this.#composer.compose(this.#whose(session), message, fetched, false)
    if (message.content.mode === 'm2') refuseUnconnected(session)
    session.send(composed.bytes)
    if (this.#contextOf(sessionId).advance(composed.steps)) this.#tell(sessionId)
    return composed
  }

  #contextOf(sessionId: string): SessionContext {
    let context = this.#contexts.get(sessionId)
    if (context === undefined) {
      context = new SessionContext()
      this.#contexts.set(sessionId, context)
    }
    return context
  }

  #whose({ sessionId, capture }: Session): ComposingFor {
    const { sent } = this.#options.knowledge.interpretationOf(capture.captureId)
    return { context: this.#contextOf(sessionId), framing: sent.framing }
  }

  #tell(sessionId: string): void {
    const { events, pulse } = this.#options
    pulse.mark(`message-context ${sessionId}`, () => {
      const context = this.#contexts.get(sessionId)?.snapshot()
      if (context !== undefined) events.publish('session.message-context-changed', { sessionId, context })
    })
  }
}

/** The peers of M2 count on every number: none is given to a message that may never go out (seed-systems 6.3, row 10). */
function refuseUnconnected(session: Session): void {
  const { state } = session.snapshot()
  if (state === 'idle' || state === 'closed') throw new WirebenchError('not-connected')
}
