import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'

/** Answers `call.*`. */
export function callCommands() {
  const missing = (): never => {
    throw new WirebenchError('capability-missing', { capability: 'calling commands' })
  }
  return {
    'call.configure': missing,
    'call.state': missing,
    'call.start': missing,
    'call.preview': missing,
    'call.cancel': missing,
    'call.answer': missing,
    'call.ledger': missing,
    'call.get': missing,
    'call.clear': missing,
    'call.statistics': missing,
    'call.compare': missing,
    'call.catalogue': missing,
    'call.set-catalogue': missing,
    'call.keep-in-profile': missing,
    'call.parameters-as-json': missing,
  } satisfies Partial<CommandHandlers>
}
