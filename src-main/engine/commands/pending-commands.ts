import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { notYet } from '../not-yet.ts'

/** Commands of the contract that are being built. */
export function pendingCommands() {
  const pending = (name: string) => (): never => {
    throw notYet(name)
  }
  return {
    'diagnosis.run': pending('diagnosis.run'),
  } satisfies Partial<CommandHandlers>
}
