/** Where a sequence stands, to be kept or handed on. */
export interface M2SequenceState {
  /** The number that the next command gets: 1 to 2147483647. */
  readonly nextSequenceId: number
  /** The number of the last command sent, −1 before the first. */
  readonly lastSequenceId: number
}

/** The sequence numbers of commands: 1, 2, 3 … 2147483647, then 1 again (seed-systems 3.6). */
export class M2SequenceGenerator {
  #state: M2SequenceState
  constructor(state: M2SequenceState = { nextSequenceId: 1, lastSequenceId: -1 }) {
    this.#state = state
  }
  get state(): M2SequenceState {
    return this.#state
  }
  get nextSequenceId(): number {
    return this.#state.nextSequenceId
  }
  get lastSequenceId(): number {
    return this.#state.lastSequenceId
  }
  next(): number {
    throw new Error('not built yet')
  }
}
