import type { CommandName, CommandReply, CommandRequest } from './commands.ts'

/** The part of an `AbortSignal` that handlers use; told when the caller cancelled or went away. */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface CallContext {
  readonly signal: CancelSignal
}

/** Answers one command. Throws a `WirebenchError` to fail with a code; anything else becomes `internal`. */
export type CommandHandler<Name extends CommandName> = (
  request: CommandRequest<Name>,
  context: CallContext,
) => CommandReply<Name> | Promise<CommandReply<Name>>

/** One handler for every command of the contract. */
export type CommandHandlers = { readonly [Name in CommandName]: CommandHandler<Name> }
