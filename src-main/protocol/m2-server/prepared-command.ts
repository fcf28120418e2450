import type { CommandParameters } from './command-parameters.ts'
import type { Mirror } from './mirror.ts'

export interface CommandOutcome {
  readonly isSuccess: boolean
  /** Events to tell before the end of the command, as lines. */
  readonly events: readonly string[]
  /** The controller begins anew once the command has been answered: all clients are disconnected. */
  readonly restarts?: boolean
}

/** A command whose parameters are right. */
export interface PreparedCommand {
  /** At the beginning, right after the ack: events that tell of it. */
  begin?(mirror: Mirror): readonly string[]
  /** At the end: does it, or fails because the mirror is not in the state for it. */
  finish(mirror: Mirror): CommandOutcome
}

/** Reads the parameters. Throws a `ParameterFault`. */
export type CommandPreparation = (parameters: CommandParameters) => PreparedCommand

export const succeeded = (events: readonly string[] = []): CommandOutcome => ({ isSuccess: true, events })
export const failed = (events: readonly string[] = []): CommandOutcome => ({ isSuccess: false, events })
