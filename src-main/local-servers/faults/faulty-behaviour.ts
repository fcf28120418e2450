import type { ServerFaults } from '../../contract/schemas/server-faults.ts'
import type { Clock } from '../../engine/ports.ts'
import type { FaultTally } from '../../protocol/server-faults/fault-table.ts'
import { faultTable } from '../../protocol/server-faults/fault-table.ts'
import type { ClientService, ServerBehaviour } from '../server-behaviour.ts'
import { FaultyClient } from './faulty-client.ts'

const servesNothing: ClientService = { received: () => undefined, peerEnded: () => undefined, closed: () => undefined }

/**
 * The behaviour with faults in what it sends. Always stands there, so that faults can come while clients are connected; without
 * any it costs one call. `tally` counts what was done, for both ports of a server together.
 */
export function faultyBehaviour(
  behaviour: ServerBehaviour,
  faultsAtStart: ServerFaults,
  clock: Clock,
  tally: FaultTally,
): ServerBehaviour {
  const clients = new Set<FaultyClient>()
  let faults = faultsAtStart
  let clientCount = 0
  return {
    activity: () => behaviour.activity?.() ?? null,
    ruleCounts: () => behaviour.ruleCounts?.() ?? {},
    faultCounts: () => tally.counts(),
    close: () => behaviour.close?.(),
    serve(served) {
      clientCount++
      const { refuse } = faultTable(faults)
      if (refuse !== undefined && clientCount % refuse.every === 0) {
        tally.add('refuse')
        served.close('rst')
        return servesNothing
      }
      const client = new FaultyClient(served, faults, clock, tally)
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
      faults = definition.faults
      for (const client of clients) client.redefine(faults)
      behaviour.redefine?.(definition)
    },
  }
}
