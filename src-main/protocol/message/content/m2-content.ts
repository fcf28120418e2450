import type { MessageContent } from '../../../contract/schemas/message.ts'
import { composeM2Message, type M2DraftField } from '../../m2/m2-message.ts'
import type { ComposeScope } from '../compose-scope.ts'
import { ComposeStop } from '../compose-stop.ts'
import { expandText, type ExpandedText } from '../expand-text.ts'
import { type ContentBytes, maskedAsAWhole } from './content-bytes.ts'
import { expandJson } from './json-content.ts'
import { secretsInRewrittenJson, utf8Spans } from './json-places.ts'

/**
 * A message of M2 (seed-systems 3.6), without its terminator: the framing adds that. A command has the next sequence
 * number and uses it up once it is sent.
 */
export function m2Content(content: Extract<MessageContent, { mode: 'm2' }>, scope: ComposeScope): ContentBytes {
  const name = expandText(content.name, scope, { part: 'name' })
  const componentName = expandText(content.componentName, scope, { part: 'componentName' })
  const detailsSource = content.detailsText.trim() === '' ? '{}' : content.detailsText
  const details = expandJson(detailsSource, scope, { part: 'details' })
  const { nextSequenceId, framing } = scope.context
  const composed = composeM2Message(
    { type: content.type, name: name.text, componentName: componentName.text, detailsText: details.expanded.text },
    nextSequenceId,
  )
  if (!composed.ok) {
    const fields: Readonly<Record<M2DraftField, ExpandedText | null>> = {
      type: null,
      name,
      componentName,
      details: details.expanded,
    }
    const field = fields[composed.field]
    if (field === null) throw new ComposeStop(composed.error, { part: 'type' })
    return field.fail(composed.error, composed.index)
  }
  scope.consumesSequenceId = composed.consumesSequenceId
  if (framing.kind === 'raw') {
    const message = 'Nothing ends this message: choose the framing "M2" for what is sent, which adds CR LF.'
    scope.remarks.push({ place: { part: 'message' }, message })
  }
  if (name.hasSecrets || componentName.hasSecrets) return maskedAsAWhole(composed.bytes, true)
  const secrets = details.expanded.secretSpans()
  const spans = secretsInRewrittenJson(details.root, secrets, composed.text)
  if (spans === null) return maskedAsAWhole(composed.bytes, true)
  return { bytes: composed.bytes, masked: utf8Spans(composed.text, spans) }
}
