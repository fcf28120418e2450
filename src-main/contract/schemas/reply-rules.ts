import * as v from 'valibot'
import { identifier, wholeNumber } from './common.ts'
import { framingSettings } from './framing.ts'
import { messageSource } from './message.ts'

const patternText = v.pipe(v.string(), v.minLength(1), v.maxLength(64 * 1024))
const whereInMessage = v.optional(v.picklist(['anywhere', 'at-start', 'whole']), 'anywhere')

/** When a rule applies to a message of a client. Texts are looked for as UTF-8. */
export const ruleMatch = v.variant('kind', [
  v.object({ kind: v.literal('any') }),
  v.object({
    kind: v.literal('text'),
    text: patternText,
    where: whereInMessage,
    ignoresCase: v.optional(v.boolean(), false),
  }),
  /** Hex digits; `?` stands for any digit, `??` for any byte. */
  v.object({ kind: v.literal('hex'), pattern: patternText, where: whereInMessage }),
  /** Over the text of the message (each byte a character when it is not UTF-8). Groups are captured by number and name. */
  v.object({
    kind: v.literal('regular-expression'),
    expression: patternText,
    ignoresCase: v.optional(v.boolean(), false),
  }),
  /** The message is JSON and has something at the path; with `equalsText` exactly that JSON value. */
  v.object({
    kind: v.literal('json'),
    path: patternText,
    equalsText: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64 * 1024))), null),
  }),
  /** The message read by a structure of the library has this text in a field. */
  v.object({
    kind: v.literal('structure'),
    structureId: identifier,
    path: v.pipe(v.string(), v.minLength(1), v.maxLength(400)),
    equalsText: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64 * 1024))), null),
  }),
])
export type RuleMatch = v.InferOutput<typeof ruleMatch>

/**
 * What a rule does, in order. Replies are composed as messages are: `{{$captured 1}}` a group of the expression (0 the whole, names as
 * well), `{{$captured value}}` what a JSON path or field found, `{{$captured message}}` the message as text, `{{$counter name}}` a
 * counter of the server.
 */
export const ruleAction = v.variant('kind', [
  v.object({ kind: v.literal('reply'), message: messageSource }),
  v.object({ kind: v.literal('delay'), delayMs: v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000)) }),
  /** FIN after everything that was sent. */
  v.object({ kind: v.literal('end') }),
  v.object({ kind: v.literal('reset') }),
])
export type RuleAction = v.InferOutput<typeof ruleAction>

export const replyRule = v.object({
  ruleId: identifier,
  name: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
  isOn: v.optional(v.boolean(), true),
  match: ruleMatch,
  actions: v.pipe(v.array(ruleAction), v.maxLength(100)),
  /** Applies only so many times, on each connection anew; null for always. */
  timesPerClient: v.optional(v.nullable(v.pipe(wholeNumber, v.minValue(1))), null),
  /** The server does what it would have done without the rule, too. */
  passesOn: v.optional(v.boolean(), false),
})
export type ReplyRule = v.InferOutput<typeof replyRule>

/** Rules are tried in order; the first that applies is the one. Without a rule the server does what its kind does. */
export const replyRules = v.object({
  /** How the bytes of clients are cut into messages for the rules, and what goes around replies; null as the kind has it. */
  framing: v.optional(v.nullable(framingSettings), null),
  rules: v.pipe(
    v.array(replyRule),
    v.maxLength(10_000),
    v.check((rules) => new Set(rules.map(({ ruleId }) => ruleId)).size === rules.length, 'A rule is there twice'),
  ),
})
export type ReplyRules = v.InferOutput<typeof replyRules>
