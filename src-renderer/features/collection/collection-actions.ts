import type { CollectionContent, CollectionEntry } from '../../../src-main/contract/schemas/collection.ts'
import { nextInFolder } from '../../state/library-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { collectionWords as words, entryWords } from '../../strings/collection.ts'
import { toastWords } from '../../strings/shell.ts'
import { exportFile, importFiles } from '../library/file-actions.ts'
import type { FolderStore } from '../library/folder-actions.ts'
import { updateOrAsk } from './entry-conflict.ts'

/** The folders of saved messages as the shared actions take them. */
export function messageFolders({ collection }: Workbench): FolderStore {
  return collection
}

/** What a person decides about an entry, out of the whole of it. */
export function contentOf({ name, folder, notes, tags, item }: CollectionEntry): CollectionContent {
  return { name, folder, notes, tags, item }
}

/** Deletes an entry and offers to undo it. */
export async function removeEntry(workbench: Workbench, entry: CollectionEntry): Promise<void> {
  await workbench.attempt(async () => {
    await workbench.collection.remove(entry.id)
    workbench.toasts.show({
      message: words.removed(entry.name),
      action: { label: toastWords.undo, run: () => void workbench.attempt(workbench.collection.restore(entry.id)) },
    })
  })
}

/** Makes a copy. */
export async function duplicateEntry(workbench: Workbench, entry: CollectionEntry): Promise<void> {
  const copy = await workbench.attempt(workbench.collection.duplicate(entry.id))
  if (copy !== null) workbench.toasts.show({ message: words.duplicated(copy.name) })
}

/** Moves an entry and offers to undo it when its folder changed. */
export async function moveEntry(
  workbench: Workbench,
  entry: CollectionEntry,
  folder: string,
  beforeEntryId: string | null,
): Promise<void> {
  const { collection, toasts } = workbench
  const next = nextInFolder(collection.entries, entry)
  await workbench.attempt(async () => {
    await collection.move(entry.id, folder, beforeEntryId)
    if (folder === entry.folder) return
    toasts.show({
      message: words.movedTo(entry.name, folder),
      action: {
        label: toastWords.undo,
        run: () => void workbench.attempt(collection.move(entry.id, entry.folder, next)),
      },
    })
  })
}

/** What is wrong with a name; null when nothing is. */
export function nameProblem(name: string): string | null {
  if (name.trim() === '') return entryWords.nameEmpty
  return name.trim().length > 120 ? entryWords.nameTooLong : null
}

/** Asks for a new name and saves it. */
export function askToRename(workbench: Workbench, entry: CollectionEntry): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: entryWords.renameTitle,
      label: entryWords.name,
      value: entry.name,
      confirmLabel: entryWords.rename,
      problem: nameProblem,
      run: async (name) => {
        await updateOrAsk(workbench, entry, { ...contentOf(entry), name }, () => undefined)
      },
    },
  })
}

/** Asks for the name of a new sequence, makes it empty and opens it. */
export function askForNewSequence(workbench: Workbench, folder: string): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.sequenceTitle,
      label: words.sequenceLabel,
      value: '',
      confirmLabel: words.create,
      problem: nameProblem,
      run: async (name) => {
        const entry = await workbench.collection.create({ name, folder, item: { kind: 'sequence', steps: [] } })
        workbench.tabs.open('sequence', entry.id)
      },
    },
  })
}

/** Saves all entries, or some, as one file. */
export async function exportEntries(workbench: Workbench, entryIds: string[] | null): Promise<void> {
  await exportFile(workbench, () => workbench.collection.export(entryIds), words.exported)
}

/** Lets a person choose files and imports them. */
export async function importEntries(workbench: Workbench): Promise<void> {
  await importFiles(workbench, (text) => workbench.collection.import(text), words.imported)
}

/** Where the entry is kept on the engine's machine. */
export function filePathOf({ host }: Workbench, entry: CollectionEntry): string {
  const file = ['collection', `${entry.id}.json`]
  if (host === null) return file.join('/')
  return [host.dataFolder, ...file].join(host.platform === 'win32' ? '\\' : '/')
}

/** Says where the entry is kept, with a way to copy that. */
export function showFile(workbench: Workbench, entry: CollectionEntry): void {
  const path = filePathOf(workbench, entry)
  workbench.toasts.show({
    message: words.file(path),
    action: {
      label: words.copyPath,
      run: () =>
        void workbench.attempt(async () => {
          await navigator.clipboard.writeText(path)
          workbench.toasts.show({ message: words.copied })
        }),
    },
  })
}
