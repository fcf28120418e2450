import { folderName, parentFolder, type FolderedEntry } from '../../state/library-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { folderWords as words } from '../../strings/connections.ts'

/** A store of kept things in folders. */
export interface FolderStore {
  /** All of them, those implied included. */
  readonly folders: readonly string[]
  readonly entries: readonly FolderedEntry[]
  createFolder(folder: string): Promise<void>
  renameFolder(from: string, to: string): Promise<void>
  removeFolder(folder: string): Promise<void>
  setExpanded(folder: string, expanded: boolean): void
}

/** Asks for the name of a new folder inside another; `then` is done with it once it is made. */
export function askForNewFolder(
  workbench: Workbench,
  store: FolderStore,
  parent: string,
  then?: (folder: string) => Promise<void>,
): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.newTitle,
      label: words.label,
      value: '',
      confirmLabel: words.create,
      problem: (name) => folderProblem(store, parent, name, null),
      run: async (name) => {
        await store.createFolder(joinFolder(parent, name))
        store.setExpanded(parent, true)
        await then?.(joinFolder(parent, name))
      },
    },
  })
}

/** Asks for a folder's new name. */
export function askToRenameFolder(workbench: Workbench, store: FolderStore, folder: string): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.renameTitle,
      label: words.label,
      value: folderName(folder),
      confirmLabel: words.rename,
      problem: (name) => folderProblem(store, parentFolder(folder), name, folder),
      run: async (name) => {
        const target = joinFolder(parentFolder(folder), name)
        if (target !== folder) await store.renameFolder(folder, target)
      },
    },
  })
}

/** Neither entries nor folders are in it. */
export function isEmptyFolder({ entries, folders }: FolderStore, path: string): boolean {
  const inside = `${path}/`
  return (
    !entries.some(({ folder }) => folder === path || folder.startsWith(inside)) &&
    !folders.some((other) => other.startsWith(inside))
  )
}

/** Deletes a folder; says so when it is not empty. */
export async function removeFolder(workbench: Workbench, store: FolderStore, folder: string): Promise<void> {
  if (isEmptyFolder(store, folder)) await workbench.attempt(store.removeFolder(folder))
  else workbench.toasts.show({ level: 'warning', message: words.notEmpty(folderName(folder)) })
}

/** Lets a person choose a folder, asking for a new one where there is none to choose from. */
export function chooseFolder(
  workbench: Workbench,
  store: FolderStore,
  moved: { readonly name: string; readonly folder: string },
  move: (folder: string) => Promise<void>,
): void {
  if (store.folders.length === 0) askForNewFolder(workbench, store, '', move)
  else workbench.dialogs.open({ kind: 'choose-folder', choice: { ...moved, folders: store.folders, run: move } })
}

function joinFolder(parent: string, name: string): string {
  return parent === '' ? name.trim() : `${parent}/${name.trim()}`
}

function folderProblem(store: FolderStore, parent: string, name: string, present: string | null): string | null {
  if (name.trim() === '') return words.empty
  if (name.includes('/')) return words.slash
  const path = joinFolder(parent, name)
  if (path.length > 400) return words.tooLong
  return path !== present && store.folders.includes(path) ? words.exists : null
}
