import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { WireLogService } from '../wire-log/wire-log-service.ts'

/** Answers `session.set-wire-log` and `session.wire-log`. */
export function wireLogCommands(wireLogs: WireLogService) {
  return {
    'session.set-wire-log': ({ sessionId, settings }) => wireLogs.set(sessionId, settings),
    'session.wire-log': ({ sessionId, maximumBytes }) => wireLogs.tails(sessionId, maximumBytes),
  } satisfies Partial<CommandHandlers>
}
