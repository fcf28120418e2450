import { WirebenchError } from '../../contract/errors.ts'

/** The error of a definition without a layout, to be thrown; `field` is null when no single field is to blame. */
export function structureMalformed(structure: string, field: string | null, reason: string): WirebenchError {
  return new WirebenchError('structure-malformed', {
    structure,
    ...(field === null ? {} : { field: field === '' ? '(without a name)' : field }),
    reason,
  })
}
