import type { CaptureRow, DataRow, MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import { formatCount } from '../../format/quantities.ts'
import type { ComparedMessage } from '../../state/comparisons.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { comparisonWords as words } from '../../strings/comparison.ts'
import { trafficWords } from '../../strings/session-view.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { orderedRange } from './row-selection.ts'
import type { TrafficView } from './traffic-view.svelte.ts'

/** The rows of the menu that compare messages: the selected one with another, or the two selected ones. */
export function comparisonEntries(
  bench: Pick<Workbench, 'comparisons' | 'toasts'>,
  traffic: TrafficView,
): readonly MenuEntry[] {
  const { comparisons, toasts } = bench
  const { chosen } = comparisons
  const [first = null, second = null] = selectedMessages(traffic)
  const compare = (left: ComparedMessage, right: ComparedMessage): void =>
    comparisons.openMessages(left, right, words.messagesTitle(left.title, right.title))
  if (first !== null && second !== null) {
    return [{ label: words.compareBoth, run: () => compare(first, second) }]
  }
  return [
    {
      label: words.choose,
      disabled: first === null,
      run: () => {
        if (first === null) return
        comparisons.choose(first)
        toasts.show({ message: words.chosen(first.title) })
      },
    },
    {
      label: chosen === null ? words.compareWithNone : words.compareWithChosen(chosen.title),
      disabled: first === null || chosen === null,
      run: () => {
        if (first !== null && chosen !== null) compare(chosen, first)
      },
    },
  ]
}

/** The selected messages or chunks when there are one or two; none where more, events or parts of them are selected. */
function selectedMessages(traffic: TrafficView): readonly ComparedMessage[] {
  const { selection, rows, interpretation } = traffic
  if (selection === null) return []
  const { start, end } = orderedRange(selection)
  if (end.row - start.row > 1) return []
  const selected = end.row === start.row ? [rows.rowAt(start.row)] : [rows.rowAt(start.row), rows.rowAt(end.row)]
  const messages = selected.filter(isMessage)
  if (messages.length < selected.length) return []
  return messages.map((row) => {
    const direction = trafficWords.directions[row.direction]
    const title =
      row.kind === 'message'
        ? words.messageTitle(direction, formatCount(row.number + 1))
        : `${direction} ${words.recordTitle(formatCount(row.record + 1))}`
    return { captureId: rows.captureId, row, framing: interpretation[row.direction].framing, title }
  })
}

function isMessage(row: CaptureRow | null): row is MessageRow | DataRow {
  return row?.kind === 'message' || row?.kind === 'data'
}
