import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { CollectionService } from '../ports.ts'

/** Answers `collection.*`. */
export function collectionCommands(collection: CollectionService) {
  return {
    'collection.library': () => collection.library(),
    'collection.create': ({ content }) => collection.create(content),
    'collection.update': ({ entryId, revision, content }) => collection.update(entryId, revision, content),
    'collection.duplicate': ({ entryId }) => collection.duplicate(entryId),
    'collection.remove': async ({ entryId }) => {
      await collection.remove(entryId)
      return {}
    },
    'collection.restore': ({ entryId }) => collection.restore(entryId),
    'collection.move': ({ entryId, folder, beforeEntryId }) => collection.move(entryId, folder, beforeEntryId),
    'collection.create-folder': ({ folder }) => collection.createFolder(folder),
    'collection.rename-folder': ({ from, to }) => collection.renameFolder(from, to),
    'collection.remove-folder': ({ folder }) => collection.removeFolder(folder),
    'collection.export': ({ entryIds }) => collection.export(entryIds),
    'collection.import': ({ text }) => collection.import(text),
  } satisfies Partial<CommandHandlers>
}
