import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { RunService } from '../runs/run-service.ts'

/** Answers `run.*`. */
export function runCommands(runs: RunService) {
  return {
    'run.start': ({ sessionId, title, plan }, { signal }) =>
      plan.kind === 'file'
        ? runs.startFile(sessionId, title, plan, () => !signal.aborted)
        : runs.start(sessionId, title, plan),
    'run.pause': ({ runId }) => runs.pause(runId),
    'run.resume': ({ runId }) => runs.resume(runId),
    'run.stop': ({ runId }) => runs.stop(runId),
    'run.list': () => runs.list(),
  } satisfies Partial<CommandHandlers>
}
