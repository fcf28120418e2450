import type { ServerDefinition } from '../../contract/schemas/server.ts'
import { createLimitedExpressionList } from '../../engine/expressions/limited-expression-list.ts'
import { compileRules } from '../../protocol/reply-rules/compile-rules.ts'
import type { RuleProblem, RuleStructures } from '../../protocol/reply-rules/compiled-rules.ts'
import { RuleMatcher } from '../../protocol/reply-rules/match-rules.ts'
import type { RulesInUse } from '../../protocol/reply-rules/rule-machine.ts'
import { usualRuleFraming } from '../../protocol/reply-rules/usual-framing.ts'
import type { BehaviourTools } from '../behaviour-tools.ts'
import type { ServerBehaviour } from '../server-behaviour.ts'
import { ReplyComposer } from './reply-composer.ts'
import { RuledClient, type RuledServer } from './ruled-client.ts'

/** Rules that cannot be read are told with the first client; of many the first. */
const mostProblemsTold = 10

/**
 * The behaviour with reply rules before it. Always stands there, so that rules can come while clients are connected. Structures are
 * those of the library when the rules are taken up. A rule that cannot be read does not apply and is told as a problem of the first
 * client that comes.
 */
export function ruledBehaviour(
  behaviour: ServerBehaviour,
  definitionAtStart: ServerDefinition,
  tools: BehaviourTools,
): ServerBehaviour {
  const { clock, structures = () => null } = tools
  const clients = new Set<RuledClient>()
  const counts = new Map<string, number>()
  const server: RuledServer = {
    clock,
    composer: new ReplyComposer(clock, structures),
    onApplied(ruleId) {
      counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1)
      tools.onActivity()
    },
    onProblem: (connection, error) => tools.onProblem(connection, error),
  }
  let { rules, problems } = rulesOf(definitionAtStart, structures)
  return {
    activity: () => behaviour.activity?.() ?? null,
    ruleCounts: () => Object.fromEntries(counts),
    close: () => behaviour.close?.(),
    serve(served) {
      for (const { error } of problems.splice(0).slice(0, mostProblemsTold)) tools.onProblem(served.connection, error)
      const client = new RuledClient(served, rules, server)
      clients.add(client)
      client.beServedBy(behaviour)
      return {
        received: (bytes) => client.received(bytes),
        drained: () => client.drained(),
        peerEnded: () => client.peerEnded(),
        closed: () => {
          clients.delete(client)
          client.closed()
        },
      }
    },
    redefine(definition) {
      ;({ rules, problems } = rulesOf(definition, structures))
      for (const client of clients) client.redefine(rules)
      behaviour.redefine?.(definition)
    },
  }
}

/** The rules that can be used, null when there are none, and what is wrong with the others. */
function rulesOf(
  definition: ServerDefinition,
  structures: RuleStructures,
): { rules: RulesInUse | null; problems: RuleProblem[] } {
  const { framing, rules, problems } = compileRules(definition.rules, usualRuleFraming(definition), structures)
  const matcher = rules.length === 0 ? null : new RuleMatcher(rules, createLimitedExpressionList())
  return { rules: matcher === null ? null : { framing, matcher }, problems: [...problems] }
}
