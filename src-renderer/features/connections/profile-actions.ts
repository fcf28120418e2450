import { toErrorShape } from '../../../src-main/contract/errors.ts'
import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import { folderName, parentFolder } from '../../state/profile-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { connectionWords, folderWords, renameWords } from '../../strings/connections.ts'
import { toastWords } from '../../strings/shell.ts'
import { chooseTextFiles, downloadText } from './text-files.ts'

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
  const siblings = workbench.profiles.library.profiles.filter((other) => other.folder === profile.folder)
  const next = siblings[siblings.findIndex((other) => other.id === profile.id) + 1] ?? null
  await workbench.attempt(async () => {
    await workbench.profiles.move(profile.id, folder, beforeProfileId)
    if (folder === profile.folder) return
    workbench.toasts.show({
      message: connectionWords.movedTo(profile.name, folder),
      action: {
        label: toastWords.undo,
        run: () => void workbench.attempt(workbench.profiles.move(profile.id, profile.folder, next?.id ?? null)),
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
        const { folder, notes, connection, composer, interpretation } = profile
        const content = { name, folder, notes, connection, composer, interpretation }
        await workbench.profiles.update(profile.id, profile.revision, content)
      },
    },
  })
}

/** Asks for the name of a new folder inside another; `then` is done with it once it is made. */
export function askForNewFolder(workbench: Workbench, parent: string, then?: (folder: string) => Promise<void>): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: folderWords.newTitle,
      label: folderWords.label,
      value: '',
      confirmLabel: folderWords.create,
      problem: (name) => folderProblem(workbench, parent, name, null),
      run: async (name) => {
        await workbench.profiles.createFolder(joinFolder(parent, name))
        workbench.profiles.setExpanded(parent, true)
        await then?.(joinFolder(parent, name))
      },
    },
  })
}

/** Asks for a folder's new name. */
export function askToRenameFolder(workbench: Workbench, folder: string): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: folderWords.renameTitle,
      label: folderWords.label,
      value: folderName(folder),
      confirmLabel: folderWords.rename,
      problem: (name) => folderProblem(workbench, parentFolder(folder), name, folder),
      run: async (name) => {
        const target = joinFolder(parentFolder(folder), name)
        if (target !== folder) await workbench.profiles.renameFolder(folder, target)
      },
    },
  })
}

/** Neither connections nor folders are in it. */
export function isEmptyFolder(workbench: Workbench, folder: string): boolean {
  const { library, folders } = workbench.profiles
  const inside = `${folder}/`
  return (
    !library.profiles.some((profile) => profile.folder === folder || profile.folder.startsWith(inside)) &&
    !folders.some((other) => other.startsWith(inside))
  )
}

/** Deletes a folder; says so when it is not empty. */
export async function removeFolder(workbench: Workbench, folder: string): Promise<void> {
  if (isEmptyFolder(workbench, folder)) await workbench.attempt(workbench.profiles.removeFolder(folder))
  else workbench.toasts.show({ level: 'warning', message: folderWords.notEmpty(folderName(folder)) })
}

function joinFolder(parent: string, name: string): string {
  return parent === '' ? name.trim() : `${parent}/${name.trim()}`
}

function folderProblem(workbench: Workbench, parent: string, name: string, present: string | null): string | null {
  if (name.trim() === '') return folderWords.empty
  if (name.includes('/')) return folderWords.slash
  const path = joinFolder(parent, name)
  return path !== present && workbench.profiles.folders.includes(path) ? folderWords.exists : null
}

/** Saves all profiles, or some, as one file. */
export async function exportProfiles(workbench: Workbench, profileIds: string[] | null): Promise<void> {
  await workbench.attempt(async () => {
    const { fileName, text } = await workbench.profiles.export(profileIds)
    downloadText(fileName, text)
    workbench.toasts.show({ message: connectionWords.exported(fileName) })
  })
}

/** Lets a person choose files and imports them; a file that cannot be read does not stop the others. */
export async function importProfiles(workbench: Workbench): Promise<void> {
  await workbench.attempt(async () => {
    let count = 0
    for (const file of await chooseTextFiles('.json,application/json')) {
      try {
        count += (await workbench.profiles.import(file.text)).length
      } catch (thrown) {
        const { code, message } = toErrorShape(thrown)
        workbench.toasts.show({ level: 'error', message: `${file.name}: ${message}`, code })
      }
    }
    if (count > 0) workbench.toasts.show({ message: connectionWords.imported(count) })
  })
}
