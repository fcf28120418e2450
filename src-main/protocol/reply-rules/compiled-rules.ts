import type { ErrorShape } from '../../contract/errors.ts'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import type { ReplyRule } from '../../contract/schemas/reply-rules.ts'
import type { JsonPath } from '../json/json-node.ts'
import type { KnownStructure } from '../message/composition.ts'
import type { CompiledStructure } from '../struct/compiled-structure.ts'
import type { HexPattern, WhereInMessage } from './hex-pattern.ts'

/** Finds a structure of the library; null when there is none of that identifier. */
export type RuleStructures = (structureId: string) => KnownStructure | null

/** How clients' bytes are cut into messages; the header `Content-Length` of JSON-RPC besides everything that sessions have. */
export type RuleFraming = FramingSettings | { readonly kind: 'content-length'; readonly maximumFrameBytes: number }

/** The condition of a rule, ready to be looked for. Texts have one character a byte unless they are `lowered`. */
export type CompiledMatch =
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly needle: string; readonly where: WhereInMessage }
  | { readonly kind: 'lowered-text'; readonly needle: string; readonly where: WhereInMessage }
  | { readonly kind: 'hex'; readonly pattern: HexPattern; readonly where: WhereInMessage }
  | { readonly kind: 'regular-expression'; readonly expression: RegExp }
  /** `pathText` is the same for the same path; `equals` is compact JSON. */
  | { readonly kind: 'json'; readonly path: JsonPath; readonly pathText: string; readonly equals: string | null }
  | {
      readonly kind: 'structure'
      readonly structure: CompiledStructure
      readonly path: string
      readonly equals: string | null
    }

export interface CompiledRule {
  readonly rule: ReplyRule
  readonly match: CompiledMatch
}

/** What is wrong with a rule. `place` is `rules.` and its identifier, then a dot and the field. */
export interface RuleProblem {
  readonly place: string
  readonly ruleId: string
  readonly error: ErrorShape
}

/** Rules that are on and have a condition that can be looked for, in order. */
export interface CompiledRules {
  readonly framing: RuleFraming
  readonly rules: readonly CompiledRule[]
  readonly problems: readonly RuleProblem[]
}
