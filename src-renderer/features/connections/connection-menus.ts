import Copy from '@lucide/svelte/icons/copy'
import Download from '@lucide/svelte/icons/download'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import Pencil from '@lucide/svelte/icons/pencil'
import Play from '@lucide/svelte/icons/play'
import Plus from '@lucide/svelte/icons/plus'
import Stethoscope from '@lucide/svelte/icons/stethoscope'
import Trash from '@lucide/svelte/icons/trash'
import Upload from '@lucide/svelte/icons/upload'
import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { connectionWords as words } from '../../strings/connections.ts'
import { doctorWords } from '../../strings/doctor.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { diagnoseProfile } from '../doctor/diagnose.ts'
import type { ConnectionRow } from './connection-rows.ts'
import {
  askForNewFolder,
  askToRenameFolder,
  chooseFolder,
  isEmptyFolder,
  removeFolder,
} from '../library/folder-actions.ts'
import {
  askToRename,
  duplicateProfile,
  exportProfiles,
  importProfiles,
  moveProfile,
  profileFolders,
  removeProfile,
} from './profile-actions.ts'

/** The menu of the whole list. */
export function backgroundEntries(workbench: Workbench): readonly MenuEntry[] {
  return [
    {
      label: `${words.add}…`,
      icon: Plus,
      shortcut: workbench.commands.keysOf('connection.new'),
      run: () => workbench.dialogs.open({ kind: 'new-connection', folder: '' }),
    },
    { label: words.newFolder, icon: FolderPlus, run: () => askForNewFolder(workbench, profileFolders(workbench), '') },
    'separator',
    { label: words.import, icon: Upload, run: () => void importProfiles(workbench) },
    {
      label: words.exportAll,
      icon: Download,
      disabled: workbench.profiles.library.profiles.length === 0,
      run: () => void exportProfiles(workbench, null),
    },
  ]
}

/** The menu of a row, or of the empty place. */
export function entriesOf(workbench: Workbench, row: ConnectionRow | null): readonly MenuEntry[] {
  if (row === null) return backgroundEntries(workbench)
  return row.kind === 'folder' ? folderEntries(workbench, row.path) : profileEntries(workbench, row.entry)
}

function profileEntries(workbench: Workbench, profile: Profile): readonly MenuEntry[] {
  const { commands, dialogs, profiles } = workbench
  const siblings = profiles.library.profiles.filter((other) => other.folder === profile.folder)
  return [
    {
      label: words.connect,
      icon: Play,
      shortcut: 'Enter',
      run: () => void workbench.openProfile(profile.id, { connect: true }),
    },
    { label: doctorWords.diagnose, icon: Stethoscope, run: () => void diagnoseProfile(profile, workbench) },
    { label: words.edit, icon: Pencil, shortcut: 'F4', run: () => dialogs.open({ kind: 'edit-connection', profile }) },
    { label: words.rename, shortcut: 'F2', run: () => askToRename(workbench, profile) },
    {
      label: words.duplicate,
      icon: Copy,
      shortcut: commands.show('Ctrl+D'),
      run: () => void duplicateProfile(workbench, profile),
    },
    'separator',
    {
      label: words.moveUp,
      shortcut: commands.show('Alt+ArrowUp'),
      disabled: siblings[0]?.id === profile.id,
      run: () => void workbench.attempt(profiles.moveBy(profile.id, -1)),
    },
    {
      label: words.moveDown,
      shortcut: commands.show('Alt+ArrowDown'),
      disabled: siblings.at(-1)?.id === profile.id,
      run: () => void workbench.attempt(profiles.moveBy(profile.id, 1)),
    },
    {
      label: words.moveToFolder,
      icon: FolderInput,
      run: () =>
        chooseFolder(workbench, profileFolders(workbench), profile, (folder) =>
          moveProfile(workbench, profile, folder, null),
        ),
    },
    { label: words.export, icon: Download, run: () => void exportProfiles(workbench, [profile.id]) },
    'separator',
    {
      label: words.remove,
      icon: Trash,
      shortcut: 'Delete',
      danger: true,
      run: () => void removeProfile(workbench, profile),
    },
  ]
}

function folderEntries(workbench: Workbench, path: string): readonly MenuEntry[] {
  const { profiles, dialogs } = workbench
  const inside = profiles.library.profiles.filter(
    (profile) => profile.folder === path || profile.folder.startsWith(`${path}/`),
  )
  return [
    {
      label: words.newConnectionHere,
      icon: Plus,
      run: () => dialogs.open({ kind: 'new-connection', folder: path }),
    },
    {
      label: words.newFolderInside,
      icon: FolderPlus,
      run: () => askForNewFolder(workbench, profileFolders(workbench), path),
    },
    {
      label: words.rename,
      icon: Pencil,
      shortcut: 'F2',
      run: () => askToRenameFolder(workbench, profileFolders(workbench), path),
    },
    {
      label: words.export,
      icon: Download,
      disabled: inside.length === 0,
      run: () =>
        void exportProfiles(
          workbench,
          inside.map((profile) => profile.id),
        ),
    },
    'separator',
    {
      label: words.removeFolder,
      icon: Trash,
      shortcut: 'Delete',
      danger: true,
      disabled: !isEmptyFolder(profileFolders(workbench), path),
      run: () => void removeFolder(workbench, profileFolders(workbench), path),
    },
  ]
}

/** Keys of the connections tree beyond walking it. */
export function handleTreeKey(workbench: Workbench, event: KeyboardEvent, row: ConnectionRow): void {
  if (event.key === 'ContextMenu' || event.isComposing) return
  const action =
    row.kind === 'folder' ? folderKeyAction(workbench, event, row.path) : profileKeyAction(workbench, event, row.entry)
  if (action === null) return
  event.preventDefault()
  action()
}

function folderKeyAction(workbench: Workbench, event: KeyboardEvent, path: string): (() => void) | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (event.key === 'F2') return () => askToRenameFolder(workbench, profileFolders(workbench), path)
  if (event.key === 'Delete') return () => void removeFolder(workbench, profileFolders(workbench), path)
  return null
}

function profileKeyAction(workbench: Workbench, event: KeyboardEvent, profile: Profile): (() => void) | null {
  const control = event.ctrlKey || event.metaKey
  if (control && !event.altKey && event.key.toLowerCase() === 'd')
    return () => void duplicateProfile(workbench, profile)
  if (event.altKey && !control && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    return () => void workbench.attempt(workbench.profiles.moveBy(profile.id, event.key === 'ArrowUp' ? -1 : 1))
  }
  if (control || event.altKey) return null
  if (event.key === 'F2') return () => askToRename(workbench, profile)
  if (event.key === 'F4') return () => workbench.dialogs.open({ kind: 'edit-connection', profile })
  if (event.key === 'Delete') return () => void removeProfile(workbench, profile)
  return null
}
