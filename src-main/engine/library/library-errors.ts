import { describeError, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import { readingErrorData, type DocumentReading } from '../documents/versioned-document.ts'

type Unreadable = Exclude<DocumentReading<unknown>, { kind: 'document' }>

/** The coded errors of one kind of library. */
export interface LibraryErrors {
  notFound(entryId: string): WirebenchError
  /** `name` is what the entry is called now. */
  conflict(name: string): WirebenchError
  unreadable(file: string, reading: Unreadable): ErrorShape
  importMalformed(reason: string): WirebenchError
}

/** `profile-not-found` and the like. */
export const profileErrors: LibraryErrors = {
  notFound: (profileId) => new WirebenchError('profile-not-found', { profileId }),
  conflict: (name) => new WirebenchError('profile-conflict', { name }),
  unreadable: (file, reading) =>
    describeError(reading.kind === 'newer' ? 'profile-newer' : 'profile-malformed', readingErrorData(file, reading)),
  importMalformed: (reason) => new WirebenchError('import-malformed', { what: 'profile', reason }),
}

/** `library-entry-not-found` and the like; `what` stands in their sentences: `saved message`. */
export function entryErrors(what: string): LibraryErrors {
  return {
    notFound: (entryId) => new WirebenchError('library-entry-not-found', { what, entryId }),
    conflict: (name) => new WirebenchError('library-conflict', { what, name }),
    unreadable: (file, reading) =>
      describeError(reading.kind === 'newer' ? 'library-entry-newer' : 'library-entry-malformed', {
        what,
        ...readingErrorData(file, reading),
      }),
    importMalformed: (reason) => new WirebenchError('import-malformed', { what, reason }),
  }
}
