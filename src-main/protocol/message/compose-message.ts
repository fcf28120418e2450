import { maximumSendBytes } from '../../contract/commands.ts'
import { toErrorShape } from '../../contract/errors.ts'
import type { MessageSource } from '../../contract/schemas/message.ts'
import { joinedSpans } from './byte-spans.ts'
import { ComposeScope } from './compose-scope.ts'
import { ComposeStop } from './compose-stop.ts'
import type { ByteSpan, ComposeContext, ComposedBytes, Composition } from './composition.ts'
import { applyComputed } from './computed/apply-computed.ts'
import { composeContent } from './content/compose-content.ts'
import { endsLines, frameContent, unframed } from './frame-content.ts'

/**
 * The bytes of a message: its content with the placeholders filled in, the computed fields, the framing around it. Never
 * throws: what cannot be composed is a fault with its place. The same source and context give the same bytes, but for
 * what `random` and `uuid` answer. Bytes are at most `maximumSendBytes`.
 */
export function composeMessage(source: MessageSource, context: ComposeContext): Composition {
  try {
    return compose(source, new ComposeScope(context))
  } catch (thrown) {
    if (thrown instanceof ComposeStop) return thrown.fault
    return new ComposeStop(toErrorShape(thrown), { part: 'message' }).fault
  }
}

function compose(source: MessageSource, scope: ComposeScope): ComposedBytes {
  // Two line endings would be a message and an empty one, or none that the framing could carry.
  const endedByFraming = source.framed && endsLines(scope.context.framing)
  const content = applyComputed(composeContent(source.content, scope, endedByFraming), source.computed, scope)
  const framed = source.framed ? frameContent(content, scope.context.framing) : unframed(content)
  const { bytes, contentStart, contentEnd } = framed
  if (bytes.length === 0) throw ComposeStop.of('nothing-to-send', {}, { part: 'message' })
  if (bytes.length > maximumSendBytes) {
    throw ComposeStop.of('message-too-large', { bytes: bytes.length, limit: maximumSendBytes }, { part: 'message' })
  }
  const masked = joinedSpans(framed.masked)
  return {
    ok: true,
    bytes: scope.context.maskSecrets ? maskedBytes(bytes, masked) : bytes,
    contentStart,
    contentEnd,
    masked,
    computed: joinedSpans(framed.computed ?? []),
    steps: scope.steps(),
    remarks: scope.remarks,
  }
}

/** The bytes with zeros where they are masked; the same array when nothing is. */
export function maskedBytes(bytes: Uint8Array, masked: readonly ByteSpan[]): Uint8Array {
  if (masked.length === 0) return bytes
  const shown = bytes.slice()
  for (const { start, end } of masked) shown.fill(0, start, end)
  return shown
}
