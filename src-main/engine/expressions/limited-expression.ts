import { createContext, Script } from 'node:vm'
import { describeError } from '../../contract/errors.ts'
import type { ExpressionRunner } from '../../protocol/sequence/reply-watch.ts'
import { expressionLimitMs, isVmTimeout } from './vm-timeout.ts'

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
      return script.runInContext(context, { timeout: expressionLimitMs }) as RegExpExecArray | null
    } catch (thrown) {
      if (isVmTimeout(thrown)) return { error: describeError('pattern-too-slow', { limitMs: expressionLimitMs }) }
      throw thrown
    } finally {
      facts.text = ''
    }
  }
}
