import type { CaptureSummary } from '../../../contract/schemas/capture.ts'
import type { JsonLine } from '../report.ts'
import { isoTimeNs } from '../send/exchange-report.ts'
import { printable } from '../send/printable-text.ts'

const startOf = (summary: CaptureSummary): string => isoTimeNs(summary.startedAtUnixUs, 0)

/** What comes from files that anybody may have written, safe for a terminal. */
export const shown = (text: string): string => printable(new TextEncoder().encode(text))

/** A capture as a line of `--json`. */
export function captureLine(summary: CaptureSummary): JsonLine {
  const { captureId, name, live, totals, recovery, problem, notes, tags, origin } = summary
  const started = { startedAt: startOf(summary), live }
  return { event: 'capture', captureId, name, ...started, ...totals, recovery, problem, notes, tags, origin }
}

/** A capture as a row of a list: its columns are parted by tabs. */
export function captureRow(summary: CaptureSummary): string {
  const { captureId, name, live, totals, recovery, problem, tags } = summary
  const bytes = `${totals.receivedBytes} bytes received, ${totals.sentBytes} sent`
  const state = problem?.message ?? (live ? 'being written' : recovery.unclean ? 'not closed properly' : 'complete')
  const row = [captureId, startOf(summary), bytes, state, shown(name)]
  return (tags.length === 0 ? row : [...row, tags.map((tag) => `#${shown(tag)}`).join(' ')]).join('\t')
}

/** Everything that is known of a capture, a line each. */
export function captureDetails(summary: CaptureSummary): string {
  const { captureId, name, live, totals, recovery, problem, notes, tags } = summary
  const facts: (readonly [string, string | number])[] = [
    ['Capture', captureId],
    ['Name', shown(name)],
    ['Started', startOf(summary)],
    ['Written now', live ? 'yes' : 'no'],
    ['Received bytes', totals.receivedBytes],
    ['Sent bytes', totals.sentBytes],
    ['Records', totals.recordCount],
    ['Lasted', `${(totals.lastTimeNs / 1e9).toFixed(3)} s`],
    ['File bytes', totals.fileBytes],
    ['Closed properly', live ? 'not yet' : recovery.unclean ? 'no' : 'yes'],
    ['Index', recovery.indexRebuilt ? `rebuilt (${recovery.indexReason ?? 'unknown'})` : 'sound'],
    ['Bytes ignored at the end', recovery.tailBytesIgnored],
    ['Damaged bytes', recovery.damagedBytes],
  ]
  if (summary.origin.kind !== 'recorded') facts.push(['From', originOf(summary.origin)])
  if (tags.length > 0) facts.push(['Tags', tags.map(shown).join(', ')])
  if (notes !== '') facts.push(['Notes', shown(notes)])
  if (problem !== null) facts.push(['Problem', problem.message])
  return facts.map(([fact, value]) => `${fact.padEnd(26)}${value}`).join('\n')
}

function originOf(origin: CaptureSummary['origin']): string {
  switch (origin.kind) {
    case 'recorded':
      return 'recorded here'
    case 'imported':
      return `imported from ${shown(origin.fileName)} (${shown(origin.format)})`
    case 'file':
      return `the file ${shown(origin.path)}${origin.isReadOnly ? ', which cannot be written' : ''}`
  }
}
