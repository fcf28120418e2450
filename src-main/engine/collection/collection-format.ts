import {
  collectionContent,
  collectionFile,
  collectionSchemaVersion,
  type CollectionContent,
  type CollectionFile,
} from '../../contract/schemas/collection.ts'
import type { Migration } from '../documents/versioned-document.ts'
import { entryErrors } from '../library/library-errors.ts'
import type { LibraryFormat } from '../library/library-format.ts'

const migrations: Readonly<Record<number, Migration>> = {}

/** The saved messages and sequences. */
export const collectionFormat: LibraryFormat<CollectionContent, CollectionFile> = {
  subject: 'collection',
  plural: 'saved messages',
  exportName: 'wirebench-collection',
  exportList: 'entries',
  document: { schema: collectionFile, version: collectionSchemaVersion, migrations },
  imported: { schema: collectionContent, version: collectionSchemaVersion, migrations },
  errors: entryErrors('saved message'),
  readableTexts: new Set(['notes', 'text', 'hex', 'base64', 'schemaText', 'detailsText', 'values']),
  maximumFileBytes: 16 * 1024 * 1024,
  frame: (content, { id, position }) => ({ schemaVersion: collectionSchemaVersion, id, position, ...content }),
  distinct: null,
}
