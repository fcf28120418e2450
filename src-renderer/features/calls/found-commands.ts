import type { CatalogueCommand } from '../../../src-main/contract/schemas/call-settings.ts'

/** Most commands offered at once. */
const mostFound = 200

/** Commands that hold what was typed: those that begin with it first, else in the order of the catalogue. */
export function foundCommands(commands: readonly CatalogueCommand[], typed: string): readonly CatalogueCommand[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return commands.slice(0, mostFound)
  const holding = commands.filter(({ name }) => name.toLowerCase().includes(wanted))
  const begins = ({ name }: CatalogueCommand): boolean => name.toLowerCase().startsWith(wanted)
  return [...holding.filter(begins), ...holding.filter((command) => !begins(command))].slice(0, mostFound)
}
