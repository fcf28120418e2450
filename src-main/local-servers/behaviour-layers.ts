import type { ServerDefinition } from '../contract/schemas/server.ts'
import { FaultTally } from '../protocol/server-faults/fault-table.ts'
import type { ServedPorts } from './behaviour-of.ts'
import type { BehaviourTools } from './behaviour-tools.ts'
import { faultyBehaviour } from './faults/faulty-behaviour.ts'
import { ruledBehaviour } from './rules/ruled-behaviour.ts'

/** What a kind does, with rules before its main port and faults around every port. */
export function layeredPorts(
  { main, telemetry }: ServedPorts,
  definition: ServerDefinition,
  tools: BehaviourTools,
): ServedPorts {
  const { faults } = definition
  const tally = new FaultTally()
  return {
    main: faultyBehaviour(ruledBehaviour(main, definition, tools), faults, tools.clock, tally),
    telemetry: telemetry === null ? null : faultyBehaviour(telemetry, faults, tools.clock, tally),
  }
}
