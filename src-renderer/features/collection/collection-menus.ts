import Copy from '@lucide/svelte/icons/copy'
import Download from '@lucide/svelte/icons/download'
import FileText from '@lucide/svelte/icons/file-text'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import ListOrdered from '@lucide/svelte/icons/list-ordered'
import Pencil from '@lucide/svelte/icons/pencil'
import Save from '@lucide/svelte/icons/save'
import Send from '@lucide/svelte/icons/send'
import SquarePen from '@lucide/svelte/icons/square-pen'
import Trash from '@lucide/svelte/icons/trash'
import Upload from '@lucide/svelte/icons/upload'
import type { CollectionEntry } from '../../../src-main/contract/schemas/collection.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { collectionWords as words } from '../../strings/collection.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import {
  askForNewFolder,
  askToRenameFolder,
  chooseFolder,
  isEmptyFolder,
  removeFolder,
} from '../library/folder-actions.ts'
import {
  askForNewSequence,
  askToRename,
  duplicateEntry,
  exportEntries,
  importEntries,
  messageFolders,
  moveEntry,
  removeEntry,
  showFile,
} from './collection-actions.ts'
import type { CollectionRow } from './collection-rows.ts'
import { openEntry, sendEntry, sendHindrance } from './message-actions.ts'

/** The menu of the whole list. */
export function backgroundEntries(workbench: Workbench): readonly MenuEntry[] {
  const { commands, collection } = workbench
  return [
    {
      label: words.saveComposer,
      icon: Save,
      shortcut: commands.keysOf('message.save'),
      disabled: workbench.frontSession === null,
      run: () => commands.run('message.save'),
    },
    { label: words.newSequence, icon: ListOrdered, run: () => askForNewSequence(workbench, '') },
    {
      label: words.newFolder,
      icon: FolderPlus,
      run: () => askForNewFolder(workbench, messageFolders(workbench), ''),
    },
    'separator',
    { label: words.import, icon: Upload, run: () => void importEntries(workbench) },
    {
      label: words.exportAll,
      icon: Download,
      disabled: collection.entries.length === 0,
      run: () => void exportEntries(workbench, null),
    },
  ]
}

/** The menu of a row, or of the empty place. */
export function entriesOf(workbench: Workbench, row: CollectionRow | null): readonly MenuEntry[] {
  if (row === null) return backgroundEntries(workbench)
  return row.kind === 'folder' ? folderEntries(workbench, row.path) : entryEntries(workbench, row.entry)
}

function entryEntries(workbench: Workbench, entry: CollectionEntry): readonly MenuEntry[] {
  const { commands, dialogs, collection } = workbench
  const siblings = collection.entries.filter(({ folder }) => folder === entry.folder)
  const isMessage = entry.item.kind === 'message'
  const hindrance = sendHindrance(workbench)
  const send = isMessage ? words.sendNow : words.runNow
  return [
    {
      label: isMessage ? words.open : words.openSequence,
      icon: SquarePen,
      shortcut: 'Enter',
      run: () => openEntry(workbench, entry),
    },
    {
      label: hindrance === null ? send : words.because(send, hindrance),
      icon: Send,
      shortcut: commands.show('Ctrl+Enter'),
      disabled: hindrance !== null,
      run: () => void sendEntry(workbench, entry),
    },
    'separator',
    { label: words.rename, shortcut: 'F2', run: () => askToRename(workbench, entry) },
    {
      label: words.details,
      icon: Pencil,
      shortcut: 'F4',
      run: () => dialogs.open({ kind: 'entry-details', entry }),
    },
    {
      label: words.duplicate,
      icon: Copy,
      shortcut: commands.show('Ctrl+D'),
      run: () => void duplicateEntry(workbench, entry),
    },
    'separator',
    {
      label: words.moveUp,
      shortcut: commands.show('Alt+ArrowUp'),
      disabled: siblings[0]?.id === entry.id,
      run: () => void workbench.attempt(collection.moveBy(entry.id, -1)),
    },
    {
      label: words.moveDown,
      shortcut: commands.show('Alt+ArrowDown'),
      disabled: siblings.at(-1)?.id === entry.id,
      run: () => void workbench.attempt(collection.moveBy(entry.id, 1)),
    },
    {
      label: words.moveToFolder,
      icon: FolderInput,
      run: () =>
        chooseFolder(workbench, messageFolders(workbench), entry, (folder) =>
          moveEntry(workbench, entry, folder, null),
        ),
    },
    { label: words.export, icon: Download, run: () => void exportEntries(workbench, [entry.id]) },
    { label: words.showFile, icon: FileText, run: () => showFile(workbench, entry) },
    'separator',
    {
      label: words.remove,
      icon: Trash,
      shortcut: 'Delete',
      danger: true,
      run: () => void removeEntry(workbench, entry),
    },
  ]
}

function folderEntries(workbench: Workbench, path: string): readonly MenuEntry[] {
  const folders = messageFolders(workbench)
  const inside = workbench.collection.entries.filter(({ folder }) => folder === path || folder.startsWith(`${path}/`))
  return [
    { label: words.newSequenceHere, icon: ListOrdered, run: () => askForNewSequence(workbench, path) },
    { label: words.newFolderInside, icon: FolderPlus, run: () => askForNewFolder(workbench, folders, path) },
    {
      label: words.rename,
      icon: Pencil,
      shortcut: 'F2',
      run: () => askToRenameFolder(workbench, folders, path),
    },
    {
      label: words.export,
      icon: Download,
      disabled: inside.length === 0,
      run: () =>
        void exportEntries(
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
      disabled: !isEmptyFolder(folders, path),
      run: () => void removeFolder(workbench, folders, path),
    },
  ]
}

/** Keys of the tree beyond walking it. */
export function handleTreeKey(workbench: Workbench, event: KeyboardEvent, row: CollectionRow): void {
  if (event.key === 'ContextMenu' || event.isComposing) return
  const action =
    row.kind === 'folder' ? folderKeyAction(workbench, event, row.path) : entryKeyAction(workbench, event, row.entry)
  if (action === null) return
  event.preventDefault()
  action()
}

function folderKeyAction(workbench: Workbench, event: KeyboardEvent, path: string): (() => void) | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (event.key === 'F2') return () => askToRenameFolder(workbench, messageFolders(workbench), path)
  if (event.key === 'Delete') return () => void removeFolder(workbench, messageFolders(workbench), path)
  return null
}

function entryKeyAction(workbench: Workbench, event: KeyboardEvent, entry: CollectionEntry): (() => void) | null {
  const control = event.ctrlKey || event.metaKey
  if (control && !event.altKey && event.key.toLowerCase() === 'd') return () => void duplicateEntry(workbench, entry)
  if (control && !event.altKey && event.key === 'Enter') return () => void sendEntry(workbench, entry)
  if (event.altKey && !control && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    const step = event.key === 'ArrowUp' ? -1 : 1
    return () => void workbench.attempt(workbench.collection.moveBy(entry.id, step))
  }
  if (control || event.altKey) return null
  if (event.key === 'F2') return () => askToRename(workbench, entry)
  if (event.key === 'F4') return () => workbench.dialogs.open({ kind: 'entry-details', entry })
  if (event.key === 'Delete') return () => void removeEntry(workbench, entry)
  return null
}
