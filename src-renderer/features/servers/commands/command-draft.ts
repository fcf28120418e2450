import {
  tableCommand,
  type CommandAction,
  type CommandStep,
  type TableCommand,
} from '../../../../src-main/contract/schemas/command-table.ts'
import { commandTableErrors as errors } from '../../../strings/command-table.ts'
import { newKey, type Keyed } from '../editing/keyed.ts'
import { readItem, type ItemReading } from '../editing/read-item.ts'
import { numberOf, textOf } from '../typed-number.ts'

export interface ParameterDraft extends Keyed {
  readonly name: string
  readonly required: boolean
}

/** A turn of a conversation as typed; what belongs to other kinds is kept, in case they are chosen again. */
export interface StepDraft extends Keyed {
  readonly kind: CommandStep['kind']
  readonly template: string
  /** Keys that have to be there, with commas between. */
  readonly requiredKeys: string
  /** Empty to wait for ever. */
  readonly timeoutMs: string
  readonly delayMs: string
}

/** A command as typed, with what was written for every kind of action. */
export interface CommandDraft extends Keyed {
  readonly name: string
  readonly notes: string
  readonly parameters: readonly ParameterDraft[]
  readonly acceptsOthers: boolean
  readonly delayMs: string
  readonly action: CommandAction['kind']
  /** Of `reply` and `steps`. */
  readonly template: string
  readonly raw: boolean
  readonly message: string
  readonly code: string
  readonly extraTemplate: string
  readonly steps: readonly StepDraft[]
  readonly source: string
}

export function newParameter(name = ''): ParameterDraft {
  return { key: newKey(), name, required: true }
}

export function newStep(kind: CommandStep['kind']): StepDraft {
  return { key: newKey(), kind, template: '', requiredKeys: '', timeoutMs: '', delayMs: '100' }
}

export function newCommand(name: string): CommandDraft {
  return {
    key: newKey(),
    name,
    notes: '',
    parameters: [],
    acceptsOthers: false,
    delayMs: '0',
    action: 'reply',
    template: '{}',
    raw: false,
    message: '',
    code: '-32000',
    extraTemplate: '',
    steps: [],
    source: 'return { }',
  }
}

export function draftOfCommand(command: TableCommand): CommandDraft {
  const { name, notes, parameters, acceptsOthers, delayMs, action } = command
  const draft: CommandDraft = {
    ...newCommand(name),
    notes,
    parameters: parameters.map((parameter) => ({ key: newKey(), ...parameter })),
    acceptsOthers,
    delayMs: textOf(delayMs),
    action: action.kind,
  }
  switch (action.kind) {
    case 'reply':
      return { ...draft, template: action.template, raw: action.raw }
    case 'error':
      return { ...draft, message: action.message, code: textOf(action.code), extraTemplate: action.extraTemplate }
    case 'steps':
      return { ...draft, steps: action.steps.map(draftOfStep), template: action.template }
    default:
      return { ...draft, source: action.source }
  }
}

function draftOfStep(step: CommandStep): StepDraft {
  const draft = newStep(step.kind)
  switch (step.kind) {
    case 'send':
      return { ...draft, template: step.template }
    case 'expect':
      return { ...draft, requiredKeys: step.requiredKeys.join(', '), timeoutMs: textOf(step.timeoutMs) }
    case 'delay':
      return { ...draft, delayMs: textOf(step.delayMs) }
    default:
      return draft
  }
}

/** The same command once more, with keys and a name of its own. */
export function copyOfCommand(draft: CommandDraft, name: string): CommandDraft {
  const anew = <Item extends Keyed>(item: Item): Item => ({ ...item, key: newKey() })
  return { ...anew(draft), name, parameters: draft.parameters.map(anew), steps: draft.steps.map(anew) }
}

/** The command that a draft stands for. */
export function readCommand(draft: CommandDraft): ItemReading<TableCommand> {
  const candidate = {
    name: draft.name,
    notes: draft.notes,
    parameters: draft.parameters.map(({ name, required }) => ({ name, required })),
    acceptsOthers: draft.acceptsOthers,
    delayMs: numberOf(draft.delayMs),
    action: actionOf(draft),
  }
  return readItem(tableCommand, candidate, (field) => errors[field] ?? errors.other ?? '')
}

function actionOf(draft: CommandDraft): unknown {
  const { template } = draft
  switch (draft.action) {
    case 'reply':
      return { kind: 'reply', template, raw: draft.raw }
    case 'error':
      return {
        kind: 'error',
        message: draft.message,
        code: codeOf(draft.code),
        extraTemplate: draft.extraTemplate,
      }
    case 'steps':
      return { kind: 'steps', steps: draft.steps.map(stepOf), template }
    default:
      return { kind: 'script', source: draft.source }
  }
}

function stepOf(step: StepDraft): unknown {
  switch (step.kind) {
    case 'send':
      return { kind: 'send', template: step.template }
    case 'expect':
      return {
        kind: 'expect',
        requiredKeys: step.requiredKeys
          .split(',')
          .map((key) => key.trim())
          .filter((key) => key !== ''),
        timeoutMs: step.timeoutMs.trim() === '' ? null : numberOf(step.timeoutMs),
      }
    case 'delay':
      return { kind: 'delay', delayMs: numberOf(step.delayMs) }
    default:
      return { kind: 'finish' }
  }
}

/** Codes of errors are whole numbers and mostly negative. */
function codeOf(text: string): number {
  const digits = /^[-−]?\d{1,16}$/.exec(text.trim())?.[0]
  return digits === undefined ? Number.NaN : Number(digits.replace('−', '-'))
}
