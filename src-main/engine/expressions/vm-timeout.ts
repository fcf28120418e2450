/** How long one look may take: so long nothing else of the engine goes on. */
export const expressionLimitMs = 50

/** A script was stopped. The error comes from the context of the script, so that it is no instance of this one's `Error`. */
export function isVmTimeout(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}
