import { completeConnectionSettings } from '../../../contract/schemas/connection.ts'
import { rawInterpretation } from '../../../contract/schemas/interpretation.ts'
import type { ProfileContent, ProfileFile } from '../../../contract/schemas/profile.ts'
import type { LibraryService } from '../../library/library-service.ts'

export type ProfileLibraryService = LibraryService<ProfileContent, ProfileFile>

/** A plain profile with a name and a folder. */
export function contentNamed(name: string, folder = ''): ProfileContent {
  return {
    name,
    folder,
    notes: '',
    connection: completeConnectionSettings({ host: '127.0.0.1', port: 7 }),
    composer: { mode: 'text', lineEnding: 'lf' },
    interpretation: rawInterpretation,
    calls: null,
  }
}

/** The file of a plain profile. */
export function fileNamed(id: string, position: number, folder = ''): ProfileFile {
  return { schemaVersion: 1, id, position, ...contentNamed(id, folder) }
}
