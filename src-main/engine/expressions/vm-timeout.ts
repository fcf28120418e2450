import type { Context, Script } from 'node:vm'

/** How long one look may take: so long nothing else of the engine goes on. */
export const expressionLimitMs = 50

/** A look that the machine starved is taken again, so often at most. */
const mostStarvedLooks = 4

/** Why a look has no result: it took all its time, or the machine gave it hardly any of it. */
export type LookEnd = 'stopped' | 'starved'

interface LookResult {
  readonly result: unknown
}

/** Runs a script for 50 ms at most. Throws what the script throws. */
export function runInTime(script: Script, context: Context): LookResult | { readonly end: LookEnd } {
  const before = process.cpuUsage()
  try {
    return { result: script.runInContext(context, { timeout: expressionLimitMs }) as unknown }
  } catch (thrown) {
    if (!isVmTimeout(thrown)) throw thrown
    const { user, system } = process.cpuUsage(before)
    return { end: (user + system) / 1000 < expressionLimitMs / 2 ? 'starved' : 'stopped' }
  }
}

/** The same, taken again where the machine starved it. Null when it was stopped. */
export function lookInTime(script: Script, context: Context): LookResult | null {
  for (let look = 0; look < mostStarvedLooks; look++) {
    const outcome = runInTime(script, context)
    if ('result' in outcome) return outcome
    if (outcome.end === 'stopped') break
  }
  return null
}

/** A script was stopped. The error comes from the context of the script, so that it is no instance of this one's `Error`. */
function isVmTimeout(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}
