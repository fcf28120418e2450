import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import type { MessageSource } from '../../../src-main/contract/schemas/message.ts'
import { decodeFramePayload } from '../../../src-main/protocol/framing/frame-codec.ts'
import { createFramer } from '../../../src-main/protocol/framing/framer.ts'
import { draftOfBytes, sourceOfDraft, type MessageDraft, type ReadContent } from './message-draft.ts'

/**
 * A new draft of bytes as they stood in a stream. Where they are one message of `framing`, and its content goes out within
 * that framing as exactly these bytes, it is the content, so that lengths and delimiters follow what is changed; else the
 * exact bytes without framing. `compose` answers the bytes that a message goes out as, null when it cannot.
 */
export function draftOfMessage(
  bytes: Uint8Array,
  before: MessageDraft,
  read: ReadContent,
  framing: FramingSettings,
  compose: (source: MessageSource) => Uint8Array | null,
): MessageDraft {
  const exact = draftOfBytes(bytes, before, read)
  const content = contentWithin(bytes, framing)
  if (content === null) return exact
  const framed = { ...draftOfBytes(content, before, read), framed: true }
  const composed = compose(sourceOfDraft(framed))
  const isSame = composed?.length === bytes.length && composed.every((byte, index) => byte === bytes[index])
  return isSame ? framed : exact
}

/** The content of bytes that are one whole message; null when they are not, or the framing adds nothing. */
function contentWithin(bytes: Uint8Array, framing: FramingSettings): Uint8Array | null {
  if (framing.kind === 'raw' || framing.kind === 'idle-gap') return null
  const framer = createFramer(framing)
  const [frame, ...others] = [...framer.acceptChunk(bytes, 0), ...framer.end()]
  if (frame?.problem !== null || others.length > 0) return null
  return decodeFramePayload(framing, bytes.subarray(frame.payloadStart, frame.payloadEnd))
}
