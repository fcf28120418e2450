import { createContext, Script } from 'node:vm'
import { describeError } from '../../contract/errors.ts'
import type { ExpressionRunner } from '../../protocol/sequence/reply-watch.ts'

/** How long one look may take: so long nothing else of the engine goes on. */
const limitMs = 50

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
      return script.runInContext(context, { timeout: limitMs }) as RegExpExecArray | null
    } catch (thrown) {
      if (isTimeout(thrown)) return { error: describeError('pattern-too-slow', { limitMs }) }
      throw thrown
    } finally {
      facts.text = ''
    }
  }
}

/** The error comes from the context of the script, so that it is no instance of this one's `Error`. */
function isTimeout(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}
