import type { ServerDefinition } from '../contract/schemas/server.ts'
import { FaultTally } from '../protocol/server-faults/fault-table.ts'
import type { ServedPorts } from './behaviour-of.ts'
import type { BehaviourTools } from './behaviour-tools.ts'
import { faultyBehaviour } from './faults/faulty-behaviour.ts'

/** What a kind does, within faults at every port. */
export function layeredPorts(
  { main, telemetry }: ServedPorts,
  { faults }: ServerDefinition,
  { clock }: BehaviourTools,
): ServedPorts {
  const tally = new FaultTally()
  return {
    main: faultyBehaviour(main, faults, clock, tally),
    telemetry: telemetry === null ? null : faultyBehaviour(telemetry, faults, clock, tally),
  }
}
