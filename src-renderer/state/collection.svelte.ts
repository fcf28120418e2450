import type { Link } from '../../src-main/contract/connect.ts'
import type { CollectionContentInput, CollectionEntry } from '../../src-main/contract/schemas/collection.ts'
import { LibraryStore } from './library-store.svelte.ts'
import type { SettingsState } from './settings.svelte.ts'

/** Saved messages and sequences. */
export class CollectionStore extends LibraryStore<CollectionContentInput, CollectionEntry> {
  constructor(link: Link, settings: SettingsState) {
    super({
      library: () => link.call('collection.library', {}),
      create: (content) => link.call('collection.create', { content }),
      update: (entryId, revision, content) => link.call('collection.update', { entryId, revision, content }),
      duplicate: (entryId) => link.call('collection.duplicate', { entryId }),
      remove: (entryId) => link.call('collection.remove', { entryId }),
      restore: (entryId) => link.call('collection.restore', { entryId }),
      move: (entryId, folder, beforeEntryId) => link.call('collection.move', { entryId, folder, beforeEntryId }),
      createFolder: (folder) => link.call('collection.create-folder', { folder }),
      renameFolder: (from, to) => link.call('collection.rename-folder', { from, to }),
      removeFolder: (folder) => link.call('collection.remove-folder', { folder }),
      export: (entryIds) => link.call('collection.export', { entryIds }),
      import: (text) => link.call('collection.import', { text }),
      subscribe: (listener) => link.subscribe('collection.library-changed', null, listener),
      foldedFolders: () => settings.current.foldedMessageFolders,
      keepFoldedFolders: (foldedMessageFolders) => settings.change({ foldedMessageFolders }),
    })
  }
}
