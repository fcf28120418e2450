import {
  maximumPairsAtOnce,
  type ComparedPair,
  type ComparisonState,
  type PairKind,
} from '../../../contract/schemas/comparison.ts'
import type { MessageRow } from '../../../contract/schemas/capture.ts'
import { WirebenchError } from '../../../contract/errors.ts'
import { parseFramingSpec } from '../../../protocol/framing/framing-spec.ts'
import { formatHex } from '../../../protocol/hex/parse-hex.ts'
import { escapeBytes } from '../../../protocol/text/escapes.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CommandEngine } from '../open-engine.ts'
import type { JsonLine, Report } from '../report.ts'
import { captureIdFor, type CaptureAction } from './capture-action.ts'

const differences: PairKind[] = ['changed', 'left-only', 'right-only']
const signs: Readonly<Record<PairKind, string>> = {
  same: '=',
  changed: '!',
  'left-only': '-',
  'right-only': '+',
}

/** `wirebench capture compare ID ID`. */
export const compareAction: CaptureAction = {
  name: 'compare',
  usage: 'compare ID ID [--direction received|sent] [--framing SPEC] [--differences]',
  help: [
    'pairs the messages of two captures in order: a line each, = same, ! changed, - only in the first,',
    '+ only in the second, with number and beginning of each, and the counts at the end.',
    'Exit code 0 when every message is the same, 1 when something differs.',
    '--direction       received (as usual) or sent',
    '--framing SPEC    cut both like this, and not as is kept with each capture',
    '--differences     leave out the pairs that are the same',
  ],
  options: { direction: 'text', framing: 'text', differences: 'flag' },
  operands: { what: 'ID ID', least: 2, most: 2 },
  plan: (line, [leftOperand = '', rightOperand = '']) => {
    const direction = line.choice('direction', ['received', 'sent']) ?? 'received'
    const framingSpec = line.text('framing')
    const framing = framingSpec === null ? null : parseFramingSpec(framingSpec)
    const kinds = line.has('differences') ? differences : null
    return async ({ link, report }) => {
      const left = { captureId: await captureIdFor(link, leftOperand), connection: null, framing }
      const right = { captureId: await captureIdFor(link, rightOperand), connection: null, framing }
      const { comparisonId } = await link.call('comparison.start', { direction, left, right })
      const state = await ended(link, comparisonId)
      if (state.error !== null) throw WirebenchError.fromShape(state.error)
      await reportPairs(link, comparisonId, kinds, report)
      const { same, changed, leftOnly, rightOnly } = state.counts
      const counts = `${same} same, ${changed} changed, ${leftOnly} only in the first, ${rightOnly} only in the second`
      const limit = state.limited ? '; the captures have more messages than are compared' : ''
      await report.result({ event: 'summary', ...state.counts, limited: state.limited }, `${counts}${limit}`)
      const isSame = changed + leftOnly + rightOnly === 0 && !state.limited
      return isSame ? exitCodes.asExpected : exitCodes.notAsExpected
    }
  },
}

/** Waits until the comparison has ended. */
function ended(link: CommandEngine['link'], comparisonId: string): Promise<ComparisonState> {
  return new Promise((resolve, reject) => {
    const look = (state: ComparisonState): void => {
      if (!state.complete && state.error === null) return
      unsubscribe()
      resolve(state)
    }
    const unsubscribe = link.subscribe('comparison.changed', comparisonId, look)
    // It may have ended before anybody listened.
    link
      .call('comparison.pairs', { comparisonId, first: 0, count: 1 })
      .then(({ state }) => look(state))
      .catch((thrown: unknown) => {
        unsubscribe()
        reject(thrown instanceof Error ? thrown : new Error(String(thrown)))
      })
  })
}

async function reportPairs(
  link: CommandEngine['link'],
  comparisonId: string,
  kinds: PairKind[] | null,
  report: Report,
): Promise<void> {
  for (let first = 0; ; first += maximumPairsAtOnce) {
    const request = { comparisonId, first, count: maximumPairsAtOnce, kinds }
    const { pairs } = await link.call('comparison.pairs', request)
    for (const pair of pairs) await report.result(pairObject(pair), pairLine(pair))
    if (pairs.length < maximumPairsAtOnce) return
  }
}

function pairObject({ number, kind, left, right }: ComparedPair): JsonLine {
  return { event: 'pair', number, kind, left: messageObject(left), right: messageObject(right) }
}

function messageObject(row: MessageRow | null): object | null {
  if (row === null) return null
  const { number, record, connection, streamOffset, length, preview, previewIsWhole } = row
  return {
    number,
    record,
    connection,
    streamOffset,
    length,
    hex: formatHex(preview, { separator: '' }),
    isWhole: previewIsWhole,
  }
}

function pairLine({ kind, left, right }: ComparedPair): string {
  const sides = (kind === 'same' ? [left] : [left, right]).filter((row) => row !== null)
  return [signs[kind], ...sides.flatMap((row) => [row.number, shown(row)])].join('\t')
}

function shown({ preview, previewIsWhole }: MessageRow): string {
  return `${escapeBytes(preview)}${previewIsWhole ? '' : ' …'}`
}
