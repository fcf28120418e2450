import type { ServerDefinition } from '../../contract/schemas/server.ts'

/** True when nothing is different but what may change while a server runs: its name, table, rules, faults, and what concerns its next start. */
export function changesOnlyWhatMayChange(present: ServerDefinition, wanted: ServerDefinition): boolean {
  return JSON.stringify(fixedPart(present)) === JSON.stringify(fixedPart(wanted))
}

function fixedPart(definition: ServerDefinition): Partial<ServerDefinition> {
  const { kind, host, port, tls, maxClients, chargen, command, jsonRpc, m2 } = definition
  return { kind, host, port, tls, maxClients, chargen, command, jsonRpc, m2 }
}
