import * as v from 'valibot'
import { errorShape, identifier } from './common.ts'
import { messageSource } from './message.ts'
import { folderPath, profileName } from './profile.ts'
import { sequenceSteps } from './sequence.ts'

export const collectionSchemaVersion = 1

/** Words to find a saved message by. */
export const tags = v.pipe(v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40))), v.maxLength(20))

/** A saved message, or an ordered sequence of messages and waits. */
export const collectionItem = v.variant('kind', [
  v.object({ kind: v.literal('message'), message: messageSource }),
  v.object({ kind: v.literal('sequence'), steps: sequenceSteps }),
])
export type CollectionItem = v.InferOutput<typeof collectionItem>

/** What a person decides about an entry of the collection. */
export const collectionContent = v.object({
  name: profileName,
  folder: v.optional(folderPath, ''),
  notes: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ''),
  tags: v.optional(tags, []),
  item: collectionItem,
})
export type CollectionContent = v.InferOutput<typeof collectionContent>
export type CollectionContentInput = v.InferInput<typeof collectionContent>

/** The content of one file of the collection. */
export const collectionFile = v.object({
  schemaVersion: v.literal(collectionSchemaVersion),
  id: identifier,
  /** Sort key within the folder: reordering rewrites one file only. */
  position: v.pipe(v.number(), v.finite()),
  ...collectionContent.entries,
})
export type CollectionFile = v.InferOutput<typeof collectionFile>

/** An entry as the engine hands it out. */
export const collectionEntry = v.object({
  ...collectionFile.entries,
  /** Changes whenever the file's content changes; an update must name the revision it was made from. */
  revision: v.string(),
})
export type CollectionEntry = v.InferOutput<typeof collectionEntry>

/** All entries in display order, empty folders included, and the files that could not be read. */
export const collectionLibrary = v.object({
  entries: v.array(collectionEntry),
  folders: v.array(v.string()),
  problems: v.array(v.object({ file: v.string(), error: errorShape })),
})
export type CollectionLibrary = v.InferOutput<typeof collectionLibrary>
