import type { CompiledCommand } from './compiled-table.ts'

/** The commands of a server as they are now; they may change at any time. */
export interface TableView {
  /** Null when there is no such command. */
  find(name: string): CompiledCommand | null
  /** Counts a call and answers how many there were, this one included. */
  count(name: string): number
}
