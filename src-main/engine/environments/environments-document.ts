import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { WirebenchError } from '../../contract/errors.ts'
import { identifier } from '../../contract/schemas/common.ts'
import { environments, type Environments, type EnvironmentVariable } from '../../contract/schemas/environment.ts'
import type { StoredDocument } from '../documents/json-document-store.ts'
import { readDocument, type DocumentFormat } from '../documents/versioned-document.ts'

export const environmentsSchemaVersion = 1

/** Limit for the file: readable by people, with room for certificates and the like. */
export const maximumEnvironmentsFileBytes = 16 * 1024 * 1024

/** What stands in the file: everything but the values of secrets and the choice. */
export type EnvironmentsContent = Pick<Environments, 'environments' | 'shared'>

const environmentsFile = v.object({
  schemaVersion: v.literal(environmentsSchemaVersion),
  environments: environments.entries.environments,
  shared: environments.entries.shared,
})

const environmentsFormat = {
  schema: environmentsFile,
  version: environmentsSchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof environmentsFile>

/** The file, as JSON. */
export function environmentsDocument({ environments: all, shared }: EnvironmentsContent): unknown {
  return { schemaVersion: environmentsSchemaVersion, environments: all, shared } satisfies v.InferInput<
    typeof environmentsFile
  >
}

/** Errors: `file-unreadable` for a file that is broken, newer or names something twice; it is then left as it is. */
export function environmentsIn(stored: StoredDocument, file: string): EnvironmentsContent {
  if (stored.kind === 'absent') return { environments: [], shared: [] }
  const unreadable = (reason: string): WirebenchError =>
    new WirebenchError('file-unreadable', { file, reason: `${reason} It was left as it is.` })
  if (stored.kind === 'unreadable') throw unreadable(stored.reason)
  const document = readDocument(environmentsFormat, stored.value)
  switch (document.kind) {
    case 'document': {
      const { environments: all, shared } = document.value
      const fault = faultOf({ environments: all, shared })
      if (fault !== null) throw unreadable(fault.message)
      return { environments: all, shared }
    }
    case 'malformed':
      throw unreadable(document.reason)
    case 'newer':
      throw unreadable(`It was written by a newer Wirebench (format ${document.found}). Update Wirebench to use it.`)
  }
}

/** `shared` stands for the shared variables where a secret is named. */
export const sharedScopeName = 'shared'

/** What is there twice: `variable-name-taken`, or `bad-payload` for identifiers. Null when all is well. */
export function faultOf({ environments: all, shared }: EnvironmentsContent): WirebenchError | null {
  const identifiers = new Set([sharedScopeName])
  for (const { id } of all) {
    if (identifiers.has(id)) {
      const reason = `The identifier ${id} is there twice, or is one that means the shared variables.`
      return new WirebenchError('bad-payload', { command: 'environment.write', reason })
    }
    identifiers.add(id)
  }
  for (const { name, variables } of [...all, { name: 'The list of shared variables', variables: shared }]) {
    const twice = firstTwice(variables)
    if (twice !== null) return new WirebenchError('variable-name-taken', { environment: name, name: twice })
  }
  return null
}

function firstTwice(variables: readonly EnvironmentVariable[]): string | null {
  const names = new Set<string>()
  for (const { name } of variables) {
    if (names.has(name)) return name
    names.add(name)
  }
  return null
}

/** The same without the values of secrets, keys in the order of the schema. */
export function withoutSecrets({ environments: all, shared }: EnvironmentsContent): EnvironmentsContent {
  return {
    environments: all.map(({ id, name, variables }) => ({ id, name, variables: variables.map(withoutSecret) })),
    shared: shared.map(withoutSecret),
  }
}

function withoutSecret({ name, value, secret, notes }: EnvironmentVariable): EnvironmentVariable {
  return { name, value: secret ? null : value, secret, notes }
}

/** Changes with the content. Values of secrets are no part of it. */
export function environmentsRevision(content: EnvironmentsContent): string {
  return createHash('sha256')
    .update(JSON.stringify(withoutSecrets(content)))
    .digest('hex')
    .slice(0, 32)
}

const choiceFile = v.object({ schemaVersion: v.literal(1), activeId: v.nullable(identifier) })

const choiceFormat = { schema: choiceFile, version: 1, migrations: {} } as const satisfies DocumentFormat<
  typeof choiceFile
>

/** The file that says which environment is in use here: beside the other one, which is made to be shared. */
export function choiceDocument(activeId: string | null): unknown {
  return { schemaVersion: 1, activeId } satisfies v.InferInput<typeof choiceFile>
}

/** The environment in use; null where the file says nothing that can be understood: it is only a choice. */
export function choiceIn(stored: StoredDocument): string | null {
  if (stored.kind !== 'value') return null
  const document = readDocument(choiceFormat, stored.value)
  return document.kind === 'document' ? document.value.activeId : null
}
