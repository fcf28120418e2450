import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import { nextInFolder } from '../../state/library-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { connectionWords, renameWords } from '../../strings/connections.ts'
import { toastWords } from '../../strings/shell.ts'
import { exportFile, importFiles } from '../library/file-actions.ts'
import type { FolderStore } from '../library/folder-actions.ts'

/** Deletes a profile and offers to undo it. */
export async function removeProfile(workbench: Workbench, profile: Profile): Promise<void> {
  await workbench.attempt(async () => {
    await workbench.profiles.remove(profile.id)
    workbench.toasts.show({
      message: connectionWords.removed(profile.name),
      action: {
        label: toastWords.undo,
        run: () => void workbench.attempt(workbench.profiles.restore(profile.id)),
      },
    })
  })
}

/** Makes a copy; answers it, null when it failed. */
export async function duplicateProfile(workbench: Workbench, profile: Profile): Promise<Profile | null> {
  const copy = await workbench.attempt(workbench.profiles.duplicate(profile.id))
  if (copy !== null) workbench.toasts.show({ message: connectionWords.duplicated(copy.name) })
  return copy
}

/** Moves a profile into a folder and offers to undo it. */
export async function moveProfile(
  workbench: Workbench,
  profile: Profile,
  folder: string,
  beforeProfileId: string | null,
): Promise<void> {
  const next = nextInFolder(workbench.profiles.library.profiles, profile)
  await workbench.attempt(async () => {
    await workbench.profiles.move(profile.id, folder, beforeProfileId)
    if (folder === profile.folder) return
    workbench.toasts.show({
      message: connectionWords.movedTo(profile.name, folder),
      action: {
        label: toastWords.undo,
        run: () => void workbench.attempt(workbench.profiles.move(profile.id, profile.folder, next)),
      },
    })
  })
}

/** Asks for a new name and saves it. */
export function askToRename(workbench: Workbench, profile: Profile): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: renameWords.title,
      label: renameWords.label,
      value: profile.name,
      confirmLabel: renameWords.confirm,
      problem: (name) =>
        name.trim() === '' ? renameWords.empty : name.trim().length > 120 ? renameWords.tooLong : null,
      run: async (name) => {
        await workbench.profiles.change(profile, { name })
      },
    },
  })
}

/** The folders of connections as the shared actions take them. */
export function profileFolders({ profiles }: Workbench): FolderStore {
  return {
    folders: profiles.folders,
    entries: profiles.library.profiles,
    createFolder: (folder) => profiles.createFolder(folder),
    renameFolder: (from, to) => profiles.renameFolder(from, to),
    removeFolder: (folder) => profiles.removeFolder(folder),
    setExpanded: (folder, expanded) => profiles.setExpanded(folder, expanded),
  }
}

/** Saves all profiles, or some, as one file. */
export async function exportProfiles(workbench: Workbench, profileIds: string[] | null): Promise<void> {
  await exportFile(workbench, () => workbench.profiles.export(profileIds), connectionWords.exported)
}

/** Lets a person choose files and imports them. */
export async function importProfiles(workbench: Workbench): Promise<void> {
  await importFiles(workbench, (text) => workbench.profiles.import(text), connectionWords.imported)
}
