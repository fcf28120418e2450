import * as v from 'valibot'
import { messageContent, messageSource } from '../../../src-main/contract/schemas/message.ts'
import { composerMode } from '../../../src-main/contract/schemas/profile.ts'
import { contentLength, isEmptyContent } from './message-contents.ts'
import type { MessageDraft } from './message-draft.ts'
import type { MessageOrigin } from './message-origin.ts'

/** Contents longer than this are not kept over a reload; the browser's storage is small. */
const maximumStoredContent = 256 * 1024

const storedDraft = v.object({
  mode: composerMode,
  contents: v.pipe(v.array(messageContent), v.maxLength(8)),
  computed: messageSource.entries.computed,
  framed: messageSource.entries.framed,
  origin: v.nullable(v.object({ entryId: v.string(), revision: v.string(), name: v.string() })),
})

/** What is kept of a draft over a reload. */
export function storedFormOf(draft: MessageDraft, origin: MessageOrigin | null): v.InferOutput<typeof storedDraft> {
  const { mode, computed, framed } = draft
  const contents = Object.values(draft.contents).filter(
    (content) => (content.mode === mode || !isEmptyContent(content)) && contentLength(content) <= maximumStoredContent,
  )
  return { mode, contents, computed: [...computed], framed, origin }
}

/** A kept draft, with everything that was not kept as in `fresh`; null when nothing readable was kept. */
export function draftOfStoredForm(
  stored: unknown,
  fresh: MessageDraft,
): { readonly draft: MessageDraft; readonly origin: MessageOrigin | null } | null {
  const parsed = v.safeParse(storedDraft, stored)
  if (!parsed.success) return null
  const { mode, contents, computed, framed, origin } = parsed.output
  const kept = Object.fromEntries(contents.map((content) => [content.mode, content]))
  return { draft: { ...fresh, mode, computed, framed, contents: { ...fresh.contents, ...kept } }, origin }
}
