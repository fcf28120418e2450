/** A command table made ready: templates are read once, not for every call. */
import type { ErrorShape } from '../../contract/errors.ts'
import type { CommandAction, CommandStep, CommandTable, TableCommand } from '../../contract/schemas/command-table.ts'
import { compileTemplate, type CompiledTemplate, type Template } from './template.ts'
import type { Signature } from './signature.ts'

export type CompiledStep =
  { readonly kind: 'send'; readonly template: Template } | Extract<CommandStep, { kind: 'expect' | 'delay' | 'finish' }>

export type CompiledAction =
  | { readonly kind: 'reply'; readonly template: Template; readonly isRaw: boolean }
  | { readonly kind: 'error'; readonly message: Template; readonly code: number; readonly extra: Template | null }
  | { readonly kind: 'steps'; readonly steps: readonly CompiledStep[]; readonly template: Template | null }
  | { readonly kind: 'script'; readonly source: string }
  /** Cannot be done; calls are answered with the sentence. */
  | { readonly kind: 'broken'; readonly error: ErrorShape }

export interface CompiledCommand extends Signature {
  readonly name: string
  readonly delayMs: number
  readonly action: CompiledAction
  /** Placeholders of its templates, and what is wrong with them, by the field they stand in. */
  readonly templates: readonly { readonly field: string; readonly compiled: CompiledTemplate }[]
}

export type CompiledTable = ReadonlyMap<string, CompiledCommand>

/** Reads every template of a table. What cannot be read stays in as a command that answers with an error. */
export function compileTable({ commands }: CommandTable): CompiledTable {
  return new Map(commands.map((command) => [command.name, compileCommand(command)]))
}

function compileCommand({ name, parameters, acceptsOthers, delayMs, action }: TableCommand): CompiledCommand {
  const reader = new TemplateReader()
  const compiled = compileAction(action, reader)
  const { firstError } = reader
  return {
    name,
    parameters,
    acceptsOthers,
    delayMs,
    action: firstError === null ? compiled : { kind: 'broken', error: firstError },
    templates: reader.templates,
  }
}

function compileAction(action: CommandAction, reader: TemplateReader): CompiledAction {
  switch (action.kind) {
    case 'reply':
      return { kind: 'reply', template: reader.read('template', action.template), isRaw: action.raw }
    case 'error':
      return {
        kind: 'error',
        message: reader.read('message', JSON.stringify(action.message)),
        code: action.code,
        extra: reader.readIfAny('extraTemplate', action.extraTemplate),
      }
    case 'steps':
      return {
        kind: 'steps',
        steps: action.steps.map((step, index) =>
          step.kind === 'send' ? { kind: 'send', template: reader.read(`steps.${index + 1}`, step.template) } : step,
        ),
        template: reader.readIfAny('template', action.template),
      }
    case 'script':
      return { kind: 'script', source: action.source }
  }
}

const nothing: Template = { root: { kind: 'text', parts: [] }, names: [] }

/** Reads templates and keeps what it read by their places. */
class TemplateReader {
  readonly templates: { readonly field: string; readonly compiled: CompiledTemplate }[] = []
  firstError: ErrorShape | null = null

  read(field: string, text: string): Template {
    const compiled = compileTemplate(text)
    this.templates.push({ field, compiled })
    if (compiled.ok) return compiled.template
    this.firstError ??= compiled.error
    return nothing
  }

  /** Null for an empty text. */
  readIfAny(field: string, text: string): Template | null {
    return text.trim() === '' ? null : this.read(field, text)
  }
}
