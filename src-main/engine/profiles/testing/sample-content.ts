import type { ProfileContent, ProfileFile } from '../../../contract/schemas/profile.ts'

/** A plain profile with a name and a folder. */
export function contentNamed(name: string, folder = ''): ProfileContent {
  return {
    name,
    folder,
    notes: '',
    connection: {
      host: '127.0.0.1',
      port: 7,
      addressFamily: 'any',
      connectTimeoutMs: 10_000,
      noDelay: true,
      keepAliveDelayMs: null,
    },
    composer: { mode: 'text', lineEnding: 'lf' },
  }
}

/** The file of a plain profile. */
export function fileNamed(id: string, position: number, folder = ''): ProfileFile {
  return { schemaVersion: 1, id, position, ...contentNamed(id, folder) }
}
