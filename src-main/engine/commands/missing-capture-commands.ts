import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'

/** Answers what this engine cannot do yet. Whoever builds a command takes it out of here. */
function missing(capability: string): never {
  throw new WirebenchError('capability-missing', { capability })
}

/** Commands of the contract without an implementation. */
export function missingCaptureCommands() {
  return {
    'capture.locate': () => missing('capture.locate'),
  } satisfies Partial<CommandHandlers>
}
