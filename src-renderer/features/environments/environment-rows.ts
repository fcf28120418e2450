import type { Environments, EnvironmentVariable } from '../../../src-main/contract/schemas/environment.ts'
import { environmentWords as words } from '../../strings/environments.ts'

/** A variable in two versions of the environments, as text. */
export interface ComparedVariable {
  readonly label: string
  readonly mine: string
  readonly theirs: string
}

type Content = Pick<Environments, 'environments' | 'shared'>

/** Every variable that differs between two versions, and every environment that only one of them has. */
export function compareEnvironments(mine: Content, theirs: Content): readonly ComparedVariable[] {
  const left = describe(mine)
  const right = describe(theirs)
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((key) => ({
      label: left.get(key)?.label ?? right.get(key)?.label ?? '',
      mine: left.get(key)?.text ?? words.absent,
      theirs: right.get(key)?.text ?? words.absent,
    }))
    .filter((row) => row.mine !== row.theirs)
}

function describe({ environments, shared }: Content): ReadonlyMap<string, { label: string; text: string }> {
  const rows = new Map<string, { label: string; text: string }>()
  for (const { id, name, variables } of [{ id: '', name: words.shared, variables: shared }, ...environments]) {
    if (id !== '') rows.set(id, { label: name, text: name })
    for (const variable of variables) {
      rows.set(`${id}/${variable.name}`, { label: `${name}: ${variable.name}`, text: textOf(variable) })
    }
  }
  return rows
}

function textOf({ value, secret, notes }: EnvironmentVariable): string {
  const text = secret ? words.secretValue : (value ?? '')
  return notes === '' ? text : `${text}\n${notes}`
}
