import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { Profile, ProfileLibrary } from '../../contract/schemas/profile.ts'
import type { EntryLibraryContents, ProfileService } from '../ports.ts'

/** The library as the contract has it. */
export function profileLibraryOf({ entries, folders, problems }: EntryLibraryContents<Profile>): ProfileLibrary {
  return { profiles: entries, folders, problems }
}

/** Answers `profile.*`. */
export function profileCommands(profiles: ProfileService) {
  return {
    'profile.library': async () => profileLibraryOf(await profiles.library()),
    'profile.create': ({ content }) => profiles.create(content),
    'profile.update': ({ profileId, revision, content }) => profiles.update(profileId, revision, content),
    'profile.duplicate': ({ profileId }) => profiles.duplicate(profileId),
    'profile.remove': async ({ profileId }) => {
      await profiles.remove(profileId)
      return {}
    },
    'profile.restore': ({ profileId }) => profiles.restore(profileId),
    'profile.move': async ({ profileId, folder, beforeProfileId }) =>
      profileLibraryOf(await profiles.move(profileId, folder, beforeProfileId)),
    'profile.create-folder': async ({ folder }) => profileLibraryOf(await profiles.createFolder(folder)),
    'profile.rename-folder': async ({ from, to }) => profileLibraryOf(await profiles.renameFolder(from, to)),
    'profile.remove-folder': async ({ folder }) => profileLibraryOf(await profiles.removeFolder(folder)),
    'profile.export': ({ profileIds }) => profiles.export(profileIds),
    'profile.import': ({ text }) => profiles.import(text),
  } satisfies Partial<CommandHandlers>
}
