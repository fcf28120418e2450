import type { EnvironmentVariable } from '../../contract/schemas/environment.ts'
import { sharedScopeName, type EnvironmentsContent } from './environments-document.ts'

/** Whose variables: an environment's, or (null) the shared ones. */
type Scope = string | null

interface Scoped {
  readonly scope: Scope
  readonly variable: EnvironmentVariable
}

/** Every variable with whose it is. */
function everyVariable({ environments, shared }: EnvironmentsContent): Scoped[] {
  return [
    ...environments.flatMap(({ id, variables }) => variables.map((variable) => ({ scope: id, variable }))),
    ...shared.map((variable) => ({ scope: null, variable })),
  ]
}

const keyOf = (scope: Scope, name: string): string => `${scope ?? sharedScopeName}/${name}`

/** The values of secrets, in the memory of this process and nowhere else. */
export class SecretValues {
  readonly #values = new Map<string, string>()

  get(scope: Scope, name: string): string | null {
    return this.#values.get(keyOf(scope, name)) ?? null
  }

  /** Null takes the value away. */
  set(scope: Scope, name: string, value: string | null): void {
    if (value === null) this.#values.delete(keyOf(scope, name))
    else this.#values.set(keyOf(scope, name), value)
  }

  /** Which have a value, as `<environment id or "shared">/<name>`, in order. */
  present(): string[] {
    return [...this.#values.keys()].sort()
  }

  /** What stood in the open and is a secret in `next`, or is named one and has its value beside it, is kept here. */
  takeFrom(content: EnvironmentsContent, next: EnvironmentsContent): void {
    const values = new Map(everyVariable(content).map(({ scope, variable }) => [keyOf(scope, variable.name), variable]))
    for (const { scope, variable } of everyVariable(next)) {
      const key = keyOf(scope, variable.name)
      const value = values.get(key)?.value ?? null
      if (variable.secret && value !== null && !this.#values.has(key)) this.#values.set(key, value)
    }
  }

  /** Forgets what is no secret of the content. */
  keepOnly(content: EnvironmentsContent): void {
    const secrets = everyVariable(content).filter(({ variable }) => variable.secret)
    const wanted = new Set(secrets.map(({ scope, variable }) => keyOf(scope, variable.name)))
    for (const key of this.#values.keys()) if (!wanted.has(key)) this.#values.delete(key)
  }

  clear(): void {
    this.#values.clear()
  }
}
