import type { Environments, EnvironmentVariable } from '../../../src-main/contract/schemas/environment.ts'
import { environmentErrors as errors, environmentWords as words } from '../../strings/environments.ts'

/** A variable while it is edited. */
export interface VariableDraft {
  readonly key: number
  readonly name: string
  readonly value: string
  readonly secret: boolean
  readonly notes: string
  /** The name under which the engine has it as a secret; null when it has not. */
  readonly keptAs: string | null
  /** A value typed for a secret, not yet handed over; null when none was. */
  readonly typedSecret: string | null
  /** The value that the engine has goes when this is saved. */
  readonly forget: boolean
}

/** The variables of an environment, or (id null) the shared ones. */
export interface ScopeDraft {
  readonly id: string | null
  readonly name: string
  readonly variables: readonly VariableDraft[]
}

/** A secret that is handed over after the rest was written; a null value takes it away. */
export interface SecretChange {
  readonly environmentId: string | null
  readonly name: string
  readonly value: string | null
}

export type VariableField = 'name' | 'value' | 'notes'

const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/
let lastKey = 0

/** The environments while they are edited. Every getter is reactive. */
export class EnvironmentsDraft {
  #scopes = $state.raw<readonly ScopeDraft[]>([])
  #base = $state.raw<Environments>()
  #unchanged = $state('')
  #submitted = $state(false)

  constructor(environments: Environments) {
    this.take(environments)
  }

  /** The shared variables first, then the environments. */
  get scopes(): readonly ScopeDraft[] {
    return this.#scopes
  }

  get changed(): boolean {
    return fingerprint(this.#scopes) !== this.#unchanged
  }

  /** What is saved elsewhere is built upon from now on; what was typed stays. */
  rebase(environments: Environments): void {
    this.#base = environments
  }

  /** Begins from what is saved. */
  take(environments: Environments): void {
    this.#base = environments
    this.#scopes = [
      { id: null, name: words.shared, variables: environments.shared.map(draftOfVariable) },
      ...environments.environments.map(({ id, name, variables }) => ({
        id,
        name,
        variables: variables.map(draftOfVariable),
      })),
    ]
    this.#unchanged = fingerprint(this.#scopes)
    this.#submitted = false
  }

  /** What is to be written. */
  content(): Environments {
    const base = this.#base ?? { environments: [], shared: [], activeId: null, revision: '', secretsPresent: [] }
    const [shared, ...others] = this.#scopes
    return {
      ...base,
      shared: (shared?.variables ?? []).map(asVariable),
      environments: others.map(({ id, name, variables }) => ({
        id: id ?? '',
        name: name.trim(),
        variables: variables.map(asVariable),
      })),
    }
  }

