import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { ComparisonService } from '../comparisons/comparison-service.ts'

/** Answers `comparison.*`. */
export function comparisonCommands(comparisons: ComparisonService) {
  return {
    'comparison.start': ({ direction, left, right }) => comparisons.start(direction, left, right),
    'comparison.pairs': ({ comparisonId, first, count, kinds }) => comparisons.pairs(comparisonId, first, count, kinds),
    'comparison.close': async ({ comparisonId }) => {
      await comparisons.closeOne(comparisonId)
      return {}
    },
  } satisfies Partial<CommandHandlers>
}
