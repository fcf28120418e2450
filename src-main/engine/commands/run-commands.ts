import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { RunService } from '../runs/run-service.ts'

/** Answers `run.*`. */
export function runCommands(runs: RunService) {
  return {
    'run.start': ({ sessionId, title, plan }) => runs.start(sessionId, title, plan),
    'run.stop': ({ runId }) => runs.stop(runId),
    'run.list': () => runs.list(),
  } satisfies Partial<CommandHandlers>
}
