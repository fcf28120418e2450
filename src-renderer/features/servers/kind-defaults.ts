import type { ServerKind } from '../../../src-main/contract/schemas/server-kinds.ts'

/** The port that clients of a kind dial unless told otherwise; 0 for any free one. */
export const usualPorts: Readonly<Record<ServerKind, number>> = {
  echo: 0,
  discard: 0,
  chargen: 0,
  command: 7272,
  m2: 50_000,
  jsonrpc: 0,
}

/** Whether a server of this kind answers by its table of commands. */
export function servesTable(kind: ServerKind): boolean {
  return kind === 'command' || kind === 'jsonrpc'
}