  /** The secrets to hand over or take away once the rest is written. */
  secretChanges(): readonly SecretChange[] {
    return this.#scopes.flatMap(({ id, variables }) =>
      variables.flatMap(({ name, secret, typedSecret, forget }): SecretChange[] => {
        if (!secret || (typedSecret === null && !forget)) return []
        return [{ environmentId: id, name, value: typedSecret }]
      }),
    )
  }

  /** True when everything can be saved; else every problem is shown. */
  submit(): boolean {
    this.#submitted = true
    return this.firstWrong === null
  }

  /** The index of the first scope in which something is wrong. */
  get firstWrong(): number | null {
    const index = this.#scopes.findIndex(
      (scope) =>
        this.#nameProblem(scope) !== null ||
        scope.variables.length > 500 ||
        scope.variables.some((variable) =>
          (['name', 'value', 'notes'] as const).some((field) => problemOf(scope, variable, field) !== null),
        ),
    )
    return index < 0 ? null : index
  }

  /** What is wrong with an environment's name, where it should be shown. */
  shownNameProblem(scope: ScopeDraft): string | null {
    const problem = this.#nameProblem(scope)
    return this.#submitted || problem !== errors.nameEmpty ? problem : null
  }

  /** The same of a variable: an empty name is not complained about before saving. */
  shownProblem(scope: ScopeDraft, variable: VariableDraft, field: VariableField): string | null {
    const problem = problemOf(scope, variable, field)
    return this.#submitted || problem !== errors.variableEmpty ? problem : null
  }

  /** The engine has a value of this secret, and will have it when this is saved. */
  isSet({ id }: ScopeDraft, { secret, name, keptAs, forget }: VariableDraft): boolean {
    const isKept = this.#base?.secretsPresent.includes(`${id ?? 'shared'}/${name}`) === true
    return secret && keptAs === name && isKept && !forget
  }

  /** Environments that have a variable of their own in place of a shared one. */
  overriddenIn(name: string): readonly string[] {
    return this.#scopes.filter(({ id, variables }) => id !== null && has(variables, name)).map((scope) => scope.name)
  }

  /** The shared variable that this one of an environment stands before; null when there is none. */
  overridden(scope: ScopeDraft, { name }: VariableDraft): VariableDraft | null {
    if (scope.id === null || name === '') return null
    return this.#scopes[0]?.variables.find((variable) => variable.name === name) ?? null
  }

  /** Answers the index of the new one; null when there are too many. */
  addEnvironment(copied: ScopeDraft | null = null): number | null {
    if (this.#scopes.length > 100) return null
    const names = new Set(this.#scopes.map(({ name }) => name))
    let number = 1
    const nameOf = (): string =>
      copied === null ? words.newName(number) : `${words.copyName(copied.name)}${number === 1 ? '' : ` ${number}`}`
    while (names.has(nameOf())) number += 1
    // What a secret is stays where it is: the copy has to be told anew.
    const variables = (copied?.variables ?? []).map((variable) => ({
      ...variable,
      key: (lastKey += 1),
      keptAs: null,
      forget: false,
    }))
    this.#scopes = [...this.#scopes, { id: newIdentifier(), name: nameOf(), variables }]
    return this.#scopes.length - 1
  }

  /** Answers what puts it back. */
  removeEnvironment(index: number): () => void {
    const removed = this.#scopes[index]
    if (removed?.id == null) return () => undefined
    this.#scopes = this.#scopes.toSpliced(index, 1)
    return () => {
      this.#scopes = this.#scopes.toSpliced(Math.min(index, this.#scopes.length), 0, removed)
    }
  }

  rename(index: number, name: string): void {
    this.#change(index, (scope) => ({ ...scope, name }))
  }

  addVariable(index: number): void {
    const variable = { key: (lastKey += 1), name: '', value: '', secret: false, notes: '', keptAs: null }
    this.#change(index, (scope) => ({
      ...scope,
      variables: [...scope.variables, { ...variable, typedSecret: null, forget: false }],
    }))
  }

  removeVariable(index: number, key: number): void {
    this.#change(index, (scope) => ({ ...scope, variables: scope.variables.filter((one) => one.key !== key) }))
  }

  changeVariable(index: number, key: number, change: Partial<VariableDraft>): void {
    this.#change(index, (scope) => ({
      ...scope,
      variables: scope.variables.map((variable) => (variable.key === key ? { ...variable, ...change } : variable)),
    }))
  }

  /** A value that becomes a secret is no longer shown; one that was a secret is not known here and begins empty. */
  setSecret(index: number, variable: VariableDraft, secret: boolean): void {
    const typedSecret = secret && variable.value !== '' ? variable.value : null
    this.changeVariable(index, variable.key, { secret, value: '', typedSecret, forget: false })
  }

  #change(index: number, change: (scope: ScopeDraft) => ScopeDraft): void {
    this.#scopes = this.#scopes.map((scope, at) => (at === index ? change(scope) : scope))
  }

  #nameProblem({ id, name }: ScopeDraft): string | null {
    if (id === null) return null
    if (name.trim() === '') return errors.nameEmpty
    if (name.trim().length > 120) return errors.nameTooLong
    const isTwice = this.#scopes.some(
      (other) => other.id !== id && other.id !== null && other.name.trim() === name.trim(),
    )
    return isTwice ? errors.nameTwice : null
  }
}

function problemOf({ variables }: ScopeDraft, variable: VariableDraft, field: VariableField): string | null {
  if (field === 'notes') return variable.notes.length > 2000 ? errors.notesTooLong : null
  if (field === 'value') {
    return (variable.typedSecret ?? variable.value).length > 65_536 ? errors.valueTooLong : null
  }
  if (variable.name === '') return errors.variableEmpty
  if (!namePattern.test(variable.name)) return errors.variable
  const isTwice = variables.some(({ key, name }) => key < variable.key && name === variable.name)
  return isTwice ? errors.variableTwice : null
}

const has = (variables: readonly VariableDraft[], name: string): boolean =>
  name !== '' && variables.some((variable) => variable.name === name)

function draftOfVariable({ name, value, secret, notes }: EnvironmentVariable): VariableDraft {
  const keptAs = secret ? name : null
  return { key: (lastKey += 1), name, value: value ?? '', secret, notes, keptAs, typedSecret: null, forget: false }
}

function asVariable({ name, value, secret, notes }: VariableDraft): EnvironmentVariable {
  return { name, value: secret ? null : value, secret, notes }
}

/** Changes with everything a person can change, keys left out. */
function fingerprint(scopes: readonly ScopeDraft[]): string {
  return JSON.stringify(
    scopes.map(({ id, name, variables }) => [
      id,
      name,
      variables.map((one) => [one.name, one.value, one.secret, one.notes, one.typedSecret !== null, one.forget]),
    ]),
  )
}

function newIdentifier(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return `env-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
