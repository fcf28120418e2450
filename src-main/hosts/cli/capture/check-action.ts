import { exitCodes } from '../exit-codes.ts'
import { captureIdFor, oneCapture, type CaptureAction } from './capture-action.ts'
import { runJob } from './run-job.ts'

/** `wirebench capture check ID`. */
export const checkAction: CaptureAction = {
  name: 'check',
  usage: 'check ID',
  help: [
    'reads a capture from its first to its last byte and compares everything with itself: sums, times,',
    'offsets, its clean end, its index. Prints what is wrong, in bytes and time, a line each.',
    'Exit code 0: nothing is; 1: something is.',
  ],
  options: {},
  operands: oneCapture,
  plan: (_line, [operand = '']) => {
    return async (context) => {
      const { link, report } = context
      const captureId = await captureIdFor(link, operand)
      const result = await runJob(context, () => link.call('capture.check', { captureId }))
      const { byteCount, isWhole, notes } = result
      const text = isWhole ? `The capture is whole: ${byteCount} bytes were read.` : notes.join('\n')
      await report.result({ event: 'checked', captureId, byteCount, isWhole, notes }, text)
      return isWhole ? exitCodes.asExpected : exitCodes.notAsExpected
    }
  },
}
