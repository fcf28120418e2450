import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { JsonChecker } from '../json/json-checker.ts'

/** Answers `json.*`. */
export function jsonCommands(checker: JsonChecker) {
  return {
    'json.check': (request) => checker.check(request),
  } satisfies Partial<CommandHandlers>
}
