import { exitCodes } from '../exit-codes.ts'
import type { CaptureAction } from './capture-action.ts'
import { captureLine, captureRow } from './capture-text.ts'

/** `wirebench capture list`. */
export const listAction: CaptureAction = {
  name: 'list',
  usage: 'list',
  help: ['every capture in the data folder'],
  options: {},
  operands: null,
  plan:
    () =>
    async ({ link, report }) => {
      for (const summary of await link.call('capture.list', {})) {
        await report.result(captureLine(summary), captureRow(summary))
      }
      return exitCodes.asExpected
    },
}
