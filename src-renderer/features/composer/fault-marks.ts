import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { ComposePart, ComposePlace } from '../../../src-main/protocol/message/composition.ts'
import type { EditorHighlight, EditorMark } from '../../ui/code-editor-setup.ts'

/** An error of the message and the part of it that it belongs to. */
export interface MessageFault {
  readonly error: ErrorShape
  readonly place: ComposePlace
}

/** The error as a mark in the editor of a part; none when it belongs elsewhere. Without a place it is at the beginning. */
export function faultMarks(fault: MessageFault | null, part: ComposePart, text: string): readonly EditorMark[] {
  if (fault?.place.part !== part) return []
  const { index = 0, length = 1 } = fault.place
  const from = Math.min(index, Math.max(0, text.length - 1))
  const to = Math.min(text.length, from + Math.max(1, length))
  return [{ from, to, severity: 'error', message: fault.error.message }]
}

/** The place of an error in the text of a part; null when it has none there. */
export function faultPlace(fault: MessageFault | null, part: ComposePart): EditorHighlight | null {
  if (fault?.place.part !== part || fault.place.index === undefined) return null
  return { from: fault.place.index, to: fault.place.index + (fault.place.length ?? 0) }
}
