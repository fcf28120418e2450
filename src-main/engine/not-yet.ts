import { WirebenchError } from '../contract/errors.ts'

/** Stands where a command of the contract is being built. */
export function notYet(what: string): WirebenchError {
  return new WirebenchError('capability-missing', { capability: what })
}
