import { describeError } from '../../../../src-main/contract/errors.ts'
import type { ComposeContext } from '../../../../src-main/protocol/message/composition.ts'
import type { Workbench } from '../../../state/workbench.svelte.ts'
import type { PageContext } from '../../composer/composer-facts.svelte.ts'
import { placeholderOffers, type PlaceholderOffer } from '../../composer/placeholder-help.ts'

/** Stands for what only a running server knows: what a rule captured, a counter, a secret, a file. */
const unknownText = ''

/** What a message of a server can be composed with in the page. What only the engine has is left empty. */
export function serverPageContext({ environments, structures }: Workbench): PageContext {
  const variables = [...(environments.active?.variables ?? []), ...environments.current.shared]
  let engineNeeded = false
  const needed = <Value>(value: Value): Value => {
    engineNeeded = true
    return value
  }
  const context: ComposeContext = {
    framing: { kind: 'raw' },
    structure: (structureId) => {
      const definition = structures.byId(structureId)
      return definition === null ? null : { definition, library: (name) => structures.byName(name) }
    },
    variable: (name) => {
      const variable = variables.find((candidate) => candidate.name === name)
      if (variable === undefined) return null
      if (variable.secret) return needed({ text: unknownText, secret: true })
      return variable.value === null ? null : { text: variable.value, secret: false }
    },
    captured: () => needed(unknownText),
    counter: () => needed(1n),
    nowUnixNs: BigInt(Date.now()) * 1_000_000n,
    random: (byteCount) => new Uint8Array(byteCount),
    uuid: () => '00000000-0000-4000-8000-000000000000',
    file: (path) => needed({ ok: false, error: describeError('file-not-found', { file: path }) }),
    nextSequenceId: 1,
    maskSecrets: true,
  }
  return { context, needsEngine: () => engineNeeded }
}

/** What can stand between double braces; `captured` is what a rule offers besides. */
export function serverOffers(
  { environments }: Workbench,
  captured: Readonly<Record<string, string>> = {},
): readonly PlaceholderOffer[] {
  const variables = [...(environments.active?.variables ?? []), ...environments.current.shared]
  return placeholderOffers(variables, captured)
}
