/**
 * Whether a call fits the parameters of its command, in the words of the protocols.
 *
 * tcpy makes an object of Python 2 with the parameters as keywords, so its texts are those of the constructor, which counts
 * `self` (seed-systems 1.2). Keywords that do not fit are told before missing ones, as CPython 2.7 does
 * (`PyEval_EvalCodeEx`). tcpy passes no argument by position: "at most" never happens.
 */
import type { TableParameter } from '../../contract/schemas/command-table.ts'

export interface Signature {
  readonly parameters: readonly TableParameter[]
  /** Takes any others besides. */
  readonly acceptsOthers: boolean
}

/** The exact text of tcpy for names that do not fit; null when they do. */
export function pythonSignatureProblem(
  { parameters, acceptsOthers }: Signature,
  given: readonly string[],
): string | null {
  const known = new Set(parameters.map(({ name }) => name))
  if (given.includes('self')) return "__init__() got multiple values for keyword argument 'self'"
  const unexpected = acceptsOthers ? undefined : given.find((name) => !known.has(name))
  if (unexpected !== undefined) return `__init__() got an unexpected keyword argument '${unexpected}'`
  const givenNames = new Set(given)
  if (parameters.every(({ name, required }) => !required || givenNames.has(name))) return null
  const requiredCount = 1 + parameters.filter(({ required }) => required).length
  const givenCount = 1 + parameters.filter(({ name }) => givenNames.has(name)).length
  const bound = parameters.some(({ required }) => !required) ? 'at least' : 'exactly'
  const plural = requiredCount === 1 ? '' : 's'
  return `__init__() takes ${bound} ${requiredCount} argument${plural} (${givenCount} given)`
}

/** What is wrong with the names of a JSON-RPC call, in plain words; null when they fit. */
export function namesProblem({ parameters, acceptsOthers }: Signature, given: ReadonlySet<string>): string | null {
  const missing = parameters.find(({ name, required }) => required && !given.has(name))
  if (missing !== undefined) return `The parameter "${missing.name}" is missing.`
  if (acceptsOthers) return null
  for (const name of given) {
    if (!parameters.some((parameter) => parameter.name === name)) return `There is no parameter "${name}".`
  }
  return null
}
