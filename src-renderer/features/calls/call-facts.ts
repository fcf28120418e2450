import type { CallEntry } from '../../../src-main/contract/schemas/call.ts'
import type { CallProtocol } from '../../../src-main/contract/schemas/call-settings.ts'
import { formatDuration } from '../../format/durations.ts'
import { formatByteCount, formatCount } from '../../format/quantities.ts'
import { formatMoment, formatWait } from '../../format/times.ts'
import { callDetailWords as words, ledgerWords } from '../../strings/calls.ts'
import type { Fact } from '../../ui/fact.ts'
import { isOpen } from './entry-words.ts'

/** What there is to know of a call beside its request and its replies. `elapsedMs`: how long it has taken by now. */
export function callFacts(entry: CallEntry, protocol: CallProtocol, elapsedMs: number): readonly Fact[] {
  const component = entry.request?.componentName ?? ''
  const waits = isOpen(entry) && entry.kind === 'call'
  const bytes = ledgerWords.bytesTold(formatByteCount(entry.sentBytes), formatByteCount(entry.receivedBytes))
  return [
    ...(entry.kind === 'call' ? [] : [{ name: words.kind, value: ledgerWords.kinds[entry.kind] }]),
    ...(component === '' ? [] : [{ name: words.component, value: component, monospace: true }]),
    { name: words.began, value: formatMoment(entry.startedAtUnixUs) },
    ...(entry.state === 'sent' ? [] : [{ name: words.took, value: formatDuration(elapsedMs) }]),
    ...(waits
      ? [{ name: words.timeout, value: entry.timeoutMs === null ? words.noTimeout : formatWait(entry.timeoutMs) }]
      : []),
    { name: words.bytes, value: bytes },
    ...(entry.correlation === null
      ? []
      : [{ name: words.correlation[protocol], value: entry.correlation, monospace: true }]),
    ...(entry.connection === null ? [] : [{ name: words.connection, value: formatCount(entry.connection) }]),
    ...(entry.batch === null ? [] : [{ name: words.batch, value: words.batchOf(entry.batch) }]),
  ]
}
