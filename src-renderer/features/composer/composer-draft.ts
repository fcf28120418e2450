import { WirebenchError, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { LineEndingName } from '../../../src-main/contract/schemas/line-ending.ts'
import type { ComposerMode } from '../../../src-main/contract/schemas/profile.ts'
import { formatHex, parseHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { applyLineEnding, escapeBytes, parseEscapedText } from '../../../src-main/protocol/text/escapes.ts'
import type { ParsedBytes } from '../../../src-main/protocol/text/parsed-bytes.ts'
import { utf8Text } from '../../../src-main/protocol/text/utf8.ts'

/**
 * A message being written, as text with escapes or as hex. Rules:
 * 1. Both are notations of the same bytes. In text the line ending is added to what is written and is what every typed
 *    line break stands for (LF with "none"), so that a request of several lines goes out as its protocol wants it. Hex is
 *    exact, so the ending is part of it.
 * 2. Switching rewrites the other notation only when it stands for other bytes: a layout typed by hand stays.
 * 3. Nothing typed is lost. What is malformed stays where it was typed; the other notation shows the last bytes that
 *    could be read. What must give way to other bytes while malformed is set aside and can be taken back.
 */
export interface ComposerDraft {
  readonly mode: ComposerMode
  readonly text: string
  readonly hex: string
  readonly lineEnding: LineEndingName
  /** The last bytes that could be read, with the line ending. */
  readonly lastBytes: Uint8Array
  /** What the other notation showed when the malformed one was left: unless it was edited, nothing gives way. */
  readonly leftMalformedWith: Uint8Array | null
  readonly setAside: { readonly mode: ComposerMode; readonly source: string } | null
}

/** What a draft stands for: the bytes to be sent, or the error with the index of the character it points at. */
export type DraftReading =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: ErrorShape; readonly index: number }

const emptyBytes = new Uint8Array(0)

export function emptyDraft(mode: ComposerMode = 'text', lineEnding: LineEndingName = 'lf'): ComposerDraft {
  return { mode, text: '', hex: '', lineEnding, lastBytes: emptyBytes, leftMalformedWith: null, setAside: null }
}

/** What is written in the present mode. */
export function draftSource(draft: ComposerDraft): string {
  return draft.mode === 'text' ? draft.text : draft.hex
}

/** The bytes that would be sent now. An empty text with a line ending is that line ending. */
export function readDraft(draft: ComposerDraft): DraftReading {
  return reading(parseSource(draft, draft.mode))
}

/** True while the other notation holds something malformed that nothing has taken the place of yet. */
export function otherIsMalformed(draft: ComposerDraft): boolean {
  return draft.leftMalformedWith !== null && draft.leftMalformedWith === draft.lastBytes
}

export function typeInDraft(draft: ComposerDraft, source: string): ComposerDraft {
  return remembered(withSource(draft, draft.mode, source))
}

export function chooseLineEnding(draft: ComposerDraft, lineEnding: LineEndingName): ComposerDraft {
  return remembered({ ...draft, lineEnding })
}

export function switchMode(draft: ComposerDraft, mode: ComposerMode): ComposerDraft {
  if (mode === draft.mode) return draft
  const present = readDraft(draft)
  const bytes = present.ok ? present.bytes : draft.lastBytes
  return carriedOver({ ...draft, leftMalformedWith: present.ok ? null : bytes }, mode, bytes, draft.leftMalformedWith)
}

function carriedOver(
  draft: ComposerDraft,
  mode: ComposerMode,
  bytes: Uint8Array,
  leftMalformedWith: Uint8Array | null,
): ComposerDraft {
  const other = parseSource(draft, mode)
  if (draftSource(draft) === '') {
    const nothingGivesWay = sourceOf(draft, mode) === '' || (!other.ok && leftMalformedWith !== null)
    return nothingGivesWay ? { ...draft, mode } : replaced({ ...draft, mode }, mode, '', other)
  }
  const untouched = leftMalformedWith !== null && sameBytes(leftMalformedWith, bytes)
  if (other.ok ? sameBytes(other.bytes, bytes) : untouched || draft.leftMalformedWith !== null)
    return { ...draft, mode }
  if (mode === 'hex') return replaced({ ...draft, mode }, mode, formatHex(bytes, { uppercase: true }), other)
  const { content, lineEnding } = splitLineEnding(bytes, draft.lineEnding)
  return replaced({ ...draft, mode, lineEnding }, mode, escapeBytes(content), other)
}

/** A new draft of given bytes: as text when they are UTF-8, with their line ending told apart; else as hex. */
export function draftOfBytes(bytes: Uint8Array, before: ComposerDraft): ComposerDraft {
  const aside = setAsideIfMalformed(before)
  if (utf8Text(bytes) === null || hasUnusualControls(bytes)) {
    const hex = formatHex(bytes, { uppercase: true })
    return { ...before, mode: 'hex', hex, text: '', lastBytes: bytes, leftMalformedWith: null, setAside: aside }
  }
  const { content, lineEnding } = splitLineEnding(bytes, 'crlf', 'lf', 'cr')
  const text = escapeBytes(content)
  return { mode: 'text', text, hex: '', lineEnding, lastBytes: bytes, leftMalformedWith: null, setAside: aside }
}

/** A draft as it was written before, for the history. */
export function draftOfSource(
  entry: { readonly mode: ComposerMode; readonly text: string; readonly lineEnding: LineEndingName },
  before: ComposerDraft,
): ComposerDraft {
  const written = entry.mode === 'text' ? { text: entry.text, hex: '' } : { text: '', hex: entry.text }
  const setAside = setAsideIfMalformed(before)
  const { mode, lineEnding } = entry
  return remembered({ ...before, ...written, mode, lineEnding, leftMalformedWith: null, setAside })
}

/** Takes back what was set aside; what stands there now is set aside when it is malformed. */
export function takeBack(draft: ComposerDraft): ComposerDraft {
  if (draft.setAside === null) return draft
  const { mode, source } = draft.setAside
  return remembered(withSource({ ...draft, mode, setAside: setAsideIfMalformed(draft, false) }, mode, source))
}

function parseSource(draft: ComposerDraft, mode: ComposerMode): ParsedBytes {
  if (mode === 'hex') return parseHex(draft.hex)
  const parsed = parseWithLineBreaks(draft.text, draft.lineEnding)
  return parsed.ok ? { ok: true, bytes: applyLineEnding(parsed.bytes, draft.lineEnding) } : parsed
}

/** Errors point into the text as it was typed, so that is read first. */
function parseWithLineBreaks(text: string, lineEnding: LineEndingName): ParsedBytes {
  const asTyped = parseEscapedText(text)
  const lineBreak = lineEnding === 'crlf' ? '\r\n' : lineEnding === 'cr' ? '\r' : '\n'
  if (!asTyped.ok || lineBreak === '\n' || !text.includes('\n')) return asTyped
  return parseEscapedText(text.replaceAll('\n', lineBreak))
}

function reading(parsed: ParsedBytes): DraftReading {
  if (parsed.ok) return parsed
  const { position } = parsed.error.data
  if (typeof position !== 'number') throw new WirebenchError('internal', { reason: 'The error names no position.' })
  return { ok: false, error: parsed.error, index: position - 1 }
}

function sourceOf(draft: ComposerDraft, mode: ComposerMode): string {
  return mode === 'text' ? draft.text : draft.hex
}

function withSource(draft: ComposerDraft, mode: ComposerMode, source: string): ComposerDraft {
  return mode === 'text' ? { ...draft, text: source } : { ...draft, hex: source }
}

function replaced(draft: ComposerDraft, mode: ComposerMode, source: string, before: ParsedBytes): ComposerDraft {
  const setAside = before.ok ? draft.setAside : { mode, source: sourceOf(draft, mode) }
  return { ...withSource(draft, mode, source), setAside }
}

function remembered(draft: ComposerDraft): ComposerDraft {
  const present = readDraft(draft)
  return present.ok ? { ...draft, lastBytes: present.bytes } : draft
}

function setAsideIfMalformed(draft: ComposerDraft, keepBefore = true): ComposerDraft['setAside'] {
  if (readDraft(draft).ok) return keepBefore ? draft.setAside : null
  return { mode: draft.mode, source: draftSource(draft) }
}

/** Tells the line ending from the content, trying the given ones in order; without content or any of them it is `none`. */
function splitLineEnding(
  bytes: Uint8Array,
  ...candidates: readonly LineEndingName[]
): { readonly content: Uint8Array; readonly lineEnding: LineEndingName } {
  for (const lineEnding of candidates) {
    const ending = applyLineEnding(emptyBytes, lineEnding)
    const contentLength = bytes.length - ending.length
    if (contentLength > 0 && sameBytes(bytes.subarray(contentLength), ending)) {
      return { content: bytes.subarray(0, contentLength), lineEnding }
    }
  }
  return { content: bytes, lineEnding: 'none' }
}

/** Controls that do not occur in text: such bytes are clearer as hex. */
function hasUnusualControls(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b)
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
