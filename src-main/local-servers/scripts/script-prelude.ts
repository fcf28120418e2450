/**
 * JavaScript that stands in the sandbox before any script. Its value is the function `invoke(script, parametersText, count)`,
 * which answers `-` for nothing, `=` and the value, or `!` and the message and details of an error, in the notation of
 * `script-values.ts`. What it needs of the language it takes before scripts can change it; a script that gets around it
 * reaches nothing but its own sandbox.
 */
export const scriptPrelude = `(function () {
  'use strict'
  // No clock: the same calls give the same replies.
  delete globalThis.Date
  const { parse, stringify } = JSON
  const { isFinite } = Number
  const [big, number, text] = [BigInt, Number, String]
  const state = {}
  class Failure {
    constructor(message, extra) {
      this.message = message
      this.extra = extra
    }
  }
  const read = (key, value) => {
    if (typeof value !== 'string') return value
    const rest = value.slice(1)
    return value[0] === 's' ? rest : value[0] === 'n' ? big(rest) : number(rest)
  }
  const write = (key, value) => {
    switch (typeof value) {
      case 'string':
        return 's' + value
      case 'bigint':
        return 'n' + value
      case 'number':
        return isFinite(value) ? value : 'f' + value
      default:
        return value
    }
  }
  const fail = (message, extra) => {
    throw new Failure(message, extra)
  }
  const failure = (message, extra) => '!' + stringify([text(message), extra === undefined ? null : extra], write)
  return (script, parametersText, count) => {
    try {
      const value = script(parse(parametersText, read), count, state, fail)
      if (value !== null && typeof value === 'object' && typeof value.then === 'function') {
        return failure('A script must return its reply, not a promise of it.')
      }
      const written = stringify(value, write)
      return written === undefined ? '-' : '=' + written
    } catch (error) {
      if (error instanceof Failure) return failure(error.message, error.extra)
      // Null is what is thrown when there is no memory for an error. Nobody throws it on purpose.
      if (error === null || (error instanceof InternalError && error.message === 'out of memory')) throw error
      if (typeof error === 'object' && 'message' in error) return failure(error.message)
      return failure(error)
    }
  }
})()`
