/** What a command table has wrong, as far as that can be seen without running a script. */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { CommandTable } from '../../contract/schemas/command-table.ts'
import { compileTable, type CompiledCommand } from './compiled-table.ts'

export interface TableProblem {
  /** `table.NAME.FIELD`; fields of steps are `steps.N`, from 1. */
  readonly place: string
  readonly error: ErrorShape
}

/** Names that every template may use besides the parameters. */
export const templateNames: ReadonlySet<string> = new Set(['$request', '$received', '$count'])

/**
 * Templates that cannot be read, and those that name what no call can have. Errors: `template-malformed`.
 */
export function tableProblems(table: CommandTable): readonly TableProblem[] {
  return [...compileTable(table).values()].flatMap((command) => [
    ...templateProblems(command),
    ...extraProblems(command),
    ...signatureProblems(command),
  ])
}

function templateProblems(command: CompiledCommand): TableProblem[] {
  return command.templates.flatMap(({ field, compiled }): TableProblem[] => {
    const place = `table.${command.name}.${field}`
    if (!compiled.ok) return [{ place, error: compiled.error }]
    return compiled.template.names
      .filter((name) => !isKnown(name, command))
      .map((name) => ({ place, error: unknownName(name, command) }))
  })
}

function isKnown(name: string, { parameters, acceptsOthers }: CompiledCommand): boolean {
  const first = name.split('.')[0] ?? ''
  const names = (known: string): boolean => known === name || known === first
  if (name.startsWith('$')) return templateNames.has(first)
  return acceptsOthers || parameters.some((parameter) => names(parameter.name))
}

function unknownName(name: string, { parameters }: CompiledCommand): ErrorShape {
  const known = [...parameters.map((parameter) => parameter.name), ...templateNames].join(', ')
  const reason = `There is no "${name}" here: add the parameter, or use one of ${known}.`
  return describeError('template-malformed', { line: 1, column: 1, reason })
}

/** What is merged into an error has to be an object. */
function extraProblems({ name, action }: CompiledCommand): TableProblem[] {
  if (action.kind !== 'error' || action.extra === null) return []
  const { root } = action.extra
  if (root.kind === 'object' || root.kind === 'value') return []
  if (root.kind === 'constant' && root.value.kind === 'object') return []
  const reason = 'It has to be an object, such as {"detail": 42}.'
  return [
    {
      place: `table.${name}.extraTemplate`,
      error: describeError('template-malformed', { line: 1, column: 1, reason }),
    },
  ]
}

function signatureProblems({ name, parameters }: CompiledCommand): TableProblem[] {
  const names = parameters.map((parameter) => parameter.name)
  const twice = names.find((given, index) => names.indexOf(given) !== index)
  if (twice === undefined) return []
  const reason = `The parameter "${twice}" is there twice.`
  return [
    { place: `table.${name}.parameters`, error: describeError('template-malformed', { line: 1, column: 1, reason }) },
  ]
}
