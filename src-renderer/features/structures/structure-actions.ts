import type { StructureContent, StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import { nextInFolder } from '../../state/library-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { toastWords } from '../../strings/shell.ts'
import { structureListWords as words } from '../../strings/structures.ts'
import { exportFile, importFiles } from '../library/file-actions.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'
import { cTextOf } from './c-text.ts'

/** Opens a structure in the editor, or an empty one in a folder. */
export function editStructure({ dialogs }: Workbench, entry: StructureEntry | null, folder = ''): void {
  dialogs.open({ kind: 'structure', entry, folder })
}

/** Deletes a structure and offers to undo it; says so when others refer to it. */
export async function removeStructure(workbench: Workbench, entry: StructureEntry): Promise<void> {
  const { structures, toasts } = workbench
  const users = structures.usersOf(entry.definition.name).join(', ')
  await workbench.attempt(async () => {
    await structures.remove(entry.id)
    toasts.show({
      message: users === '' ? words.removed(entry.name) : words.removedInUse(entry.name, users),
      action: { label: toastWords.undo, run: () => void workbench.attempt(structures.restore(entry.id)) },
    })
  })
}

/** Makes a copy. */
export async function duplicateStructure(workbench: Workbench, entry: StructureEntry): Promise<void> {
  const copy = await workbench.attempt(workbench.structures.duplicate(entry.id))
  if (copy !== null) workbench.toasts.show({ message: words.duplicated(copy.name) })
}

/** Moves a structure and offers to undo it when its folder changed. */
export async function moveStructure(
  workbench: Workbench,
  entry: StructureEntry,
  folder: string,
  beforeEntryId: string | null,
): Promise<void> {
  const { structures, toasts } = workbench
  const next = nextInFolder(structures.entries, entry)
  await workbench.attempt(async () => {
    await structures.move(entry.id, folder, beforeEntryId)
    if (folder === entry.folder) return
    toasts.show({
      message: words.movedTo(entry.name, folder),
      action: {
        label: toastWords.undo,
        run: () => void workbench.attempt(structures.move(entry.id, entry.folder, next)),
      },
    })
  })
}

/** Asks for a new name in the list; the name that others refer to stays. */
export function askToRename(workbench: Workbench, entry: StructureEntry): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.renameTitle,
      label: words.renameLabel,
      value: entry.name,
      confirmLabel: words.renameConfirm,
      problem: nameProblem,
      run: async (name) => {
        await workbench.structures.update(entry.id, entry.revision, { ...contentOf(entry), name })
      },
    },
  })
}

function nameProblem(name: string): string | null {
  if (name.trim() === '') return words.nameEmpty
  return name.trim().length > 120 ? words.nameTooLong : null
}

/** What a person decides about an entry, out of the whole of it. */
export function contentOf({ name, folder, notes, tags, definition }: StructureEntry): StructureContent {
  return { name, folder, notes, tags, definition }
}

/** Puts the C declarations of a structure on the clipboard, with those it refers to. */
export async function copyStructureAsC(workbench: Workbench, { name, definition }: StructureEntry): Promise<void> {
  await workbench.attempt(async () => {
    await copyToClipboard(cTextOf(definition, (other) => workbench.structures.byName(other)))
    workbench.toasts.show({ message: words.copiedAsC(name) })
  })
}

/** Saves all structures, or some, as one file. */
export async function exportStructures(workbench: Workbench, entryIds: string[] | null): Promise<void> {
  await exportFile(workbench, () => workbench.structures.export(entryIds), words.exported)
}

/** Lets a person choose files and imports them. */
export async function importStructures(workbench: Workbench): Promise<void> {
  await importFiles(workbench, (text) => workbench.structures.import(text), words.imported)
}
