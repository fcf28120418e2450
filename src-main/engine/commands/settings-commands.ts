import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { SettingsService } from '../ports.ts'

/** Answers `settings.*`. */
export function settingsCommands(settings: SettingsService) {
  return {
    'settings.read': () => settings.read(),
    'settings.write': ({ patch }) => settings.write(patch),
  } satisfies Partial<CommandHandlers>
}
