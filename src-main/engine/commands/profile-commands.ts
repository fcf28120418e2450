import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { ProfileService } from '../ports.ts'

/** Answers `profile.*`. */
export function profileCommands(profiles: ProfileService) {
  return {
    'profile.library': () => profiles.library(),
    'profile.create': ({ content }) => profiles.create(content),
    'profile.update': ({ profileId, revision, content }) => profiles.update(profileId, revision, content),
    'profile.duplicate': ({ profileId }) => profiles.duplicate(profileId),
    'profile.remove': async ({ profileId }) => {
      await profiles.remove(profileId)
      return {}
    },
    'profile.restore': ({ profileId }) => profiles.restore(profileId),
    'profile.move': ({ profileId, folder, beforeProfileId }) => profiles.move(profileId, folder, beforeProfileId),
    'profile.create-folder': ({ folder }) => profiles.createFolder(folder),
    'profile.rename-folder': ({ from, to }) => profiles.renameFolder(from, to),
    'profile.remove-folder': ({ folder }) => profiles.removeFolder(folder),
    'profile.export': ({ profileIds }) => profiles.export(profileIds),
    'profile.import': ({ text }) => profiles.import(text),
  } satisfies Partial<CommandHandlers>
}
