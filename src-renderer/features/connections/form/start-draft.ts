import { describeError, type ErrorShape } from '../../../../src-main/contract/errors.ts'
import type { InitialMessage } from '../../../../src-main/contract/schemas/connection.ts'
import { parseHex } from '../../../../src-main/protocol/hex/parse-hex.ts'
import { findPlaceholders } from '../../../../src-main/protocol/message/placeholders.ts'
import { parseEscapedText } from '../../../../src-main/protocol/text/escapes.ts'
import { fieldProblems } from '../../../strings/connection-form.ts'

/** What is sent first of all, as typed; an empty content sends nothing. */
export interface StartDraft {
  notation: InitialMessage['notation']
  content: string
}

export function startDraftOf(message: InitialMessage | null): StartDraft {
  return { notation: message?.notation ?? 'text', content: message?.content ?? '' }
}

/** What the draft says, to be checked by the contract. */
export function startContentOf({ notation, content }: StartDraft): unknown {
  return content === '' ? null : { notation, content }
}

/** The bytes that go out, or what is wrong with how they are written. `hasVariables`: the bytes lack their values. */
export type StartBytes =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly hasVariables: boolean }
  | { readonly ok: false; readonly error: ErrorShape }

/** What a draft stands for as far as it is known before connecting. */
export function startBytesOf({ notation, content }: StartDraft): StartBytes {
  let known = ''
  let end = 0
  let hasVariables = false
  for (const span of findPlaceholders(content)) {
    if (span.kind === 'malformed') return { ok: false, error: span.error }
    known += content.slice(end, span.start)
    end = span.end
    if (span.kind === 'escape') known += '{{'
    else if (span.meaning.kind === 'variable') hasVariables = true
    else return { ok: false, error: notAVariable(content, span.start, span.end) }
  }
  known += content.slice(end)
  const parsed = notation === 'hex' ? parseHex(known) : parseEscapedText(known)
  return parsed.ok ? { ok: true, bytes: parsed.bytes, hasVariables } : { ok: false, error: parsed.error }
}

function notAVariable(content: string, start: number, end: number): ErrorShape {
  const found = content.slice(start, end)
  return describeError('placeholder-malformed', { position: start + 1, found, reason: fieldProblems.onlyVariables })
}
