import type { CommandTable, ScriptLimits } from '../../contract/schemas/command-table.ts'
import { compileTable, type CompiledCommand, type CompiledTable } from '../../protocol/command-server/compiled-table.ts'
import type { TableView } from '../../protocol/command-server/table-view.ts'

/** The command table of a running server: may be replaced at any time, goes on counting calls. */
export class LiveTable implements TableView {
  readonly #counts = new Map<string, number>()
  #commands: CompiledTable
  #scriptLimits: ScriptLimits

  constructor(table: CommandTable) {
    this.#commands = compileTable(table)
    this.#scriptLimits = table.scriptLimits
  }

  get scriptLimits(): ScriptLimits {
    return this.#scriptLimits
  }

  redefine(table: CommandTable): void {
    this.#commands = compileTable(table)
    this.#scriptLimits = table.scriptLimits
    for (const name of this.#counts.keys()) if (!this.#commands.has(name)) this.#counts.delete(name)
  }

  find(name: string): CompiledCommand | null {
    return this.#commands.get(name) ?? null
  }

  count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count
  }
}
