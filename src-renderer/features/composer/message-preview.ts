import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import { messageParts, type ComposedMessage, type MessageSource } from '../../../src-main/contract/schemas/message.ts'
import { composeMessage } from '../../../src-main/protocol/message/compose-message.ts'
import type { ByteSpan, ComposePlace, ComposeRemark } from '../../../src-main/protocol/message/composition.ts'
import type { PageContext } from './composer-facts.svelte.ts'
import type { ContentReading } from './message-draft.ts'

/** The bytes that would go out, or why there are none. `empty`: nothing was written yet. */
export type MessagePreview =
  | {
      readonly kind: 'bytes'
      readonly bytes: Uint8Array
      readonly contentStart: number
      readonly contentEnd: number
      readonly masked: readonly ByteSpan[]
      /** What computed fields filled. */
      readonly computed: readonly ByteSpan[]
      readonly remarks: readonly ComposeRemark[]
    }
  | { readonly kind: 'fault'; readonly error: ErrorShape; readonly place: ComposePlace }
  | { readonly kind: 'empty' }

/** Composes in the page; null when only the engine can: a secret or a file is part of the message. */
export function previewInPage(source: MessageSource, { context, needsEngine }: PageContext): MessagePreview | null {
  const composition = composeMessage(source, context)
  if (needsEngine()) return null
  if (!composition.ok) return previewOfError(composition.error, composition.place)
  const { bytes, contentStart, contentEnd, masked, computed, remarks } = composition
  return { kind: 'bytes', bytes, contentStart, contentEnd, masked, computed, remarks }
}

export function previewOfReply(reply: ComposedMessage): MessagePreview {
  return { kind: 'bytes', ...reply }
}

export function previewOfError(error: ErrorShape, place = placeOfError(error)): MessagePreview {
  return error.code === 'nothing-to-send' ? { kind: 'empty' } : { kind: 'fault', error, place }
}

/** Where an error of composing belongs; the data of the engine's errors names it. */
export function placeOfError({ data }: ErrorShape): ComposePlace {
  const part = messageParts.find((candidate) => candidate === data.part) ?? 'message'
  return {
    part,
    ...(typeof data.index === 'number' ? { index: data.index } : {}),
    ...(typeof data.length === 'number' ? { length: data.length } : {}),
    ...(typeof data.path === 'string' ? { path: data.path } : {}),
    ...(typeof data.field === 'number' ? { field: data.field } : {}),
  }
}

/** The bytes of a content alone: no computed fields, no framing. */
export function readContent(content: MessageSource['content'], page: PageContext): ContentReading {
  let varies = false
  const { context } = page
  const noting: typeof context = {
    ...context,
    variable: (name) => noted(context.variable(name)),
    captured: (name) => noted(context.captured(name)),
    counter: (name) => noted(context.counter(name)),
    random: (byteCount) => noted(context.random(byteCount)),
    uuid: () => noted(context.uuid()),
    get nowUnixNs() {
      return noted(context.nowUnixNs)
    },
  }
  function noted<Value>(value: Value): Value {
    varies = true
    return value
  }
  const composition = composeMessage({ content, computed: [], framed: false }, noting)
  if (page.needsEngine()) return { ok: false, error: null }
  if (composition.ok) return { ok: true, bytes: composition.bytes, varies }
  if (composition.error.code === 'nothing-to-send') return { ok: true, bytes: new Uint8Array(0), varies }
  return { ok: false, error: composition.error }
}
