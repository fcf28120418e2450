import * as v from 'valibot'
import { captureCommandSchemas } from '../../../contract/capture-commands.ts'
import { usageError } from '../command-line.ts'
import { exitCodes } from '../exit-codes.ts'
import { captureIdFor, oneCapture, type CaptureAction } from './capture-action.ts'
import { captureDetails, captureLine } from './capture-text.ts'

const schema = captureCommandSchemas['capture.annotate'].request.entries
const nameSchema = captureCommandSchemas['capture.rename'].request.entries.name

/** `wirebench capture annotate ID`. */
export const annotateAction: CaptureAction = {
  name: 'annotate',
  usage: 'annotate ID [--name NAME] [--notes TEXT] [--tag TAG ...]',
  help: [
    'gives a capture a name, notes or tags; what is left out stays',
    '--notes TEXT      instead of the notes so far; an empty text takes them away',
    '--tag TAG         these tags instead of those so far; --tag "" takes all away',
  ],
  options: { name: 'text', notes: 'text', tag: 'texts' },
  operands: oneCapture,
  plan: (line, [operand = '']) => {
    const name = line.text('name')
    const notes = line.text('notes')
    const tags = line.has('tag') ? [...new Set(line.texts('tag').filter((tag) => tag !== ''))] : null
    if (name === null && notes === null && tags === null) throw usageError('Say what: --name, --notes or --tag.')
    if (name !== null && !v.is(nameSchema, name)) throw usageError('A name has 1 to 120 characters.')
    if (notes !== null && !v.is(schema.notes, notes)) throw usageError('Notes have at most 65536 characters.')
    if (tags !== null && !v.is(schema.tags, tags)) {
      throw usageError('A capture has at most 32 tags of at most 40 characters.')
    }
    const change = { ...(notes === null ? {} : { notes }), ...(tags === null ? {} : { tags }) }
    return async ({ link, report }) => {
      const captureId = await captureIdFor(link, operand)
      if (name !== null) await link.call('capture.rename', { captureId, name })
      const summary = await link.call('capture.annotate', { captureId, ...change })
      await report.result(captureLine(summary), captureDetails(summary))
      return exitCodes.asExpected
    }
  },
}
