import type { Command } from '../../state/commands.svelte.ts'
import type { WindowKeys } from '../../state/shortcuts.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { comparisonWords } from '../../strings/comparison.ts'
import { doctorWords } from '../../strings/doctor.ts'
import { importWords } from '../../strings/imports.ts'
import { commandWords as words } from '../../strings/palette.ts'
import { captureCommands } from '../captures/capture-commands.ts'
import { collectionCommands } from '../collection/collection-commands.ts'
import { exportProfiles, importProfiles } from '../connections/profile-actions.ts'
import { importStructures } from '../structures/structure-actions.ts'
import { environmentCommands } from '../environments/environment-commands.ts'
import { exportCommands } from '../transfers/export-actions.ts'
import type { RegionFocus } from './region-focus.ts'

/** What the frame of the window lends to its commands. */
export interface WindowFrame {
  readonly regions: RegionFocus
  toggleSidebar(): void
  focusFilter(): void
}

/** The commands of the window itself. Views add theirs. */
export function windowCommands(workbench: Workbench, frame: WindowFrame, keys: WindowKeys): readonly Command[] {
  return [
    ...generalCommands(workbench, frame, keys),
    ...collectionCommands(workbench),
    ...environmentCommands(workbench),
    ...captureCommands(workbench),
    ...exportCommands(workbench),
    ...tabCommands(workbench, keys),
    ...themeCommands(workbench),
  ]
}

function generalCommands(workbench: Workbench, frame: WindowFrame, keys: WindowKeys): readonly Command[] {
  const { dialogs, profiles } = workbench
  const group = words.groups.window
  const connections = words.groups.connections
  return [
    {
      id: 'palette.open',
      title: words.palette,
      group,
      shortcuts: ['Ctrl+K'],
      enabled: () => dialogs.current?.kind !== 'palette',
      run: () => dialogs.open({ kind: 'palette' }),
    },
    {
      id: 'connection.new',
      title: words.newConnection,
      group: connections,
      shortcuts: keys.newConnection,
      run: () => dialogs.open({ kind: 'new-connection', folder: '' }),
    },
    {
      id: 'server.new',
      title: words.newServer,
      group: connections,
      run: () => dialogs.open({ kind: 'server', server: null }),
    },
    {
      id: 'captures.compare',
      title: comparisonWords.compareCaptures,
      group,
      run: () => workbench.comparisons.openCaptures(null, comparisonWords.capturesTitle),
    },
    {
      id: 'connection.diagnose',
      title: doctorWords.diagnoseAddress,
      group: connections,
      run: () => dialogs.open({ kind: 'diagnose-address' }),
    },
    {
      id: 'connection.import',
      title: words.importConnections,
      group: connections,
      run: () => void importProfiles(workbench),
    },
    {
      id: 'capture.import',
      title: importWords.command,
      group,
      run: () => dialogs.open({ kind: 'import', files: [] }),
    },
    {
      id: 'connection.export',
      title: words.exportConnections,
      group: connections,
      enabled: () => profiles.library.profiles.length > 0,
      run: () => void exportProfiles(workbench, null),
    },
    {
      id: 'structure.new',
      title: words.newStructure,
      group: words.groups.structures,
      run: () => dialogs.open({ kind: 'structure', entry: null, folder: '' }),
    },
    {
      id: 'structure.paste-c',
      title: words.pasteC,
      group: words.groups.structures,
      run: () => dialogs.open({ kind: 'paste-c', folder: '' }),
    },
    {
      id: 'structure.import',
      title: words.importStructures,
      group: words.groups.structures,
      run: () => void importStructures(workbench),
    },
    {
      id: 'sidebar.toggle',
      title: words.toggleSidebar,
      group,
      shortcuts: ['Ctrl+B'],
      run: () => frame.toggleSidebar(),
    },
    {
      id: 'sidebar.filter',
      title: words.filter,
      group,
      shortcuts: ['Ctrl+Shift+F'],
      run: () => frame.focusFilter(),
    },
    { id: 'region.next', title: words.nextRegion, group, shortcuts: ['F6'], run: () => frame.regions.step(1) },
    {
      id: 'region.previous',
      title: words.previousRegion,
      group,
      shortcuts: ['Shift+F6'],
      run: () => frame.regions.step(-1),
    },
    {
      id: 'settings.open',
      title: words.settings,
      group,
      shortcuts: ['Ctrl+,'],
      run: () => dialogs.open({ kind: 'settings' }),
    },
    {
      id: 'shortcuts.open',
      title: words.shortcuts,
      group,
      shortcuts: ['?', 'F1'],
      run: () => dialogs.open({ kind: 'shortcuts' }),
    },
  ]
}

function tabCommands(workbench: Workbench, keys: WindowKeys): readonly Command[] {
  const { tabs } = workbench
  const group = words.groups.tabs
  const several = (): boolean => tabs.all.length > 1
  return [
    {
      id: 'tab.close',
      title: words.closeTab,
      group,
      shortcuts: keys.closeTab,
      enabled: () => tabs.active !== null,
      run: () => tabs.active !== null && workbench.closeTab(tabs.active),
    },
    {
      id: 'tab.next',
      title: words.nextTab,
      group,
      shortcuts: keys.nextTab,
      enabled: several,
      run: () => tabs.step(1),
    },
    {
      id: 'tab.previous',
      title: words.previousTab,
      group,
      shortcuts: keys.previousTab,
      enabled: several,
      run: () => tabs.step(-1),
    },
  ]
}

function themeCommands({ settings }: Workbench): readonly Command[] {
  const group = words.groups.window
  return [
    { id: 'theme.system', title: words.themeSystem, group, run: () => settings.change({ theme: 'system' }) },
    { id: 'theme.light', title: words.themeLight, group, run: () => settings.change({ theme: 'light' }) },
    { id: 'theme.dark', title: words.themeDark, group, run: () => settings.change({ theme: 'dark' }) },
  ]
}
