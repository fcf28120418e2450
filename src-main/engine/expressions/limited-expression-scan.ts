import { createContext, Script, type Context } from 'node:vm'
import { WirebenchError } from '../../contract/errors.ts'
import type { ExpressionLook, ExpressionRunner } from '../../protocol/byte-search/pattern-scan.ts'
import { expressionLimitMs, isVmTimeout } from './vm-timeout.ts'

/** Only this is run; the pattern and what was recorded are data to it. */
const script = new Script(
  'scan.expression.lastIndex = scan.look.from;' +
    ' for (let match; (match = scan.expression.exec(scan.look.text)) !== null && match.index < scan.look.startLimit;) {' +
    ' const length = Math.min(scan.look.longestMatch, match[0].length);' +
    ' if (length > 0) scan.look.places.push(match.index, length);' +
    ' scan.expression.lastIndex = match.index + Math.max(1, length) }',
)

const mostAttempts = 4
const nothing: ExpressionLook = { text: '', from: 0, startLimit: 0, longestMatch: 0, places: [] }

/** Finds every match of an expression in a stretch of a capture, stopped after 50 ms of a processor that has time for it. Throws `pattern-too-slow`. */
export function createLimitedExpressionScan(): ExpressionRunner {
  const scan: { expression: RegExp | null; look: ExpressionLook } = { expression: null, look: nothing }
  const context = createContext({ scan })
  return (expression, look) => {
    Object.assign(scan, { expression, look })
    try {
      for (let attempt = 1; !runsInTime(context); attempt++) {
        if (attempt === mostAttempts) throw new WirebenchError('pattern-too-slow', { limitMs: expressionLimitMs })
        look.places.length = 0
      }
    } finally {
      Object.assign(scan, { expression: null, look: nothing })
    }
  }
}

/** False when it was stopped although the machine gave it hardly any time: it is worth another try. */
function runsInTime(context: Context): boolean {
  const before = process.cpuUsage()
  try {
    script.runInContext(context, { timeout: expressionLimitMs })
    return true
  } catch (thrown) {
    if (!isVmTimeout(thrown)) throw thrown
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1000 < expressionLimitMs / 2) return false
    throw new WirebenchError('pattern-too-slow', { limitMs: expressionLimitMs })
  }
}
