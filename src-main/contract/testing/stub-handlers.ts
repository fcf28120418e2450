import type { CommandHandlers } from '../command-handlers.ts'
import { commands } from '../commands.ts'
import { WirebenchError } from '../errors.ts'

/** For tests: handlers that refuse every command with `capability-missing`, except those given. */
export function stubHandlers(overrides: Partial<CommandHandlers> = {}): CommandHandlers {
  const refuse = (command: string) => () => {
    throw new WirebenchError('capability-missing', { capability: command })
  }
  const refusals = Object.keys(commands).map((command) => [command, refuse(command)] as const)
  return { ...(Object.fromEntries(refusals) as unknown as CommandHandlers), ...overrides }
}
