import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { EnvironmentService } from '../ports.ts'

/** Answers `environment.*`. */
export function environmentCommands(environments: EnvironmentService) {
  return {
    'environment.list': () => environments.list(),
    'environment.write': ({ environments: wanted }) => environments.write(wanted),
    'environment.choose': ({ environmentId }) => environments.choose(environmentId),
    'environment.set-secret': ({ environmentId, name, value }) => environments.setSecret(environmentId, name, value),
  } satisfies Partial<CommandHandlers>
}
