import { describeError, WirebenchError } from '../../contract/errors.ts'

/** Does what belongs to the call with this index; the index is in the errors it throws, as `call`. */
export function ofCall<Result>(index: number, act: () => Result): Result {
  try {
    return act()
  } catch (thrown) {
    if (!(thrown instanceof WirebenchError)) throw thrown
    throw WirebenchError.fromShape(describeError(thrown.code, { ...thrown.data, call: index }))
  }
}
