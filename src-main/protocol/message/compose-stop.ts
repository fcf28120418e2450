import { describeError, type ErrorCode, type ErrorData, type ErrorShape } from '../../contract/errors.ts'
import type { ComposeFault, ComposePlace } from './composition.ts'

/** Ends composing from within. Never leaves this folder: `composeMessage` makes a fault of it. */
export class ComposeStop extends Error {
  readonly fault: ComposeFault

  constructor(error: ErrorShape, place: ComposePlace) {
    super(error.message)
    this.name = 'ComposeStop'
    this.fault = { ok: false, error: { ...error, data: { ...error.data, ...place } }, place }
  }

  static of(code: ErrorCode, data: ErrorData, place: ComposePlace): ComposeStop {
    return new ComposeStop(describeError(code, data), place)
  }
}
