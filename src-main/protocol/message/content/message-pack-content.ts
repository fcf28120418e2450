import type { MessageContent } from '../../../contract/schemas/message.ts'
import { messagePackOfJson } from '../../msgpack/of-json.ts'
import type { ComposeScope } from '../compose-scope.ts'
import { type ContentBytes, maskedAsAWhole } from './content-bytes.ts'
import { expandJson } from './json-content.ts'

/**
 * MessagePack written as JSON, with the markers for what JSON has not. A secret masks the whole message: where it ends up
 * depends on what it is.
 */
export function messagePackContent(
  { text, flavour }: Extract<MessageContent, { mode: 'msgpack' }>,
  scope: ComposeScope,
): ContentBytes {
  const { expanded, root } = expandJson(text, scope, { part: 'text' })
  const encoded = messagePackOfJson(root, flavour)
  if (encoded.ok) return maskedAsAWhole(encoded.bytes, expanded.hasSecrets)
  const { position } = encoded.error.data
  return expanded.fail(encoded.error, typeof position === 'number' ? position - 1 : null)
}
