import * as v from 'valibot'
import { messageSource, type MessageSource, type MessageSourceInput } from '../../../contract/schemas/message.ts'
import type { ComposeContext } from '../composition.ts'

/** What a test gives of a context; the rest is empty. */
export interface ContextFacts extends Partial<Omit<ComposeContext, 'variable' | 'captured' | 'counter'>> {
  readonly variables?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly captures?: Readonly<Record<string, string>>
  readonly counters?: Readonly<Record<string, bigint>>
}

/** A context at 2026-11-20T09:30:05.123456789Z whose random bytes are 0, 1, 2 and so on. */
export function contextOf(facts: ContextFacts = {}): ComposeContext {
  const { variables = {}, secrets = {}, captures = {}, counters = {}, ...given } = facts
  return {
    framing: { kind: 'raw' },
    structure: () => null,
    variable: (name) => {
      const secret = secrets[name]
      if (secret !== undefined) return { text: secret, secret: true }
      const text = variables[name]
      return text === undefined ? null : { text, secret: false }
    },
    captured: (name) => captures[name] ?? null,
    counter: (name) => counters[name] ?? null,
    nowUnixNs: 1_795_167_005_123_456_789n,
    random: (byteCount) => Uint8Array.from({ length: byteCount }, (_, index) => index & 0xff),
    uuid: () => '00000000-0000-4000-8000-000000000000',
    file: () => ({ ok: true, bytes: new Uint8Array(0) }),
    nextSequenceId: 1,
    maskSecrets: false,
    ...given,
  }
}

/** A source of the content with everything else left out. */
export function sourceOf(
  content: MessageSourceInput['content'],
  rest: Partial<MessageSourceInput> = {},
): MessageSource {
  return v.parse(messageSource, { content, ...rest })
}
