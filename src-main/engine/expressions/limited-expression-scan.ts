import { createContext, Script } from 'node:vm'
import { WirebenchError } from '../../contract/errors.ts'
import type { ExpressionLook, ExpressionRunner } from '../../protocol/byte-search/pattern-scan.ts'
import { expressionLimitMs, runInTime } from './vm-timeout.ts'

/** Matches looked for in one run: an expression is slow by the time of each, and not because it matches often. */
const matchesPerRun = 2048

/**
 * Only this is run; the pattern and what was recorded are data to it. It asks for `scan` once: a variable of the context takes
 * longer to be looked up than a match to be found. Gives where the next run goes on, or -1.
 */
const script = new Script(
  '(({ expression, look: { text, startLimit, longestMatch, places }, from, matchesLeft }) => {' +
    ' expression.lastIndex = from;' +
    ' for (let match; (match = expression.exec(text)) !== null && match.index < startLimit;) {' +
    ' const length = Math.min(longestMatch, match[0].length);' +
    ' if (length > 0) places.push(match.index, length);' +
    ' expression.lastIndex = match.index + Math.max(1, length);' +
    ' if (--matchesLeft === 0) return expression.lastIndex }' +
    ' return -1 })(scan)',
)

/** Runs of one stretch that may be stopped and went on all the same; and those that the machine gave hardly any time. */
const mostStops = 4
const mostStarvedStops = 16
const nothing: ExpressionLook = { text: '', from: 0, startLimit: 0, longestMatch: 0, places: [] }

/**
 * Finds every match of an expression in a stretch of a capture. A run is stopped after 50 ms; one that found nothing until then, of
 * a processor that had time for it, ends all. Throws `pattern-too-slow`.
 */
export function createLimitedExpressionScan(): ExpressionRunner {
  const scan = { expression: null as RegExp | null, look: nothing, from: 0, matchesLeft: matchesPerRun }
  const context = createContext({ scan })
  return (expression, look) => {
    const { places } = look
    const stops = { stopped: 0, starved: 0 }
    Object.assign(scan, { expression, look, from: look.from })
    try {
      while (scan.from >= 0) {
        const placesBefore = places.length
        const outcome = runInTime(script, context)
        if ('result' in outcome) {
          scan.from = outcome.result as number
          continue
        }
        stops[outcome.end]++
        const hasFound = places.length > placesBefore
        const isOver = stops.stopped >= mostStops || stops.starved >= mostStarvedStops
        if (isOver || (outcome.end === 'stopped' && !hasFound)) {
          throw new WirebenchError('pattern-too-slow', { limitMs: expressionLimitMs })
        }
        if (hasFound) scan.from = (places.at(-2) ?? 0) + (places.at(-1) ?? 0)
      }
    } finally {
      Object.assign(scan, { expression: null, look: nothing })
    }
  }
}
