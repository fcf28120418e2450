import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste'
import Copy from '@lucide/svelte/icons/copy'
import Download from '@lucide/svelte/icons/download'
import FileCode from '@lucide/svelte/icons/file-code'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import Pencil from '@lucide/svelte/icons/pencil'
import Plus from '@lucide/svelte/icons/plus'
import Trash from '@lucide/svelte/icons/trash'
import Upload from '@lucide/svelte/icons/upload'
import type { StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { structureListWords as words } from '../../strings/structures.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import {
  askForNewFolder,
  askToRenameFolder,
  chooseFolder,
  isEmptyFolder,
  removeFolder,
} from '../library/folder-actions.ts'
import {
  askToRename,
  copyStructureAsC,
  duplicateStructure,
  editStructure,
  exportStructures,
  importStructures,
  moveStructure,
  removeStructure,
} from './structure-actions.ts'
import type { StructureRow } from './structure-rows.ts'

/** The menu of the whole list. */
export function backgroundEntries(workbench: Workbench): readonly MenuEntry[] {
  const { structures, dialogs } = workbench
  return [
    { label: `${words.add}…`, icon: Plus, run: () => editStructure(workbench, null) },
    { label: words.pasteC, icon: ClipboardPaste, run: () => dialogs.open({ kind: 'paste-c', folder: '' }) },
    { label: words.newFolder, icon: FolderPlus, run: () => askForNewFolder(workbench, structures, '') },
    'separator',
    { label: words.import, icon: Upload, run: () => void importStructures(workbench) },
    {
      label: words.exportAll,
      icon: Download,
      disabled: structures.entries.length === 0,
      run: () => void exportStructures(workbench, null),
    },
  ]
}

/** The menu of a row, or of the empty place. */
export function entriesOf(workbench: Workbench, row: StructureRow | null): readonly MenuEntry[] {
  if (row === null) return backgroundEntries(workbench)
  return row.kind === 'folder' ? folderEntries(workbench, row.path) : structureEntries(workbench, row.entry)
}

function structureEntries(workbench: Workbench, entry: StructureEntry): readonly MenuEntry[] {
  const { commands, structures } = workbench
  const siblings = structures.entries.filter(({ folder }) => folder === entry.folder)
  return [
    { label: words.edit, icon: Pencil, shortcut: 'Enter', run: () => editStructure(workbench, entry) },
    { label: words.copyAsC, icon: FileCode, run: () => void copyStructureAsC(workbench, entry) },
    { label: words.rename, shortcut: 'F2', run: () => askToRename(workbench, entry) },
    {
      label: words.duplicate,
      icon: Copy,
      shortcut: commands.show('Ctrl+D'),
      run: () => void duplicateStructure(workbench, entry),
    },
    'separator',
    {
      label: words.moveUp,
      shortcut: commands.show('Alt+ArrowUp'),
      disabled: siblings[0]?.id === entry.id,
      run: () => void workbench.attempt(structures.moveBy(entry.id, -1)),
    },
    {
      label: words.moveDown,
      shortcut: commands.show('Alt+ArrowDown'),
      disabled: siblings.at(-1)?.id === entry.id,
      run: () => void workbench.attempt(structures.moveBy(entry.id, 1)),
    },
    {
      label: words.moveToFolder,
      icon: FolderInput,
      run: () => chooseFolder(workbench, structures, entry, (folder) => moveStructure(workbench, entry, folder, null)),
    },
    { label: words.export, icon: Download, run: () => void exportStructures(workbench, [entry.id]) },
    'separator',
    {
      label: words.remove,
      icon: Trash,
      shortcut: 'Delete',
      danger: true,
      run: () => void removeStructure(workbench, entry),
    },
  ]
}

function folderEntries(workbench: Workbench, path: string): readonly MenuEntry[] {
  const { structures, dialogs } = workbench
  const inside = structures.entries.filter(({ folder }) => folder === path || folder.startsWith(`${path}/`))
  return [
    { label: words.newHere, icon: Plus, run: () => editStructure(workbench, null, path) },
    { label: words.pasteCHere, icon: ClipboardPaste, run: () => dialogs.open({ kind: 'paste-c', folder: path }) },
    { label: words.newFolderInside, icon: FolderPlus, run: () => askForNewFolder(workbench, structures, path) },
    {
      label: words.rename,
      icon: Pencil,
      shortcut: 'F2',
      run: () => askToRenameFolder(workbench, structures, path),
    },
    {
      label: words.export,
      icon: Download,
      disabled: inside.length === 0,
      run: () =>
        void exportStructures(
          workbench,
          inside.map(({ id }) => id),
        ),
    },
    'separator',
    {
      label: words.removeFolder,
      icon: Trash,
      shortcut: 'Delete',
      danger: true,
      disabled: !isEmptyFolder(structures, path),
      run: () => void removeFolder(workbench, structures, path),
    },
  ]
}

/** Keys of the tree of structures beyond walking it. */
export function handleTreeKey(workbench: Workbench, event: KeyboardEvent, row: StructureRow): void {
  if (event.key === 'ContextMenu' || event.isComposing) return
  const action =
    row.kind === 'folder'
      ? folderKeyAction(workbench, event, row.path)
      : structureKeyAction(workbench, event, row.entry)
  if (action === null) return
  event.preventDefault()
  action()
}

function folderKeyAction(workbench: Workbench, event: KeyboardEvent, path: string): (() => void) | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (event.key === 'F2') return () => askToRenameFolder(workbench, workbench.structures, path)
  if (event.key === 'Delete') return () => void removeFolder(workbench, workbench.structures, path)
  return null
}

function structureKeyAction(workbench: Workbench, event: KeyboardEvent, entry: StructureEntry): (() => void) | null {
  const control = event.ctrlKey || event.metaKey
  if (control && !event.altKey && event.key.toLowerCase() === 'd')
    return () => void duplicateStructure(workbench, entry)
  if (event.altKey && !control && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    return () => void workbench.attempt(workbench.structures.moveBy(entry.id, event.key === 'ArrowUp' ? -1 : 1))
  }
  if (control || event.altKey) return null
  if (event.key === 'F2') return () => askToRename(workbench, entry)
  if (event.key === 'F4') return () => editStructure(workbench, entry)
  if (event.key === 'Delete') return () => void removeStructure(workbench, entry)
  return null
}
