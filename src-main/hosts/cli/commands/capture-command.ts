import type { CaptureSummary } from '../../../contract/schemas/capture.ts'
import { dataFolderOf } from '../../data-folder.ts'
import { CommandLine, usageError } from '../command-line.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseFramingSpec } from '../../../protocol/framing/framing-spec.ts'
import { reportMessages } from '../capture/message-report.ts'
import { openEngine } from '../open-engine.ts'
import { withinTime, type JsonLine, type Report } from '../report.ts'
import { isoTimeNs } from '../send/exchange-report.ts'
import { printable } from '../send/printable-text.ts'

const laterActions = ['export', 'check']

/** `wirebench capture`: what was recorded in the data folder. */
export async function runCaptureCommand(commandArguments: readonly string[], report: Report): Promise<number> {
  const line = new CommandLine(commandArguments, { to: 'text', out: 'text', view: 'text', framing: 'text' })
  const [action, captureId, extra] = line.positionals
  if (action !== undefined && laterActions.includes(action)) {
    throw usageError(`capture ${action} is not supported by this version.`)
  }
  line.refuse('to', 'out')
  if (action === undefined) throw usageError('Say what to do: wirebench capture list, or show ID.')
  if (action !== 'list' && action !== 'show') {
    throw usageError(`capture ${action} is not understood. See wirebench capture --help.`)
  }
  const superfluous = action === 'list' ? captureId : extra
  if (superfluous !== undefined) throw usageError(`"${superfluous}" is not understood. See wirebench capture --help.`)
  if (action === 'show' && captureId === undefined) throw usageError('Say which capture: wirebench capture show ID.')
  const view = line.choice('view', ['messages'])
  const framingSpec = line.text('framing')
  if (view !== null && action !== 'show') throw usageError('--view belongs to wirebench capture show ID.')
  if (framingSpec !== null && view === null) throw usageError('--framing needs --view messages.')
  const framing = framingSpec === null ? null : parseFramingSpec(framingSpec)
  const timeoutMs = line.timeoutMs()

  const engine = await openEngine(dataFolderOf(line.text('data-dir')))
  try {
    if (captureId === undefined) {
      for (const summary of await withinTime(engine.link.call('capture.list', {}), timeoutMs)) {
        await report.result(lineOf(summary), rowOf(summary))
      }
    } else if (view === 'messages') {
      await withinTime(reportMessages(engine.link, captureId, framing, report), timeoutMs)
    } else {
      const summary = await withinTime(engine.link.call('capture.open', { captureId }), timeoutMs)
      await report.result(lineOf(summary), detailsOf(summary))
    }
  } finally {
    await engine.close()
  }
  return exitCodes.asExpected
}

const startOf = (summary: CaptureSummary): string => isoTimeNs(summary.startedAtUnixUs, 0)

/** Names come from files that anybody may have written. */
const shown = (text: string): string => printable(new TextEncoder().encode(text))

function lineOf(summary: CaptureSummary): JsonLine {
  const { captureId, name, live, totals, recovery, problem } = summary
  return { event: 'capture', captureId, name, startedAt: startOf(summary), live, ...totals, recovery, problem }
}

function rowOf(summary: CaptureSummary): string {
  const { captureId, name, live, totals, recovery, problem } = summary
  const bytes = `${totals.receivedBytes} bytes received, ${totals.sentBytes} sent`
  const state = problem?.message ?? (live ? 'being written' : recovery.unclean ? 'not closed properly' : 'complete')
  return [captureId, startOf(summary), bytes, state, shown(name)].join('\t')
}

function detailsOf(summary: CaptureSummary): string {
  const { captureId, name, live, totals, recovery, problem } = summary
  const facts: readonly (readonly [string, string | number])[] = [
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
  const rows = facts.map(([name, value]) => `${name.padEnd(26)}${value}`)
  return problem === null ? rows.join('\n') : [...rows, `${'Problem'.padEnd(26)}${problem.message}`].join('\n')
}
