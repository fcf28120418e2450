import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { StructureService } from '../ports.ts'

/** Answers `structure.*`. */
export function structureCommands(structures: StructureService) {
  return {
    'structure.library': () => structures.library(),
    'structure.create': ({ content }) => structures.create(content),
    'structure.update': ({ entryId, revision, content }) => structures.update(entryId, revision, content),
    'structure.duplicate': ({ entryId }) => structures.duplicate(entryId),
    'structure.remove': async ({ entryId }) => {
      await structures.remove(entryId)
      return {}
    },
    'structure.restore': ({ entryId }) => structures.restore(entryId),
    'structure.move': ({ entryId, folder, beforeEntryId }) => structures.move(entryId, folder, beforeEntryId),
    'structure.create-folder': ({ folder }) => structures.createFolder(folder),
    'structure.rename-folder': ({ from, to }) => structures.renameFolder(from, to),
    'structure.remove-folder': ({ folder }) => structures.removeFolder(folder),
    'structure.export': ({ entryIds }) => structures.export(entryIds),
    'structure.import': ({ text }) => structures.import(text),
  } satisfies Partial<CommandHandlers>
}
