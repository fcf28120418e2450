import type { CaptureSummary } from '../../../contract/schemas/capture.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CaptureAction } from './capture-action.ts'
import { captureLine, captureRow } from './capture-text.ts'

/** `wirebench capture list`. */
export const listAction: CaptureAction = {
  name: 'list',
  usage: 'list [--tag TAG ...] [--text TEXT]',
  help: [
    'every capture in the data folder, the newest first',
    '--tag TAG         only those with this tag; given several times, with all of them',
    '--text TEXT       only those with TEXT in name, notes or tags, in whatever case',
  ],
  options: { tag: 'texts', text: 'text' },
  operands: null,
  plan: (line) => {
    const tags = line.texts('tag')
    const text = (line.text('text') ?? '').toLowerCase()
    const isWanted = (capture: CaptureSummary): boolean =>
      tags.every((tag) => capture.tags.includes(tag)) &&
      [capture.name, capture.notes, ...capture.tags].some((part) => part.toLowerCase().includes(text))
    return async ({ link, report }) => {
      for (const summary of (await link.call('capture.list', {})).filter(isWanted)) {
        await report.result(captureLine(summary), captureRow(summary))
      }
      return exitCodes.asExpected
    }
  },
}
