import { WirebenchError } from '../../contract/errors.ts'

/** Where a sequence stands, to be kept or handed on. */
export interface M2SequenceState {
  /** The number that the next command gets: 1 to 2147483647. */
  readonly nextSequenceId: number
  /** The number of the last command sent, −1 before the first. */
  readonly lastSequenceId: number
}

/** The number after which the sequence begins again at 1. */
const highestSequenceId = 2_147_483_647

/** True for the numbers of a sequence: whole, 1 to 2147483647. */
export function isM2SequenceId(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= highestSequenceId
}

/**
 * The sequence numbers of commands: 1, 2, 3 … 2147483647, then 1 again (seed-systems 3.6). A command is composed with
 * `nextSequenceId`, and `next` is called once it is sent, so that a refused one uses up no number. Two clients can share
 * one generator.
 */
export class M2SequenceGenerator {
  #state: M2SequenceState

  /** Goes on where `state` stands. Errors: throws `m2-sequence-malformed` when the next number is none of a sequence. */
  constructor(state: M2SequenceState = { nextSequenceId: 1, lastSequenceId: -1 }) {
    if (!isM2SequenceId(state.nextSequenceId)) {
      throw new WirebenchError('m2-sequence-malformed', { sequenceId: state.nextSequenceId })
    }
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

  /** Uses up the next number and gives it. */
  next(): number {
    const sequenceId = this.#state.nextSequenceId
    const nextSequenceId = sequenceId === highestSequenceId ? 1 : sequenceId + 1
    this.#state = { nextSequenceId, lastSequenceId: sequenceId }
    return sequenceId
  }
}
