import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ReplyRule, ReplyRules, RuleMatch } from '../../contract/schemas/reply-rules.ts'
import { formatJson } from '../json/format-json.ts'
import { formatJsonPath, parseJsonPath } from '../json/json-path.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { latin1Text } from '../sequence/byte-regular-expression.ts'
import { compileStructure, type CompileResult } from '../struct/compile-structure.ts'
import { encodeUtf8 } from '../text/utf8.ts'
import type {
  CompiledMatch,
  CompiledRule,
  CompiledRules,
  RuleFraming,
  RuleProblem,
  RuleStructures,
} from './compiled-rules.ts'
import { parseHexPattern } from './hex-pattern.ts'

/** A condition that is ready, or the field of it that is wrong. */
type Compiled = { readonly match: CompiledMatch } | { readonly field: string; readonly error: ErrorShape }

/**
 * Makes rules ready. One whose condition cannot be looked for is left out and told as a problem: `rule-pattern-malformed`,
 * `json-path-malformed`, `json-malformed`, `structure-not-found`, `structure-malformed`. `usualFraming` is that of the kind of server.
 */
export function compileRules(
  { framing, rules }: ReplyRules,
  usualFraming: RuleFraming,
  structures: RuleStructures,
): CompiledRules {
  const compiledRules: CompiledRule[] = []
  const known = rememberedStructures(structures)
  const problems: RuleProblem[] = []
  for (const rule of rules) {
    if (!rule.isOn) continue
    const compiled = compileMatch(rule.match, known)
    if ('match' in compiled) compiledRules.push({ rule, match: compiled.match })
    else problems.push(problemOf(rule, `match.${compiled.field}`, compiled.error))
  }
  return { framing: framing ?? usualFraming, rules: compiledRules, problems }
}

/** A problem at a field of a rule. */
export function problemOf({ ruleId }: ReplyRule, field: string, error: ErrorShape): RuleProblem {
  return { place: `rules.${ruleId}.${field}`, ruleId, error }
}

/** Makes one condition ready. */
function compileMatch(match: RuleMatch, structures: CompiledStructures): Compiled {
  switch (match.kind) {
    case 'any':
      return { match: { kind: 'any' } }
    case 'text':
      return textMatch(match)
    case 'hex': {
      const parsed = parseHexPattern(match.pattern)
      if (!parsed.ok) return { field: 'pattern', error: parsed.error }
      return { match: { kind: 'hex', pattern: parsed.pattern, where: match.where } }
    }
    case 'regular-expression':
      return expressionMatch(match)
    case 'json':
      return jsonMatch(match)
    case 'structure':
      return structureMatch(match, structures)
    default:
      return match satisfies never
  }
}

function textMatch({ text, where, ignoresCase }: Extract<RuleMatch, { kind: 'text' }>): Compiled {
  if (ignoresCase) return { match: { kind: 'lowered-text', needle: text.toLowerCase(), where } }
  const encoded = encodeUtf8(text)
  if (!encoded.ok) return { field: 'text', error: malformed(1, 'It holds half a character.') }
  return { match: { kind: 'text', needle: latin1Text(encoded.bytes), where } }
}

function expressionMatch({ expression, ignoresCase }: Extract<RuleMatch, { kind: 'regular-expression' }>): Compiled {
  try {
    return { match: { kind: 'regular-expression', expression: new RegExp(expression, ignoresCase ? 'i' : '') } }
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return { field: 'expression', error: malformed(1, `${reason}.`) }
  }
}

function jsonMatch({ path, equalsText }: Extract<RuleMatch, { kind: 'json' }>): Compiled {
  const parsed = parseJsonPath(path)
  if (!parsed.ok) return { field: 'path', error: parsed.error }
  const ready = { kind: 'json', path: parsed.path, pathText: formatJsonPath(parsed.path) } as const
  if (equalsText === null) return { match: { ...ready, equals: null } }
  const value = parseJsonDocument(equalsText)
  if (!value.ok) return { field: 'equalsText', error: value.error }
  return { match: { ...ready, equals: formatJson(value.root, 'compact') } }
}

function structureMatch(
  { structureId, path, equalsText }: Extract<RuleMatch, { kind: 'structure' }>,
  structures: CompiledStructures,
): Compiled {
  const compiled = structures(structureId)
  if (!compiled.ok) return { field: 'structureId', error: compiled.error }
  return { match: { kind: 'structure', structure: compiled.structure, path, equals: equalsText } }
}

type CompiledStructures = (structureId: string) => CompileResult

/** Rules that read messages by the same structure share it. */
function rememberedStructures(structures: RuleStructures): CompiledStructures {
  const known = new Map<string, CompileResult>()
  return (structureId) => {
    const before = known.get(structureId)
    if (before !== undefined) return before
    const found = structures(structureId)
    const compiled: CompileResult =
      found === null
        ? { ok: false, error: describeError('structure-not-found', { structureId }) }
        : compileStructure(found.definition, found.library)
    known.set(structureId, compiled)
    return compiled
  }
}

function malformed(position: number, reason: string): ErrorShape {
  return describeError('rule-pattern-malformed', { position, reason })
}
