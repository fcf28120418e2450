import type * as v from 'valibot'
import type { ErrorCode, ErrorData } from '../../contract/errors.ts'
import type { DocumentFormat } from '../documents/versioned-document.ts'
import type { EntryLibraryContents } from '../ports.ts'
import type { LibraryErrors } from './library-errors.ts'

/** What a person decides about an entry of any library, as far as the library itself cares. */
export interface LibraryContent {
  readonly name: string
  /** Names joined by `/`, empty for the top. */
  readonly folder: string
}

/** What the library decides about an entry. */
export interface LibraryPlace {
  readonly id: string
  /** Sort key within the folder: reordering rewrites one file only. */
  readonly position: number
}

/** The content of one file of any library. */
export interface LibraryFile extends LibraryContent, LibraryPlace {
  readonly schemaVersion: number
}

/** An entry as it stands in its file. The revision changes whenever the file's bytes do. */
export type LibraryEntry<File extends LibraryFile> = File & { readonly revision: string }

/** How the files of a kind of things are read and written. */
export interface LibraryFileFormat<File extends LibraryFile> {
  readonly document: DocumentFormat<v.GenericSchema<unknown, File>>
  readonly errors: LibraryErrors
  /** Names of texts that stand in a file line by line (see `readable-texts.ts`). */
  readonly readableTexts: ReadonlySet<string>
  /** Larger files are not read, and none is made. */
  readonly maximumFileBytes: number
}

/** A name by which entries refer to each other, and that only one entry may have. */
export interface DistinctName<Content> {
  nameOf(content: Content): string
  /** The content with a name that is free, for a duplicate. */
  renamed(content: Content, taken: ReadonlySet<string>): Content
  readonly takenCode: ErrorCode
  takenData(content: Content, other: LibraryContent): ErrorData
}

/** Everything that tells one kind of library from another. */
export interface LibraryFormat<
  Content extends LibraryContent,
  File extends LibraryFile & Content,
> extends LibraryFileFormat<File> {
  /** First word of its commands; also of identifiers whose name has no letters. */
  readonly subject: 'profile' | 'collection' | 'structure'
  /** Many of them, for sentences: `profiles`. */
  readonly plural: string
  /** `format` of an export, and its file name. */
  readonly exportName: string
  /** Name of the list in an export. */
  readonly exportList: string
  /** One content of an export; of a whole file, what a person decided. */
  readonly imported: DocumentFormat<v.GenericSchema<unknown, Content>>
  frame(content: Content, place: LibraryPlace): File
  readonly distinct: DistinctName<Content> | null
}

/** All entries in display order, all folders, and the files that could not be read. */
export type LibraryContents<File extends LibraryFile> = EntryLibraryContents<LibraryEntry<File>>

/** A file that could not be read, or cannot be used as it is: named, with the reason, left untouched. */
export type LibraryProblem = LibraryContents<LibraryFile>['problems'][number]
