import type { MessageSource } from '../../../../src-main/contract/schemas/message.ts'
import {
  replyRule,
  type ReplyRule,
  type RuleAction,
  type RuleMatch,
} from '../../../../src-main/contract/schemas/reply-rules.ts'
import { ruleErrors as errors } from '../../../strings/reply-rules.ts'
import { draftOfSource, emptyDraft, sourceOfDraft, type MessageDraft } from '../../composer/message-draft.ts'
import { newKey, type Keyed } from '../editing/keyed.ts'
import { readItem, type ItemReading } from '../editing/read-item.ts'
import { numberOf, textOf, wholeNumberOf } from '../typed-number.ts'

export type MatchPlace = Extract<RuleMatch, { kind: 'text' }>['where']

/** Something a rule does, as typed. */
export interface RuleActionDraft extends Keyed {
  readonly kind: RuleAction['kind']
  readonly message: MessageDraft
  readonly delayMs: string
}

/** A rule as typed, with what was written for every kind of match. */
export interface RuleDraft extends Keyed {
  readonly ruleId: string
  readonly name: string
  readonly isOn: boolean
  readonly match: RuleMatch['kind']
  readonly text: string
  readonly where: MatchPlace
  readonly ignoresCase: boolean
  readonly pattern: string
  readonly expression: string
  readonly jsonPath: string
  readonly structureId: string
  readonly fieldPath: string
  /** What stands at the path has to be exactly this. */
  readonly comparesValue: boolean
  readonly equalsText: string
  readonly actions: readonly RuleActionDraft[]
  /** Empty for always. */
  readonly timesPerClient: string
  readonly passesOn: boolean
}

/** An identifier that no other rule has. */
export function newRuleId(): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0'))
  return `rule-${digits.join('')}`
}

export function newAction(kind: RuleAction['kind']): RuleActionDraft {
  return { key: newKey(), kind, message: emptyDraft('text', 'none'), delayMs: '100' }
}

export function newRule(): RuleDraft {
  return {
    key: newKey(),
    ruleId: newRuleId(),
    name: '',
    isOn: true,
    match: 'text',
    text: '',
    where: 'anywhere',
    ignoresCase: false,
    pattern: '',
    expression: '',
    jsonPath: '$.',
    structureId: '',
    fieldPath: '',
    comparesValue: false,
    equalsText: '',
    actions: [newAction('reply')],
    timesPerClient: '',
    passesOn: false,
  }
}

export function draftOfRule(rule: ReplyRule): RuleDraft {
  const { ruleId, name, isOn, match, actions, timesPerClient, passesOn } = rule
  return {
    ...newRule(),
    ruleId,
    name,
    isOn,
    ...matchFields(match),
    match: match.kind,
    actions: actions.map(draftOfAction),
    timesPerClient: textOf(timesPerClient),
    passesOn,
  }
}

function matchFields(match: RuleMatch): Partial<RuleDraft> {
  switch (match.kind) {
    case 'any':
      return {}
    case 'text':
      return { text: match.text, where: match.where, ignoresCase: match.ignoresCase }
    case 'hex':
      return { pattern: match.pattern, where: match.where }
    case 'regular-expression':
      return { expression: match.expression, ignoresCase: match.ignoresCase }
    case 'json':
      return { jsonPath: match.path, ...comparedValue(match.equalsText) }
    default:
      return { structureId: match.structureId, fieldPath: match.path, ...comparedValue(match.equalsText) }
  }
}

function comparedValue(equalsText: string | null): Pick<RuleDraft, 'comparesValue' | 'equalsText'> {
  return { comparesValue: equalsText !== null, equalsText: equalsText ?? '' }
}

function draftOfAction(action: RuleAction): RuleActionDraft {
  const draft = newAction(action.kind)
  if (action.kind === 'reply') return { ...draft, message: draftOfMessage(action.message) }
  return action.kind === 'delay' ? { ...draft, delayMs: textOf(action.delayMs) } : draft
}

/** The draft of a message that is kept. Nothing is set aside for it, so that nothing has to be read. */
function draftOfMessage(message: MessageSource): MessageDraft {
  return draftOfSource(message, emptyDraft('text', 'none'), () => ({ ok: false, error: null }))
}

/** The same rule once more, with keys and an identifier of its own. */
export function copyOfRule(draft: RuleDraft): RuleDraft {
  const actions = draft.actions.map((action) => ({ ...action, key: newKey() }))
  return { ...draft, key: newKey(), ruleId: newRuleId(), actions }
}

/** The rule that a draft stands for. */
export function readRule(draft: RuleDraft): ItemReading<ReplyRule> {
  const { ruleId, name, isOn, timesPerClient, passesOn } = draft
  const candidate = {
    ruleId,
    name,
    isOn,
    match: matchOf(draft),
    actions: draft.actions.map(actionOf),
    timesPerClient: timesPerClient.trim() === '' ? null : wholeNumberOf(timesPerClient),
    passesOn,
  }
  return readItem(replyRule, candidate, (field) => errors[field] ?? errors.other ?? '')
}

function matchOf(draft: RuleDraft): unknown {
  const { where, ignoresCase } = draft
  const equalsText = draft.comparesValue ? draft.equalsText : null
  switch (draft.match) {
    case 'any':
      return { kind: 'any' }
    case 'text':
      return { kind: 'text', text: draft.text, where, ignoresCase }
    case 'hex':
      return { kind: 'hex', pattern: draft.pattern, where }
    case 'regular-expression':
      return { kind: 'regular-expression', expression: draft.expression, ignoresCase }
    case 'json':
      return { kind: 'json', path: draft.jsonPath, equalsText }
    default:
      return { kind: 'structure', structureId: draft.structureId, path: draft.fieldPath, equalsText }
  }
}

function actionOf(draft: RuleActionDraft): unknown {
  switch (draft.kind) {
    case 'reply':
      return { kind: 'reply', message: sourceOfDraft(draft.message) }
    case 'delay':
      return { kind: 'delay', delayMs: numberOf(draft.delayMs) }
    default:
      return { kind: draft.kind }
  }
}
