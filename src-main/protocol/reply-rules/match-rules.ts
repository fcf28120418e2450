import { ByteSequences, sequenceBytes } from './byte-sequences.ts'
import type { CompiledMatch, CompiledRule } from './compiled-rules.ts'
import { holdsPattern, type WhereInMessage } from './hex-pattern.ts'
import { MatchBudget } from './match-budget.ts'
import { MessageFacts, type FoundValue } from './message-facts.ts'

/** Where a list of expressions, looked at in order, first matches a text; `tooSlow`: which one was at work when it was stopped. */
export type ExpressionListOutcome =
  | { readonly kind: 'match'; readonly index: number; readonly match: RegExpExecArray }
  | { readonly kind: 'too-slow'; readonly index: number }
  | { readonly kind: 'none' }

/** Looks at the expressions from `from` on. Stops by itself when it takes too long. */
export type ExpressionListRunner = (expressions: readonly RegExp[], from: number, text: string) => ExpressionListOutcome

/** What was captured by name; null when there is nothing of that name. */
export type CapturedTexts = (name: string) => string | null

export interface AppliedRule {
  readonly rule: CompiledRule
  readonly captured: CapturedTexts
}

/** Messages from this length on are searched for what texts they can hold, when there are many rules. */
const bigMessageBytes = 4096
const manyRules = 64
/** So often the expressions for one message may be stopped; those behind do not apply then. */
const mostStops = 4

/**
 * Finds the first rule that applies to a message. Rules:
 * - Conditions have no effects, so expressions may be run after all others, as a list: only those that stand before the first other
 *   rule that applies.
 * - An expression that was stopped is tried alone, since others may have used up the time; stopped again it is left out from then on,
 *   and told.
 * - The work for one message is bounded. A rule that is not looked at for that reason does not apply, and the first one is told.
 */
export class RuleMatcher {
  readonly #rules: readonly CompiledRule[]
  readonly #run: ExpressionListRunner
  readonly #tooSlow = new Set<CompiledRule>()
  #sequences: ByteSequences | null = null

  constructor(rules: readonly CompiledRule[], run: ExpressionListRunner) {
    this.#rules = rules
    this.#run = run
  }

  get ruleCount(): number {
    return this.#rules.length
  }

  /** `isSpent`: the rule applies no more. `onTooSlow` is told of rules that were not looked at to the end. */
  find(
    content: Uint8Array,
    isSpent: (rule: CompiledRule) => boolean,
    onTooSlow: (rule: CompiledRule) => void,
  ): AppliedRule | null {
    const facts = new MessageFacts(content)
    const budget = new MatchBudget()
    const sequences = this.#sequencesOf(facts)
    const expressions: CompiledRule[] = []
    let isTold = false
    for (const rule of this.#rules) {
      if (isSpent(rule)) continue
      if (rule.match.kind === 'regular-expression') {
        if (!this.#tooSlow.has(rule)) expressions.push(rule)
        continue
      }
      const found = look(rule.match, facts, sequences, budget)
      if (found === null && !isTold) {
        isTold = true
        onTooSlow(rule)
      }
      if (!found) continue
      const value = found === true ? null : found.text
      return this.#firstExpression(expressions, facts, onTooSlow) ?? { rule, captured: capturedBy(facts, value, null) }
    }
    return this.#firstExpression(expressions, facts, onTooSlow)
  }

  #sequencesOf(facts: MessageFacts): ByteSequences | null {
    if (facts.content.length < bigMessageBytes || this.#rules.length < manyRules) return null
    this.#sequences ??= new ByteSequences()
    this.#sequences.note(facts.latin1)
    return this.#sequences
  }

  #firstExpression(
    rules: readonly CompiledRule[],
    facts: MessageFacts,
    onTooSlow: (rule: CompiledRule) => void,
  ): AppliedRule | null {
    if (rules.length === 0) return null
    const expressions = rules.flatMap(({ match }) => (match.kind === 'regular-expression' ? [match.expression] : []))
    let from = 0
    for (let stops = 0; stops <= mostStops; stops++) {
      const outcome = this.#run(expressions, from, facts.text)
      if (outcome.kind === 'none') return null
      const rule = rules[outcome.index]
      if (rule === undefined) return null
      if (outcome.kind === 'match') return { rule, captured: capturedBy(facts, null, outcome.match) }
      const wasFirst = outcome.index === from
      from = outcome.index
      if (!wasFirst && stops < mostStops) continue
      if (wasFirst) this.#tooSlow.add(rule)
      onTooSlow(rule)
      from++
    }
    return null
  }
}

/** Null when the budget does not let it be found out. */
function look(
  match: CompiledMatch,
  facts: MessageFacts,
  sequences: ByteSequences | null,
  budget: MatchBudget,
): FoundValue | boolean | undefined | null {
  switch (match.kind) {
    case 'any':
      return true
    case 'text': {
      const { needle, where } = match
      if (where === 'anywhere' && sequences?.mayHold(needle) === false) return false
      return holdsText(facts.latin1, needle, where, budget)
    }
    case 'lowered-text':
      return holdsText(facts.lowered, match.needle, match.where, budget)
    case 'hex': {
      const { pattern, where } = match
      if (pattern.literal.length >= sequenceBytes && sequences?.mayHold(pattern.literal) === false) return false
      return holdsPattern(pattern, where, facts.content, () => facts.latin1, budget)
    }
    case 'json':
      return facts.jsonValue(match.path, match.pathText, match.equals, budget)
    case 'structure':
      return facts.fieldValue(match.structure, match.path, match.equals, budget)
    case 'regular-expression':
      return false
    default:
      return match satisfies never
  }
}

function holdsText(text: string, needle: string, where: WhereInMessage, budget: MatchBudget): boolean | null {
  switch (where) {
    case 'at-start':
      return text.startsWith(needle)
    case 'whole':
      return text === needle
    case 'anywhere':
      return budget.spend(text.length) ? text.includes(needle) : null
  }
}

/** Groups by number and name come before the names that every message has. */
function capturedBy(facts: MessageFacts, value: string | null, match: RegExpExecArray | null): CapturedTexts {
  return (name) => {
    const group = /^\d+$/.test(name) ? match?.[Number(name)] : groupOf(match, name)
    if (group !== undefined) return group
    if (name === 'value') return value
    return name === 'message' ? facts.text : null
  }
}

function groupOf(match: RegExpExecArray | null, name: string): string | undefined {
  const groups = match?.groups
  return groups !== undefined && Object.hasOwn(groups, name) ? groups[name] : undefined
}
