import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { HistoryService } from '../ports.ts'

/** Answers `history.*`. */
export function historyCommands(history: HistoryService) {
  return {
    'history.list': () => history.list(),
    'history.add': async (entry) => {
      await history.add(entry)
      return {}
    },
    'history.clear': async () => {
      await history.clear()
      return {}
    },
  } satisfies Partial<CommandHandlers>
}
