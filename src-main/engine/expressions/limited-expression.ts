import { createContext, Script } from 'node:vm'
import { describeError } from '../../contract/errors.ts'
import type { ExpressionRunner } from '../../protocol/sequence/reply-watch.ts'
import { expressionLimitMs, lookInTime } from './vm-timeout.ts'

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
      const found = lookInTime(script, context)
      if (found === null) return { error: describeError('pattern-too-slow', { limitMs: expressionLimitMs }) }
      return found.result as RegExpExecArray | null
    } finally {
      facts.text = ''
    }
  }
}
