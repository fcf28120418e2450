import type {
  CallCatalogue,
  CallProtocol,
  CallRequest,
  CatalogueCommand,
  CatalogueParameter,
  ParameterType,
} from '../../../contract/schemas/call-settings.ts'
import type { CallDraft } from '../call-inputs.ts'
import { textAs, typeAndText, type TypedText } from './parameter-values.ts'
import type { JsonNode } from '../../json/json-node.ts'

/** What a catalogue can hold, as its schema says. */
const mostCommands = 2000
const mostParameters = 256
const longestName = 1000
/** Longer values are not kept. */
const longestValue = 4096
/** Parameters whose names say that their values are secrets. */
const secretName =
  /pass(word|phrase|wd|code)|secret|token|credential|api[-_ ]?key|private[-_ ]?key|(^|[-_ ])pin($|[-_ ])/i

/**
 * A catalogue that knows a call that was made: its command, kind, parameters and their last values. The same object comes back when there
 * is nothing to learn. Rules:
 * - Commands are the same by name and kind. One that a person has entered or changed (`isLearnt` false) keeps its types; a value that its
 *   type cannot say is not taken. Notes, `required`, the order and the time are always kept.
 * - The type of a value is the one the form gave, else it is inferred.
 * - Parameters that a call leaves out are not included the next time, unless they are required. New ones come at the end.
 * - Parameters given as an array make the command positional; they have the names of their places, `p1`, `p2` and so on where none is
 *   known.
 * - Values of parameters that are named like secrets (password, token and so on) are not kept: catalogues go into files.
 * - Beyond the bounds nothing is learnt: 2000 commands, 256 parameters, names of 1000 and values of 4096 UTF-16 units.
 */
export function learnCommand(
  catalogue: CallCatalogue,
  request: CallRequest,
  draft: CallDraft,
  protocol: CallProtocol,
): CallCatalogue {
  const { command: name, kind } = draft
  if (name === null || name === '' || name.length > longestName) return catalogue
  const index = catalogue.commands.findIndex((known) => known.name === name && known.kind === kind)
  const known = catalogue.commands[index]
  if (known === undefined && catalogue.commands.length >= mostCommands) return catalogue
  const before: CatalogueCommand = known ?? { name, kind, notes: '', parameters: [], positional: false, isLearnt: true }
  const after = learnParameters(before, givenParameters(request, draft, before, protocol), draft)
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(after)) return catalogue
  const commands = [...catalogue.commands]
  commands[known === undefined ? commands.length : index] = after
  return { commands }
}

interface GivenParameter {
  readonly name: string
  readonly node: JsonNode
  readonly typed: TypedText
}

function givenParameters(
  { parameters }: CallRequest,
  draft: CallDraft,
  command: CatalogueCommand,
  protocol: CallProtocol,
): readonly GivenParameter[] {
  const root = draft.parameters
  const formed = new Map<string, TypedText>()
  const formNames: string[] = []
  if (parameters.notation === 'form') {
    for (const { name, type, value } of parameters.parameters) {
      formed.set(name, { type, text: value })
      formNames.push(name)
    }
  }
  const nodes =
    root?.kind === 'object'
      ? root.members.map(({ key, value }) => [key, value] as const)
      : root?.kind === 'array'
        ? root.elements.map(
            (value, at) => [formNames[at] ?? command.parameters[at]?.name ?? `p${at + 1}`, value] as const,
          )
        : []
  return nodes
    .slice(0, mostParameters)
    .filter(([name]) => name !== '' && name.length <= longestName)
    .map(([name, node]) => ({ name, node, typed: formed.get(name) ?? typeAndText(node, protocol) }))
}

function learnParameters(
  command: CatalogueCommand,
  given: readonly GivenParameter[],
  draft: CallDraft,
): CatalogueCommand {
  const byName = new Map(given.map((parameter) => [parameter.name, parameter]))
  const known = command.parameters.map((parameter): CatalogueParameter => {
    const now = byName.get(parameter.name)
    if (now === undefined) return { ...parameter, isIncluded: parameter.required }
    const { type, text } = typedFor(parameter, now, command.isLearnt)
    return { ...parameter, type, value: isKept(parameter.name, text) ? text : parameter.value, isIncluded: true }
  })
  const names = new Set(command.parameters.map(({ name }) => name))
  const added = given
    .filter(({ name }) => !names.has(name))
    .map(({ name, typed: { type, text } }): CatalogueParameter => {
      const value = isKept(name, text) ? text : ''
      return { name, type, required: false, notes: '', value, isIncluded: true }
    })
  const parameters = [...known, ...added].slice(0, mostParameters)
  const positional = draft.parameters === null ? command.positional : draft.parameters.kind === 'array'
  return { ...command, parameters, positional }
}

function isKept(name: string, text: string): boolean {
  return text.length <= longestValue && !secretName.test(name)
}

function typedFor(parameter: CatalogueParameter, { node, typed }: GivenParameter, isLearnt: boolean): TypedText {
  if (isLearnt || typed.type === parameter.type) return typed
  const type: ParameterType = parameter.type
  return { type, text: textAs(type, node) ?? parameter.value }
}
