import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { MessageSource } from '../../contract/schemas/message.ts'
import type { ReplyRule, ReplyRules } from '../../contract/schemas/reply-rules.ts'
import { findPlaceholders, type PlaceholderMeaning } from '../message/placeholders.ts'
import { compileRules, problemOf } from './compile-rules.ts'
import type { CompiledMatch, RuleProblem, RuleStructures } from './compiled-rules.ts'

/** What a message may name as captured; null when that cannot be known. */
type CapturedNames = ReadonlySet<string>

/**
 * What is wrong with rules, those that are off included, without using them: conditions that cannot be looked for (see `compileRules`),
 * and in replies placeholders that are malformed or will never have a value (`placeholder-malformed`, `variable-unknown`,
 * `captured-unknown`), and structures that are not there. Places are `rules.RULE-ID.match.FIELD` and `rules.RULE-ID.actions.INDEX`,
 * from 0.
 */
export function checkRules(rules: ReplyRules, structures: RuleStructures): readonly RuleProblem[] {
  const on = { ...rules, rules: rules.rules.map((rule) => ({ ...rule, isOn: true })) }
  const compiled = compileRules(on, { kind: 'raw' }, structures)
  const matches = new Map(compiled.rules.map(({ rule, match }) => [rule.ruleId, match]))
  const problems = new Map(compiled.problems.map((problem) => [problem.ruleId, problem]))
  return rules.rules.flatMap((rule) => {
    const problem = problems.get(rule.ruleId)
    const match = matches.get(rule.ruleId)
    const names = match === undefined ? null : capturedNames(match)
    return [...(problem === undefined ? [] : [problem]), ...replyProblems(rule, names, structures)]
  })
}

function replyProblems(rule: ReplyRule, names: CapturedNames | null, structures: RuleStructures): RuleProblem[] {
  return rule.actions.flatMap((action, index) => {
    const error = action.kind === 'reply' ? messageProblem(action.message, names, structures) : null
    return error === null ? [] : [problemOf(rule, `actions.${index}`, error)]
  })
}

/** The first thing that is wrong with a reply. */
function messageProblem(
  { content }: MessageSource,
  names: CapturedNames | null,
  structures: RuleStructures,
): ErrorShape | null {
  if (content.mode === 'structure' && structures(content.structureId) === null) {
    return describeError('structure-not-found', { structureId: content.structureId })
  }
  for (const text of textsOf(content)) {
    for (const span of findPlaceholders(text)) {
      if (span.kind === 'malformed') return span.error
      const error = span.kind === 'placeholder' ? meaningProblem(span.meaning, names) : null
      if (error !== null) return error
    }
  }
  return null
}

function meaningProblem(meaning: PlaceholderMeaning, names: CapturedNames | null): ErrorShape | null {
  if (meaning.kind === 'variable') return describeError('variable-unknown', { name: meaning.name })
  if (meaning.kind !== 'captured' || names === null || names.has(meaning.name)) return null
  return describeError('captured-unknown', { name: meaning.name })
}

/** Every text of a content that may hold placeholders. */
function textsOf(content: MessageSource['content']): readonly string[] {
  switch (content.mode) {
    case 'text':
    case 'json':
    case 'msgpack':
      return [content.text]
    case 'hex':
      return [content.hex]
    case 'base64':
      return [content.base64]
    case 'file':
      return [content.path]
    case 'structure':
      return Object.values(content.values)
    case 'm2':
      return [content.name, content.componentName, content.detailsText]
    default:
      return content satisfies never
  }
}

function capturedNames(match: CompiledMatch): CapturedNames {
  if (match.kind === 'regular-expression') {
    // With an empty branch it matches the empty text, and tells its groups.
    const groups = new RegExp(`${match.expression.source}|`).exec('')
    const numbers = Array.from(groups ?? [], (_, index) => String(index))
    return new Set(['message', ...numbers, ...Object.keys(groups?.groups ?? {})])
  }
  return new Set(match.kind === 'json' || match.kind === 'structure' ? ['message', 'value'] : ['message'])
}
