import { configurationCommands } from './configuration-commands.ts'
import { controlCommands } from './control-commands.ts'
import { motionCommands } from './motion-commands.ts'
import type { CommandPreparation } from './prepared-command.ts'
import { powerCommands } from './power-commands.ts'

/** The 25 commands by name, without `cmd_`. A map, since names come from clients. */
const commands: ReadonlyMap<string, CommandPreparation> = new Map([
  ...Object.entries(powerCommands),
  ...Object.entries(controlCommands),
  ...Object.entries(motionCommands),
  ...Object.entries(configurationCommands),
])

export const mirrorCommandNames: readonly string[] = [...commands.keys()]

/** How a command is prepared; null for one that the server does not know. Preparing throws a `ParameterFault`. */
export function preparationOf(name: string): CommandPreparation | null {
  return commands.get(name) ?? null
}
