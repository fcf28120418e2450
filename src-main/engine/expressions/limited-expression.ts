import { createContext, Script } from 'node:vm'
import { describeError } from '../../contract/errors.ts'
import type { ExpressionRunner } from '../../protocol/sequence/reply-watch.ts'
import { expressionLimitMs, mostStarvedLooks, runInTime } from './vm-timeout.ts'

/** Only this is run; the pattern and what the peer sent are data to it. */
const script = new Script('expression.exec(text)')

/**
 * Runs an expression over what a peer sent, stopped after 50 ms: V8 looks for an interruption whenever a pattern goes
 * back, which is where catastrophic ones spend their time. Error: `pattern-too-slow`.
 */
export function createLimitedExpression(): ExpressionRunner {
  const facts: { expression: RegExp | null; text: string } = { expression: null, text: '' }
  const context = createContext(facts)
  return (expression, text) => {
    facts.expression = expression
    facts.text = text
    try {
      for (let look = 0; look < mostStarvedLooks; look++) {
        const outcome = runInTime(script, context)
        if ('result' in outcome) return outcome.result as RegExpExecArray | null
        if (outcome.end === 'stopped') break
      }
      return { error: describeError('pattern-too-slow', { limitMs: expressionLimitMs }) }
    } finally {
      facts.text = ''
    }
  }
}
