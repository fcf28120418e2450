import type { MessageContent } from '../../../contract/schemas/message.ts'
import { ComposeStop } from '../compose-stop.ts'
import type { ComposeScope } from '../compose-scope.ts'
import { expandText } from '../expand-text.ts'
import { type ContentBytes, maskedAsAWhole } from './content-bytes.ts'
import { jsonContent } from './json-content.ts'
import { m2Content } from './m2-content.ts'
import { base64Content, hexContent } from './notation-content.ts'
import { messagePackContent } from './message-pack-content.ts'
import { structureContent } from './structure-content.ts'
import { textContent } from './text-content.ts'

/**
 * The content of a message in whatever mode it is written. Stops composing where it has none.
 * @param endedByFraming text and JSON get no line ending after them: the framing puts its own there
 */
export function composeContent(content: MessageContent, scope: ComposeScope, endedByFraming: boolean): ContentBytes {
  switch (content.mode) {
    case 'text':
      return textContent(content, scope, endedByFraming)
    case 'hex':
      return hexContent(content.hex, scope)
    case 'base64':
      return base64Content(content.base64, scope)
    case 'file':
      return fileContent(content.path, scope)
    case 'structure':
      return structureContent(content, scope)
    case 'json':
      return jsonContent(content, scope, endedByFraming)
    case 'm2':
      return m2Content(content, scope)
    case 'msgpack':
      return messagePackContent(content, scope)
    default:
      return content satisfies never
  }
}

function fileContent(path: string, scope: ComposeScope): ContentBytes {
  const expanded = expandText(path, scope, { part: 'path' })
  const file = scope.context.file(expanded.text)
  if (file.ok) return maskedAsAWhole(file.bytes, false)
  if (!expanded.hasSecrets) throw new ComposeStop(file.error, { part: 'path' })
  // What the system says repeats the path, and with it the secret.
  const { code, data } = file.error
  const told = 'reason' in data ? { reason: 'More is not told, as its path holds a secret.' } : {}
  throw ComposeStop.of(code, { ...data, file: path, ...told }, { part: 'path' })
}
