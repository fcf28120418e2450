import { describeError } from '../contract/errors.ts'
import type { ServerDefinition } from '../contract/schemas/server.ts'
import type { DefinitionProblem } from '../engine/ports.ts'
import { checkRules } from '../protocol/reply-rules/check-rules.ts'
import type { ServerSources } from './behaviour-tools.ts'
import { checkTable } from './command-server/check-table.ts'
import { ScriptThread } from './scripts/script-thread.ts'

/** What a definition has wrong, in the order in which it is shown; nothing is started or listened to. */
export async function checkDefinition(
  definition: ServerDefinition,
  { clock, structures = () => null }: ServerSources,
): Promise<readonly DefinitionProblem[]> {
  const table = hasTable(definition) ? await checkTable(definition.table, new ScriptThread(clock)) : []
  const rules = checkRules(definition.rules, structures)
  return [...portProblems(definition), ...table, ...rules.map(({ place, error }) => ({ place, error }))]
}

const hasTable = ({ kind }: ServerDefinition): boolean => kind === 'command' || kind === 'jsonrpc'

/** Both ports of an M2 server must differ (seed-systems 6.3, row 14). */
function portProblems({ kind, port, m2 }: ServerDefinition): DefinitionProblem[] {
  if (kind !== 'm2' || port === 0 || port !== m2.telemetryPort) return []
  return [{ place: 'm2.telemetryPort', error: describeError('server-ports-same', { port }) }]
}
