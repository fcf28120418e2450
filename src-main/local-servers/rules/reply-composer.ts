import { randomBytes, randomUUID } from 'node:crypto'
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { Clock } from '../../engine/ports.ts'
import { readMessageFile } from '../../engine/messages/message-files.ts'
import { composeMessage } from '../../protocol/message/compose-message.ts'
import type { ComposeContext, FileContent } from '../../protocol/message/composition.ts'
import type { RuleFraming, RuleStructures } from '../../protocol/reply-rules/compiled-rules.ts'
import type { CapturedTexts } from '../../protocol/reply-rules/match-rules.ts'
import type { ReplyStep } from '../../protocol/reply-rules/rule-machine.ts'

/** The bytes of a reply, or why there are none. */
export type ComposedReply =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: ErrorShape }

const noFile: FileContent = { ok: true, bytes: new Uint8Array(0) }

/**
 * Makes the replies of a server. Its counters are those of all its clients and go on when the rules change. There are no variables:
 * a server belongs to no environment.
 */
export class ReplyComposer {
  readonly #clock: Clock
  readonly #structures: RuleStructures
  readonly #counters = new Map<string, bigint>()
  #nextSequenceId = 1

  constructor(clock: Clock, structures: RuleStructures) {
    this.#clock = clock
    this.#structures = structures
  }

  /** The content of the file that a message consists of; null for all other messages. */
  file({ message, captured }: ReplyStep): Promise<FileContent> | null {
    if (message.content.mode !== 'file') return null
    // The path may hold placeholders: composing tells it.
    const asked: string[] = []
    composeMessage(message, {
      ...this.#context({ kind: 'raw' }, captured, noFile),
      file: (path) => {
        asked.push(path)
        return noFile
      },
    })
    const [path] = asked
    return path === undefined ? null : readMessageFile(path)
  }

  /** What it uses up is used up. Errors: `rule-reply-failed`. */
  compose({ message, framing, captured, ruleName }: ReplyStep, file: FileContent = noFile): ComposedReply {
    const composed = composeMessage(message, this.#context(framing, captured, file))
    if (!composed.ok) {
      const error = describeError('rule-reply-failed', { rule: ruleName, reason: composed.error.message })
      return { ok: false, error }
    }
    for (const [name, value] of Object.entries(composed.steps.counters)) this.#counters.set(name, value)
    if (composed.steps.consumesSequenceId) this.#nextSequenceId++
    const needsHeader = framing.kind === 'content-length' && message.framed
    return { ok: true, bytes: needsHeader ? withHeader(composed.bytes) : composed.bytes }
  }

  #context(framing: RuleFraming, captured: CapturedTexts, file: FileContent): ComposeContext {
    return {
      framing: framing.kind === 'content-length' ? { kind: 'raw' } : framing,
      structure: this.#structures,
      variable: () => null,
      captured,
      counter: (name) => this.#counters.get(name) ?? null,
      nowUnixNs: BigInt(this.#clock.unixMicroseconds()) * 1000n,
      random: (byteCount) => Uint8Array.from(randomBytes(byteCount)),
      uuid: () => randomUUID(),
      file: () => file,
      nextSequenceId: this.#nextSequenceId,
      maskSecrets: false,
    }
  }
}

function withHeader(content: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(`Content-Length: ${content.length}\r\n\r\n`)
  const bytes = new Uint8Array(header.length + content.length)
  bytes.set(header)
  bytes.set(content, header.length)
  return bytes
}
