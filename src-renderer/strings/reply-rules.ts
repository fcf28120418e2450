import type { ReplyRule, RuleAction, RuleMatch } from '../../src-main/contract/schemas/reply-rules.ts'
import { countOf } from '../format/quantities.ts'

/** Words of the rules of a server. */
export const ruleWords = {
  region: 'Rules',
  list: 'Rules in order',
  add: 'Add rule',
  empty: 'No rules',
  emptyText:
    'A rule answers messages in place of the server: a reply, a delay, an end. The first that matches is the one that applies.',
  fields: (name: string): string => `Rule ${name}`,
  duplicate: 'Duplicate',
  remove: 'Delete',
  removed: (name: string): string => `Deleted rule ${name}.`,
  moveUp: 'Move up',
  moveDown: 'Move down',
  switchOn: 'Switch on',
  switchOff: 'Switch off',
  off: 'off',
  applied: (count: number): string => `${countOf(count, 'time', 'times')} since the start`,
  name: 'Name',
  namePlaceholder: 'as it matches',
  isOn: 'On',
  match: 'When a message',
  matches: [
    { value: 'any', label: 'is any' },
    { value: 'text', label: 'has a text' },
    { value: 'hex', label: 'has bytes' },
    { value: 'regular-expression', label: 'matches a regular expression' },
    { value: 'json', label: 'has something at a JSON path' },
    { value: 'structure', label: 'has something in a field of a structure' },
  ] satisfies readonly { value: RuleMatch['kind']; label: string }[],
  text: 'Text',
  where: 'Where',
  places: [
    { value: 'anywhere', label: 'Anywhere' },
    { value: 'at-start', label: 'At its start' },
    { value: 'whole', label: 'As the whole message' },
  ] as const,
  ignoresCase: 'Upper and lower case are the same',
  pattern: 'Bytes',
  patternDescription: 'Hex digits. ? stands for any digit, ?? for any byte.',
  expression: 'Regular expression',
  expressionDescription: '{{$captured 1}} in a reply is the first group, {{$captured name}} one with a name.',
  path: 'JSON path',
  pathDescription: 'Such as $.cmd or $.items[0].id. {{$captured value}} in a reply is what is found there.',
  structure: 'Structure',
  structureMissing: 'Choose one',
  noStructures: 'There are none yet',
  structureGone: 'Deleted structure',
  fieldPath: 'Field',
  fieldPathDescription: 'Such as header.id. {{$captured value}} in a reply is what is found there.',
  compares: 'Only when it is exactly',
  equalsJson: 'JSON value',
  equalsText: 'Text of the field',
  actions: 'Then, in this order',
  action: (index: number): string => `Action ${index}`,
  actionKind: (index: number): string => `What action ${index} does`,
  actionKinds: [
    { value: 'reply', label: 'Reply' },
    { value: 'delay', label: 'Wait' },
    { value: 'end', label: 'Close the connection' },
    { value: 'reset', label: 'Reset the connection' },
  ] satisfies readonly { value: RuleAction['kind']; label: string }[],
  addAction: 'Add action',
  noActions: 'Nothing: the message is read and not answered.',
  removeAction: (index: number): string => `Delete action ${index}`,
  moveActionUp: (index: number): string => `Move action ${index} up`,
  moveActionDown: (index: number): string => `Move action ${index} down`,
  reply: (index: number): string => `Reply of action ${index}`,
  delay: 'For',
  ms: 'ms',
  endHint: 'With FIN, after everything that was sent.',
  resetHint: 'With RST, at once.',
  times: 'Times per client',
  timesPlaceholder: 'always',
  timesDescription: 'On each connection anew.',
  passesOn: 'The server answers too, as it would without the rule',
  framing: 'Messages are told apart by',
  framingAsKind: (label: string): string => `As the server has it: ${label}`,
  framingDescription: 'It goes around replies as well.',
  captured: { 0: 'the whole match', 1: 'first group', value: 'what was found', message: 'the message as text' },
} as const

/** A rule in a few words, where it has no name. */
export function matchSentence(match: RuleMatch | null): string {
  if (match === null) return 'not complete'
  switch (match.kind) {
    case 'any':
      return 'any message'
    case 'text':
      return match.where === 'whole' ? `“${match.text}”` : `has “${match.text}”`
    case 'hex':
      return `bytes ${match.pattern}`
    case 'regular-expression':
      return `/${match.expression}/${match.ignoresCase ? 'i' : ''}`
    case 'json':
    case 'structure':
      return match.equalsText === null ? match.path : `${match.path} = ${match.equalsText}`
  }
}

/** What a rule does, in a few words. */
export function actionsSentence({ actions }: Pick<ReplyRule, 'actions'>): string {
  if (actions.length === 0) return 'no answer'
  const names = { reply: 'reply', delay: 'wait', end: 'close', reset: 'reset' } satisfies Record<
    RuleAction['kind'],
    string
  >
  return actions.map(({ kind }) => names[kind]).join(', ')
}

/** What is wrong with a field of a rule, by its name in the contract. */
export const ruleErrors: Readonly<Record<string, string>> = {
  name: 'At most 200 characters are kept.',
  text: 'Enter the text to look for.',
  pattern: 'Enter at least one byte as hex digits.',
  expression: 'Enter a regular expression.',
  path: 'Enter where to look.',
  structureId: 'Choose a structure.',
  delayMs: 'Enter a time from 0 to 3600000 ms.',
  timesPerClient: 'Enter a whole number of at least 1, or nothing.',
  actions: 'At most 100 actions are kept.',
  other: 'This cannot be kept as it is.',
}
