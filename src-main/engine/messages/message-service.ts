import { randomBytes, randomUUID } from 'node:crypto'
import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { ComposedMessage, MessageContext, MessageSource } from '../../contract/schemas/message.ts'
import type { SequenceSource } from '../../protocol/command-rpc/call-inputs.ts'
import { composeMessage, maskedBytes } from '../../protocol/message/compose-message.ts'
import type { ComposeContext, ComposedBytes, FileContent, KnownStructure } from '../../protocol/message/composition.ts'
import type { Clock } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import type { Session } from '../sessions/session.ts'
import { readMessageFile } from './message-files.ts'
import type { MessageKnowledge } from './message-knowledge.ts'
import { SessionContext, type ContextChange } from './session-context.ts'

export interface MessageServiceOptions {
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
  readonly sessions: SessionRegistry
  readonly knowledge: MessageKnowledge
}

/** What composing needs that must be waited for. */
interface Fetched {
  readonly structure: KnownStructure | null
  readonly file: FileContent
}

const noFile: FileContent = { ok: false, error: describeError('file-not-found', { file: null }) }

/**
 * Composed sending. Rules: what must be waited for (a file, a structure) is fetched first; then a message is composed,
 * queued and its counters moved without anything in between, so that a refused message uses up nothing and no number is
 * used twice. Bytes of secrets are in nothing that is answered.
 */
export class MessageService {
  readonly #options: MessageServiceOptions
  readonly #contexts = new Map<string, SessionContext>()
  readonly #unsubscribe: () => void

  constructor(options: MessageServiceOptions) {
    this.#options = options
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
    return replyOf(this.#compose(session, message, await this.#fetch(session, message), true))
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
    const fetched = await this.#fetch(session, message)
    if (!isWanted()) throw new WirebenchError('cancelled')
    const composed = this.#compose(session, message, fetched, false)
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

  async #fetch(session: Session, message: MessageSource): Promise<Fetched> {
    const { content } = message
    if (content.mode === 'structure' && content.structureId !== '') {
      return { structure: await this.#options.knowledge.structure(content.structureId), file: noFile }
    }
    if (content.mode !== 'file') return { structure: null, file: noFile }
    // The path may hold placeholders: composing tells it.
    const asked: string[] = []
    const context = this.#contextFor(session, { structure: null, file: noFile }, true)
    composeMessage(message, {
      ...context,
      file: (path) => {
        asked.push(path)
        return noFile
      },
    })
    const [path] = asked
    return { structure: null, file: path === undefined ? noFile : await readMessageFile(path) }
  }

  /** Errors: those of composing. */
  #compose(session: Session, message: MessageSource, fetched: Fetched, maskSecrets: boolean): ComposedBytes {
    const composed = composeMessage(message, this.#contextFor(session, fetched, maskSecrets))
    if (composed.ok) return composed
    throw WirebenchError.fromShape(composed.error)
  }

  #contextFor({ sessionId, capture }: Session, { structure, file }: Fetched, maskSecrets: boolean): ComposeContext {
    const { clock, knowledge } = this.#options
    const context = this.#contextOf(sessionId)
    return {
      framing: knowledge.interpretationOf(capture.captureId).sent.framing,
      structure: () => structure,
      variable: (name: string) => knowledge.variable(name),
      captured: (name: string) => context.captured(name),
      counter: (name: string) => context.counter(name),
      nowUnixNs: BigInt(clock.unixMicroseconds()) * 1000n,
      random: (byteCount: number) => Uint8Array.from(randomBytes(byteCount)),
      uuid: () => randomUUID(),
      file: () => file,
      nextSequenceId: context.nextSequenceId,
      maskSecrets,
    }
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

function replyOf({ bytes, contentStart, contentEnd, masked, computed, remarks }: ComposedBytes): ComposedMessage {
  return {
    bytes: maskedBytes(bytes, masked),
    contentStart,
    contentEnd,
    masked: masked.map(({ start, end }) => ({ start, end })),
    computed: computed.map(({ start, end }) => ({ start, end })),
    remarks: remarks.map(({ place, message }) => ({ place, message })),
  }
}
