import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { LineEndingName } from '../../../src-main/contract/schemas/line-ending.ts'
import type {
  ComputedField,
  MessageContent,
  MessageMode,
  MessageSource,
} from '../../../src-main/contract/schemas/message.ts'
import { emptyContents, isEmptyContent, type ContentOf, type MessageContents } from './message-contents.ts'
import { fromBytes, isNotation, notationOfBytes, type NotationMode } from './notations.ts'

/**
 * A message being written, with what was written in every mode. Rules:
 * 1. Text, hex and base64 are notations of the same bytes: what one of them says is said by the other as soon as it is
 *    switched to. The other modes (file, JSON, structure, M2, MessagePack) keep what is written in them; switching from one
 *    of them to a notation shows its bytes, switching back finds what was written. Where nothing was written in it, the
 *    notation stays as it is.
 * 2. Switching rewrites a notation only when it stands for other bytes: a layout typed by hand stays. While nothing was
 *    edited since, nothing is rewritten, so that placeholders, whose bytes change by themselves, stay as well.
 * 3. Nothing typed is lost. What is malformed stays where it was typed; the other notation shows the last bytes that
 *    could be read. What must give way although it is malformed or has placeholders is set aside and can be taken back.
 */
export interface MessageDraft {
  readonly mode: MessageMode
  readonly contents: MessageContents
  readonly computed: readonly ComputedField[]
  readonly framed: boolean
  /** Contents that stand for the same message as long as they are these very ones. */
  readonly same: readonly MessageContent[]
  /** The content that had an error when it was left, until something else is written. */
  readonly leftMalformed: MessageContent | null
  readonly setAside: MessageContent | null
}

/** The bytes of a content alone, or why it has none. `varies`: another reading gives other bytes. */
export type ContentReading =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly varies: boolean }
  | { readonly ok: false; readonly error: ErrorShape | null }

export type ReadContent = (content: MessageContent) => ContentReading

export function emptyDraft(mode: MessageMode = 'text', lineEnding: LineEndingName = 'lf'): MessageDraft {
  const contents = emptyContents(lineEnding)
  return { mode, contents, computed: [], framed: true, same: [], leftMalformed: null, setAside: null }
}

/** What is written in the present mode. */
export function presentContent(draft: MessageDraft): MessageContent {
  return draft.contents[draft.mode]
}

/** The message as it would be sent or saved now. */
export function sourceOfDraft(draft: MessageDraft): MessageSource {
  return { content: presentContent(draft), computed: [...draft.computed], framed: draft.framed }
}

/** Writes into the present mode. */
export function withContent<Mode extends MessageMode>(
  draft: MessageDraft,
  mode: Mode,
  change: Partial<Omit<ContentOf<Mode>, 'mode'>>,
): MessageDraft {
  return put(draft, { ...draft.contents[mode], ...change })
}

/** True while the message that was left has an error and nothing has taken its place. */
export function leftMalformed(draft: MessageDraft): MessageMode | null {
  const { leftMalformed: left } = draft
  if (left === null || left.mode === draft.mode || draft.contents[left.mode] !== left) return null
  return draft.same.includes(presentContent(draft)) ? left.mode : null
}

/** @param lastReadable what could be read last; its bytes are shown in place of what cannot be read now */
export function switchMode(
  draft: MessageDraft,
  mode: MessageMode,
  read: ReadContent,
  lastReadable: MessageContent | null,
): MessageDraft {
  if (mode === draft.mode) return draft
  const from = presentContent(draft)
  const to = draft.contents[mode]
  const stillSame = draft.same.includes(from)
  if (!isNotation(mode) || (stillSame && draft.same.includes(to))) return { ...draft, mode }
  const joined: MessageDraft = { ...draft, mode, same: [...(stillSame ? draft.same : []), from] }
  if (isEmptyContent(from)) return isNotation(from.mode) ? emptied(joined, mode, read) : agreed(joined, to)
  const present = read(from)
  const shown = present.ok || lastReadable === null ? present : read(lastReadable)
  const left = present.ok || present.error === null ? null : from
  return carriedOver({ ...joined, leftMalformed: left }, mode, present.ok, shown.ok ? shown.bytes : null, read)
}

function emptied(draft: MessageDraft, mode: NotationMode, read: ReadContent): MessageDraft {
  const content = draft.contents[mode]
  if (isEmptyContent(content)) return agreed(draft, content)
  const reading = read(content)
  const setAside = reading.ok && !reading.varies ? draft.setAside : content
  const cleared = fromBytes(content, new Uint8Array(0))
  return agreed({ ...put(draft, cleared), setAside }, cleared)
}

function carriedOver(
  draft: MessageDraft,
  mode: NotationMode,
  readable: boolean,
  bytes: Uint8Array | null,
  read: ReadContent,
): MessageDraft {
  const present = draft.contents[mode]
  const other = read(present)
  // An empty text stands for its line ending alone; left again it would count as nothing.
  const isTaken = isEmptyContent(present) && bytes !== null && bytes.length > 0
  const keeps = other.ok ? bytes === null || (sameBytes(other.bytes, bytes) && !isTaken) : !readable
  if (keeps || bytes === null) return agreed(draft, present)
  const written = notationOfBytes(present, bytes, (content) => {
    const reading = read(content)
    return reading.ok && sameBytes(reading.bytes, bytes)
  })
  if (written === null) return agreed(draft, present)
  const givesWay = !isEmptyContent(present) && (!other.ok || other.varies)
  return agreed({ ...put(draft, written), setAside: givesWay ? present : draft.setAside }, written)
}

/** A new draft of given bytes: as text when they are UTF-8, with their line ending told apart; else as hex. */
export function draftOfBytes(bytes: Uint8Array, before: MessageDraft, read: ReadContent): MessageDraft {
  const content = fromBytes(null, bytes)
  const draft = { ...emptyDraft(), framed: before.framed, setAside: setAsideIfMalformed(before, read) }
  // The bytes are exact: a line ending that is theirs must not be put there once more by the framing.
  return put({ ...draft, mode: content.mode, framed: false }, content)
}

/** A draft of a message as it was written before: from the history or the collection. */
export function draftOfSource(source: MessageSource, before: MessageDraft, read: ReadContent): MessageDraft {
  const { content, computed, framed } = source
  const setAside = setAsideIfMalformed(before, read)
  return put({ ...before, mode: content.mode, computed, framed, same: [], leftMalformed: null, setAside }, content)
}

/** Takes back what was set aside; what stands there now is set aside when it is malformed. */
export function takeBack(draft: MessageDraft, read: ReadContent): MessageDraft {
  if (draft.setAside === null) return draft
  const content = draft.setAside
  const present = read(presentContent(draft))
  const setAside = !present.ok && present.error !== null ? presentContent(draft) : null
  return put({ ...draft, mode: content.mode, setAside }, content)
}

function setAsideIfMalformed(draft: MessageDraft, read: ReadContent): MessageContent | null {
  const content = presentContent(draft)
  const reading = read(content)
  const malformed = !isEmptyContent(content) && !reading.ok && reading.error !== null
  return malformed ? content : draft.setAside
}

function put(draft: MessageDraft, content: MessageContent): MessageDraft {
  return { ...draft, contents: { ...draft.contents, [content.mode]: content } }
}

function agreed(draft: MessageDraft, content: MessageContent): MessageDraft {
  return { ...draft, same: [...draft.same, content] }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
