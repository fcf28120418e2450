import type { MessageSourceInput } from '../../../contract/schemas/message.ts'
import { formatHex } from '../../hex/parse-hex.ts'
import { composeMessage } from '../compose-message.ts'
import type { Composition } from '../composition.ts'
import { contextOf, sourceOf, type ContextFacts } from './compose-context.ts'

export type Content = MessageSourceInput['content']

/** Composes a content in a context of which only some facts are given. */
export const compose = (
  content: Content,
  facts: ContextFacts = {},
  rest: Partial<MessageSourceInput> = {},
): Composition => composeMessage(sourceOf(content, rest), contextOf(facts))

/** Hex of the bytes, or the code and place of the error. */
export function outcome(result: Composition): unknown {
  return result.ok ? formatHex(result.bytes, { separator: '' }) : [result.error.code, result.place]
}
