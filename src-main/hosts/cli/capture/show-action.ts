import { parseFramingSpec } from '../../../protocol/framing/framing-spec.ts'
import { usageError } from '../command-line.ts'
import { exitCodes } from '../exit-codes.ts'
import { captureIdFor, oneCapture, type CaptureAction } from './capture-action.ts'
import { captureDetails, captureLine } from './capture-text.ts'
import { reportMessages } from './message-report.ts'

/** `wirebench capture show ID`. */
export const showAction: CaptureAction = {
  name: 'show',
  usage: 'show ID [--view messages [--framing SPEC]]',
  help: [
    'totals of one capture, and what opening it found and mended',
    '--view messages   the messages and events of the capture instead, a line each: time, connection,',
    '                  direction, number, bytes, then the message as text, cut at 4096 bytes.',
    '                  With --json also where it stands in its stream, and its bytes as hex.',
    '--framing SPEC    cut both directions like this, and not as is kept with the capture. SPEC as',
    '                  for wirebench send, and markers:HEX,HEX[,escape=HH][,xor=HH], idle:MS,',
    '                  json-lines, msgpack, tcpy, m2.',
  ],
  options: { view: 'text', framing: 'text' },
  operands: oneCapture,
  plan: (line, [operand = '']) => {
    const view = line.choice('view', ['messages'])
    const framingSpec = line.text('framing')
    if (framingSpec !== null && view === null) throw usageError('--framing needs --view messages.')
    const framing = framingSpec === null ? null : parseFramingSpec(framingSpec)
    return async ({ link, report }) => {
      const captureId = await captureIdFor(link, operand)
      if (view === 'messages') {
        await reportMessages(link, captureId, framing, report)
      } else {
        const summary = await link.call('capture.open', { captureId })
        await report.result(captureLine(summary), captureDetails(summary))
      }
      return exitCodes.asExpected
    }
  },
}
