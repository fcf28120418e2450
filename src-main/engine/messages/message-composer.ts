import { randomBytes, randomUUID } from 'node:crypto'
import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { ComposedMessage, MessageSource } from '../../contract/schemas/message.ts'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { composeMessage, maskedBytes } from '../../protocol/message/compose-message.ts'
import type { ComposeContext, ComposedBytes, FileContent, KnownStructure } from '../../protocol/message/composition.ts'
import type { Clock } from '../ports.ts'
import { readMessageFile } from './message-files.ts'
import type { MessageKnowledge } from './message-knowledge.ts'
import type { SessionContext } from './session-context.ts'

/** What composing needs that must be waited for. */
export interface FetchedParts {
  readonly structure: KnownStructure | null
  readonly file: FileContent
}

/** Whose message it is: its counters, and the framing that goes around it. */
export interface ComposingFor {
  readonly context: SessionContext
  readonly framing: FramingSettings
}

const noFile: FileContent = { ok: false, error: describeError('file-not-found', { file: null }) }

/** Composes messages from what the workbench knows. Uses nothing up: whoever sends the bytes advances the counters. */
export class MessageComposer {
  readonly #clock: Clock
  readonly #knowledge: MessageKnowledge

  constructor(clock: Clock, knowledge: MessageKnowledge) {
    this.#clock = clock
    this.#knowledge = knowledge
  }

  /** Fetches what a message needs and must be waited for. A path may hold placeholders: composing tells it. */
  async fetch(whose: ComposingFor, message: MessageSource): Promise<FetchedParts> {
    const { content } = message
    if (content.mode === 'structure' && content.structureId !== '') {
      return { structure: await this.#knowledge.structure(content.structureId), file: noFile }
    }
    if (content.mode !== 'file') return { structure: null, file: noFile }
    const asked: string[] = []
    const context = this.#contextFor(whose, { structure: null, file: noFile }, true)
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
  compose(whose: ComposingFor, message: MessageSource, fetched: FetchedParts, maskSecrets: boolean): ComposedBytes {
    const composed = composeMessage(message, this.#contextFor(whose, fetched, maskSecrets))
    if (composed.ok) return composed
    throw WirebenchError.fromShape(composed.error)
  }

  #contextFor(
    { context, framing }: ComposingFor,
    { structure, file }: FetchedParts,
    maskSecrets: boolean,
  ): ComposeContext {
    return {
      framing,
      structure: () => structure,
      variable: (name: string) => this.#knowledge.variable(name),
      captured: (name: string) => context.captured(name),
      counter: (name: string) => context.counter(name),
      nowUnixNs: BigInt(this.#clock.unixMicroseconds()) * 1000n,
      random: (byteCount: number) => Uint8Array.from(randomBytes(byteCount)),
      uuid: () => randomUUID(),
      file: () => file,
      nextSequenceId: context.nextSequenceId,
      maskSecrets,
    }
  }
}

/** A composed message for the border: bytes of secrets are masked. */
export function replyOf({
  bytes,
  contentStart,
  contentEnd,
  masked,
  computed,
  remarks,
}: ComposedBytes): ComposedMessage {
  return {
    bytes: maskedBytes(bytes, masked),
    contentStart,
    contentEnd,
    masked: masked.map(({ start, end }) => ({ start, end })),
    computed: computed.map(({ start, end }) => ({ start, end })),
    remarks: remarks.map(({ place, message }) => ({ place, message })),
  }
}
