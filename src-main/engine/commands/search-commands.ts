import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { SearchService } from '../searches/search-service.ts'

/** Answers `search.*`. */
export function searchCommands(searches: SearchService) {
  return {
    'search.start': (query) => searches.start(query),
    'search.hits': ({ searchId, first, count }) => searches.hits(searchId, first, count),
    'search.nearest': ({ searchId, towards, ...place }, { signal }) =>
      searches.nearest(searchId, place, towards, signal),
    'search.stop': ({ searchId }) => searches.stop(searchId),
    'search.close': async ({ searchId }) => {
      await searches.closeSearch(searchId)
      return {}
    },
  } satisfies Partial<CommandHandlers>
}
