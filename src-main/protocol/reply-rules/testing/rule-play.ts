import * as v from 'valibot'
import { framingSettings, type FramingSettingsInput } from '../../../contract/schemas/framing.ts'
import type { MessageSourceInput } from '../../../contract/schemas/message.ts'
import { replyRules, type ReplyRules } from '../../../contract/schemas/reply-rules.ts'
import { composeMessage } from '../../message/compose-message.ts'
import { contextOf } from '../../message/testing/compose-context.ts'
import { latin1Bytes, latin1Text } from '../../sequence/byte-regular-expression.ts'
import { compileRules } from '../compile-rules.ts'
import type { CompiledRules, RuleStructures } from '../compiled-rules.ts'
import { RuleMatcher, type ExpressionListRunner } from '../match-rules.ts'
import { RuleMachine, type RulesInUse } from '../rule-machine.ts'

type RuleInput = v.InferInput<typeof replyRules>['rules'][number]

/** A rule with what a test gives of it; its identifier is `r` and its number unless it has one. */
export type GivenRule = Partial<RuleInput> & { readonly match: RuleInput['match'] }

export const reply = (text: string): { kind: 'reply'; message: MessageSourceInput } => ({
  kind: 'reply',
  message: { content: { mode: 'text', text } },
})

export function rulesOf(given: readonly GivenRule[], framing: FramingSettingsInput | null = null): ReplyRules {
  const rules = given.map((rule, index) => ({ ruleId: `r${index + 1}`, actions: [], ...rule }))
  return v.parse(replyRules, { framing, rules })
}

const usual = v.parse(framingSettings, { kind: 'lf' })

export function compiled(given: readonly GivenRule[], structures: RuleStructures = () => null): CompiledRules {
  return compileRules(rulesOf(given), usual, structures)
}

/** Runs expressions as they are: for those that are not slow. */
export const runAll: ExpressionListRunner = (expressions, from, text) => {
  for (const [index, expression] of expressions.entries()) {
    const match = index < from ? null : expression.exec(text)
    if (match !== null) return { kind: 'match', index, match }
  }
  return { kind: 'none' }
}

/** Rules between a client and a server that notes what it gets, in a time that only moves when told. */
export class RulePlay {
  readonly machine: RuleMachine
  /** What happened, in order: `pass`, `applied`, `reply`, `end`, `reset`, `problem`, one character a byte. */
  readonly story: string[] = []
  nowMs = 0

  constructor(given: readonly GivenRule[], framing: FramingSettingsInput | null = null) {
    this.machine = new RuleMachine(1, rulesInUse(given, framing))
  }

  /** The client sends, each text a chunk. */
  receive(...chunks: readonly (string | Uint8Array)[]): this {
    for (const chunk of chunks) {
      this.machine.accept(typeof chunk === 'string' ? latin1Bytes(chunk) : chunk, this.nowMs)
      this.#pump()
    }
    return this
  }

  end(): this {
    this.machine.end()
    this.#pump()
    return this
  }

  redefine(given: readonly GivenRule[], framing: FramingSettingsInput | null = null): this {
    this.machine.redefine(given.length === 0 ? null : rulesInUse(given, framing), this.nowMs)
    this.#pump()
    return this
  }

  pass(durationMs: number): this {
    const untilMs = this.nowMs + durationMs
    for (;;) {
      const waitsUntilMs = this.#pump()
      if (waitsUntilMs === null || waitsUntilMs > untilMs) break
      this.nowMs = Math.max(this.nowMs, waitsUntilMs)
    }
    this.nowMs = untilMs
    return this
  }

  /** Everything of one kind, joined. */
  all(kind: string): string {
    const start = `${kind} `
    return this.story.flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : [])).join('')
  }

  #pump(): number | null {
    for (;;) {
      const step = this.machine.next(this.nowMs)
      switch (step.kind) {
        case 'wait':
          return step.untilMs
        case 'pass':
          this.story.push(`pass ${latin1Text(step.bytes)}`)
          break
        case 'applied':
          this.story.push(`applied ${step.ruleId}`)
          break
        case 'problem':
          this.story.push(`problem ${step.error.code}`)
          break
        case 'reply': {
          const framing = step.framing.kind === 'content-length' ? { kind: 'raw' as const } : step.framing
          const composed = composeMessage(step.message, { ...contextOf({ framing }), captured: step.captured })
          this.story.push(composed.ok ? `reply ${latin1Text(composed.bytes)}` : `failed ${composed.error.code}`)
          break
        }
        default:
          this.story.push(step.kind)
      }
    }
  }
}

function rulesInUse(given: readonly GivenRule[], framing: FramingSettingsInput | null): RulesInUse {
  const { rules, framing: used } = compileRules(rulesOf(given, framing), usual, () => null)
  return { framing: used, matcher: new RuleMatcher(rules, runAll) }
}
