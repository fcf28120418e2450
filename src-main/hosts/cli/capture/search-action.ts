import { WirebenchError } from '../../../contract/errors.ts'
import { maximumHitsAtOnce, type SearchHit, type SearchState } from '../../../contract/schemas/search.ts'
import { formatHex } from '../../../protocol/hex/parse-hex.ts'
import { exitCodes } from '../exit-codes.ts'
import type { JsonLine, Report } from '../report.ts'
import { isoTimeNs } from '../send/exchange-report.ts'
import { printable } from '../send/printable-text.ts'
import { captureIdFor, oneCapture, type CaptureAction, type CaptureActionContext } from './capture-action.ts'
import { patternOf, scopeOf, searchOptions } from './search-query.ts'

type Link = CaptureActionContext['link']

/** `wirebench capture search ID`. */
export const searchAction: CaptureAction = {
  name: 'search',
  usage: 'search ID --text T | --hex H | --regex R',
  help: [
    'where a text, bytes or a regular expression stand in what was sent and received, a line each:',
    'time, connection, direction, offset in the direction, bytes, and what stands there.',
    'Exit code 0: found; 1: not found.',
    '--text T          as UTF-8, or as --encoding NAME says; --ignore-case',
    '--hex H           bytes; ?? stands for any byte, 4? and ?f for any half of one',
    '--regex R         of JavaScript, a byte a character; --ignore-case',
    '--direction D     sent or received alone',
    '--connection N    this connection alone; may be given several times',
    '--min-bytes N, --max-bytes N   only in chunks of this size',
    '--from T, --to T  only in this time: seconds since the capture began',
    '--limit N         ends after the first N. No more than 100000 are shown, all are counted.',
    '--count           only how many there are',
  ],
  options: { ...searchOptions, limit: 'text', count: 'flag' },
  operands: oneCapture,
  plan: (line, [operand = '']) => {
    line.refuseTogether('limit', 'count')
    const query = { pattern: patternOf(line), scope: scopeOf(line) }
    const limit = line.wholeNumber('limit', 1, 100_000)
    const isCount = line.flag('count')
    return async ({ link, report }) => {
      const captureId = await captureIdFor(link, operand)
      const { startedAtUnixUs } = await link.call('capture.open', { captureId })
      const { searchId } = await link.call('search.start', { captureId, ...query })
      const state = await searched(link, searchId, limit)
      if (state.error !== null) throw WirebenchError.fromShape(state.error)
      if (!isCount) await reportHits(link, state, limit ?? state.keptHitCount, startedAtUnixUs, report)
      const { hitCount, scannedBytes, complete } = state
      const summary = { event: 'summary', hitCount, scannedBytes, complete }
      if (isCount) await report.result(summary, String(hitCount))
      else await report.event(summary, `${hitCount} found.`)
      return hitCount > 0 ? exitCodes.asExpected : exitCodes.notAsExpected
    }
  },
}

/** Waits until everything was looked through, or enough was found. */
async function searched(link: Link, searchId: string, limit: number | null): Promise<SearchState> {
  const isOver = ({ complete, error, hitCount }: SearchState): boolean =>
    complete || error !== null || (limit !== null && hitCount >= limit)
  let unsubscribe: () => void = () => undefined
  const over = new Promise<void>((resolve, reject) => {
    const look = (state: SearchState): void => {
      if (isOver(state)) resolve()
    }
    unsubscribe = link.subscribe('search.changed', searchId, look)
    link.call('search.hits', { searchId, first: 0, count: 1 }).then(({ state }) => look(state), reject)
  })
  try {
    await over
  } finally {
    unsubscribe()
  }
  return link.call('search.stop', { searchId })
}

async function reportHits(
  link: Link,
  { searchId }: SearchState,
  limit: number,
  startedAtUnixUs: number,
  report: Report,
): Promise<void> {
  for (let first = 0; first < limit;) {
    const count = Math.min(maximumHitsAtOnce, limit - first)
    const { hits } = await link.call('search.hits', { searchId, first, count })
    if (hits.length === 0) return
    for (const hit of hits) await report.result(lineOf(hit, startedAtUnixUs), textOf(hit, startedAtUnixUs))
    first += hits.length
  }
}

function lineOf(hit: SearchHit, startedAtUnixUs: number): JsonLine {
  const { number, record, offsetInRecord, timeNs, connection, direction, streamOffset, length } = hit
  const hexOf = (bytes: Uint8Array): string => formatHex(bytes, { separator: '' })
  return {
    event: 'hit',
    number,
    time: isoTimeNs(startedAtUnixUs, timeNs),
    connection,
    direction,
    record,
    offsetInRecord,
    streamOffset,
    length,
    before: hexOf(hit.before),
    hex: hexOf(hit.found),
    after: hexOf(hit.after),
  }
}

function textOf(hit: SearchHit, startedAtUnixUs: number): string {
  const { timeNs, connection, direction, streamOffset, length } = hit
  const shown = printable(hit.found).replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return [
    isoTimeNs(startedAtUnixUs, timeNs),
    `#${connection}`,
    direction,
    streamOffset,
    `${length} bytes`,
    length > hit.found.length ? `${shown}…` : shown,
  ].join('\t')
}
