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

/** A stretch of the first message: bytes, or a variable whose value is known when connecting. */
export type StartPiece =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'variable'; readonly written: string }

/** What goes out, or what is wrong with how it is written. */
export type StartPieces =
  | { readonly ok: true; readonly pieces: readonly StartPiece[]; readonly byteCount: number }
  | { readonly ok: false; readonly error: ErrorShape }

/** What a draft stands for as far as it is known before connecting. Positions of errors count from 1 in the whole content. */
export function startPiecesOf({ notation, content }: StartDraft): StartPieces {
  const pieces: StartPiece[] = []
  let known = ''
  let knownFrom = 0
  let byteCount = 0
  const endKnown = (): ErrorShape | null => {
    if (known === '') return null
    const parsed = notation === 'hex' ? parseHex(known) : parseEscapedText(known)
    known = ''
    if (!parsed.ok) return movedBy(parsed.error, knownFrom)
    byteCount += parsed.bytes.length
    pieces.push({ kind: 'bytes', bytes: parsed.bytes })
    return null
  }
  let end = 0
  for (const span of [...findPlaceholders(content), null]) {
    if (known === '') knownFrom = end
    known += content.slice(end, span?.start)
    end = span?.end ?? content.length
    if (span?.kind === 'malformed') return { ok: false, error: span.error }
    if (span?.kind === 'escape') {
      known += '{{'
      continue
    }
    const error = endKnown()
    if (error !== null) return { ok: false, error }
    if (span === null) break
    const written = content.slice(span.start, span.end)
    if (span.meaning.kind !== 'variable') return { ok: false, error: notAVariable(written, span.start) }
    pieces.push({ kind: 'variable', written })
  }
  return { ok: true, pieces, byteCount }
}

/** An error of a part, told in the whole. */
function movedBy({ code, data }: ErrorShape, offset: number): ErrorShape {
  const { position } = data
  return describeError(code, typeof position === 'number' ? { ...data, position: position + offset } : data)
}

function notAVariable(found: string, start: number): ErrorShape {
  return describeError('placeholder-malformed', { position: start + 1, found, reason: fieldProblems.onlyVariables })
}
