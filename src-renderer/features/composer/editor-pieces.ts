import type { EditorHighlight } from '../../ui/code-editor-setup.ts'

/** A stretch of the layer behind an editor's text. */
export interface EditorPiece {
  readonly kind: 'plain' | 'placeholder' | 'error' | 'caret'
  readonly text: string
  readonly from: number
}

/** A text cut at its marks, for the layer behind it; nothing when there are no marks. An error wins over a placeholder. */
export function editorPieces(
  text: string,
  highlights: readonly EditorHighlight[],
  error: EditorHighlight | null,
  caret: number | null,
): readonly EditorPiece[] {
  if (highlights.length === 0 && error === null && caret === null) return []
  const wrong = error === null ? null : errorStretch(text, error)
  const marks = highlights.filter(
    ({ from, to }) => to <= text.length && (wrong === null || to <= wrong.from || from >= wrong.to),
  )
  const all = [...marks.map((mark) => ({ ...mark, kind: 'placeholder' as const })), ...(wrong === null ? [] : [wrong])]
  const pieces: EditorPiece[] = []
  let at = 0
  const plainUpTo = (end: number): void => {
    if (caret !== null && caret >= at && caret < end) {
      if (caret > at) pieces.push({ kind: 'plain', text: text.slice(at, caret), from: at })
      pieces.push({ kind: 'caret', text: '', from: caret - 0.5 })
      at = caret
    }
    if (end > at) pieces.push({ kind: 'plain', text: text.slice(at, end), from: at })
    at = Math.max(at, end)
  }
  for (const { kind, from, to } of all.sort((one, other) => one.from - other.from)) {
    plainUpTo(from)
    const shown = text.slice(from, to)
    pieces.push({ kind, text: shown.trim() === '' ? ' ' : shown, from })
    at = Math.max(at, to)
  }
  plainUpTo(text.length)
  if (caret !== null && caret >= text.length) pieces.push({ kind: 'caret', text: '', from: text.length + 0.5 })
  return pieces
}

/** The place of an error; where it has no length the character there, of an escape its first two. */
function errorStretch(text: string, { from, to }: EditorHighlight): EditorPiece & EditorHighlight {
  const start = Math.min(from, text.length)
  const character = /^(\\.|.)/su.exec(text.slice(start, start + 3))?.[0] ?? ''
  return { kind: 'error', text: '', from: start, to: to > from ? Math.min(to, text.length) : start + character.length }
}
