import type { CommandTable } from '../../contract/schemas/command-table.ts'
import { tableProblems, type TableProblem } from '../../protocol/command-server/table-problems.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'

/**
 * Everything that a command table has wrong: its templates, parameters and scripts, in the order of the commands. No command is
 * run. The runner is closed afterwards. Errors it finds: `template-malformed`, `script-malformed`.
 */
export async function checkTable(table: CommandTable, scripts: ScriptRunner): Promise<readonly TableProblem[]> {
  try {
    const problems: TableProblem[] = []
    for (const command of table.commands) {
      problems.push(...tableProblems({ ...table, commands: [command] }))
      if (command.action.kind !== 'script') continue
      const error = await scripts.check(command.action.source)
      if (error !== null) problems.push({ place: `table.${command.name}.source`, error })
    }
    return problems
  } finally {
    await scripts.close()
  }
}
