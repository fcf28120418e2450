import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { RowRange } from './row-selection.ts'
import type { InspectedPlace } from './traffic-look.ts'
import type { RowPlace } from './traffic-window.svelte.ts'

/** A place gone to. The rows of the timeline and the text tell the inspector no more than where they begin. */
export interface SoughtPlace extends RowPlace {
  /** Bytes found there; 0 when one was gone to. */
  readonly length: number
}

/**
 * What the inspector is to look at when the row with the focus is selected. `anchor` is the row at the other end of the
 * selection, where it is at hand; `selection` tells bytes only where they are selected (the stream).
 */
export function inspectedPlace(
  focus: CaptureRow,
  anchor: CaptureRow | null,
  selection: RowRange,
  sought: SoughtPlace | null,
  selectsBytes: boolean,
): InspectedPlace {
  const { record } = focus
  if (focus.kind === 'message') {
    const at = (sought?.byte?.streamOffset ?? focus.streamOffset) - focus.streamOffset
    const selectedBytes = at >= 0 && sought ? Math.min(sought.length, focus.length - at) : 0
    return { record, offsetInRecord: Math.max(0, at), selectedBytes, message: focus }
  }
  const offset = focus.kind === 'bytes' ? focus.offsetInRecord : 0
  if (sought?.record === record) {
    const length = focus.kind === 'data' ? Math.min(sought.length, focus.length - sought.offsetInRecord) : sought.length
    if (!selectsBytes || length > 0) return { record, offsetInRecord: sought.offsetInRecord, selectedBytes: length }
  }
  if (!selectsBytes) return { record, offsetInRecord: offset, selectedBytes: 0 }
  const focusAt = offset + selection.focus.byte
  const sameRecord = anchor?.kind === 'bytes' && anchor.record === record
  const anchorAt = sameRecord ? anchor.offsetInRecord + selection.anchor.byte : focusAt
  return { record, offsetInRecord: Math.min(anchorAt, focusAt), selectedBytes: Math.abs(anchorAt - focusAt) + 1 }
}
