import type { Environments } from '../../contract/schemas/environment.ts'

/**
 * A variable's value as it holds at present, null when there is none. The variable of the environment in use hides the
 * shared one of its name, also while it has no value. `secretOf` gives the value of a secret, null for a shared one's
 * environment.
 */
export function resolveVariable(
  { environments, shared, activeId }: Pick<Environments, 'environments' | 'shared' | 'activeId'>,
  name: string,
  secretOf: (environmentId: string | null, name: string) => string | null,
): { readonly text: string; readonly secret: boolean } | null {
  const active = environments.find(({ id }) => id === activeId)
  const own = active?.variables.find((variable) => variable.name === name)
  const variable = own ?? shared.find((candidate) => candidate.name === name)
  if (variable === undefined) return null
  const scope = own === undefined ? null : activeId
  const text = variable.secret ? secretOf(scope, name) : variable.value
  return text === null ? null : { text, secret: variable.secret }
}
