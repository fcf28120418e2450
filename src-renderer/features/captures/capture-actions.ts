import GitCompare from '@lucide/svelte/icons/git-compare-arrows'
import FolderOpen from '@lucide/svelte/icons/folder-open'
import Pencil from '@lucide/svelte/icons/pencil'
import ShieldCheck from '@lucide/svelte/icons/shield-check'
import Trash from '@lucide/svelte/icons/trash'
import type { CaptureSummary } from '../../../src-main/contract/schemas/capture.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { allCapturesWords, captureCheckWords } from '../../strings/all-captures.ts'
import { captureWords as words } from '../../strings/captures.ts'
import { comparisonWords } from '../../strings/comparison.ts'
import { toastWords } from '../../strings/shell.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { exportEntry } from '../transfers/export-actions.ts'
import { checkCapture } from './capture-check.ts'

/** Brings removed captures back; a file elsewhere is opened again. */
export async function bringBack(
  workbench: Workbench,
  removed: readonly Pick<CaptureSummary, 'captureId' | 'origin'>[],
): Promise<void> {
  for (const { captureId, origin } of removed) {
    if (origin.kind === 'file') await workbench.captures.openFile(origin.path)
    else await workbench.captures.restore(captureId)
  }
}

/** Deletes a capture, or takes an opened file off the list, and offers to undo it. */
export async function removeCapture(workbench: Workbench, capture: CaptureSummary): Promise<void> {
  const isFile = capture.origin.kind === 'file'
  if (capture.live && !isFile) {
    workbench.toasts.show({ level: 'warning', message: words.inUse })
    return
  }
  await workbench.attempt(async () => {
    await workbench.captures.remove(capture.captureId)
    workbench.toasts.show({
      message: isFile ? allCapturesWords.closedFile(capture.name) : words.removed(capture.name),
      action: { label: toastWords.undo, run: () => void workbench.attempt(bringBack(workbench, [capture])) },
    })
  })
}

/** Asks for a new name and saves it; the name of a file elsewhere is not ours to change. */
export function askToRenameCapture(workbench: Workbench, capture: CaptureSummary): void {
  if (capture.origin.kind === 'file') {
    workbench.toasts.show({ level: 'warning', message: allCapturesWords.readOnly })
    return
  }
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.renameTitle,
      label: words.name,
      value: capture.name,
      confirmLabel: words.renameConfirm,
      problem: (name) => (name.trim() === '' ? words.nameEmpty : name.trim().length > 120 ? words.nameTooLong : null),
      run: (name) => workbench.captures.rename(capture.captureId, name),
    },
  })
}

/** The menu of a capture; none for the empty place. */
export function captureEntries(workbench: Workbench, capture: CaptureSummary | null): readonly MenuEntry[] {
  if (capture === null) return []
  const isFile = capture.origin.kind === 'file'
  return [
    {
      label: words.open,
      icon: FolderOpen,
      shortcut: 'Enter',
      run: () => void workbench.openCapture(capture.captureId),
    },
    {
      label: words.rename,
      icon: Pencil,
      shortcut: 'F2',
      disabled: isFile,
      run: () => askToRenameCapture(workbench, capture),
    },
    exportEntry(workbench, capture.captureId),
    {
      label: comparisonWords.compareCapture,
      icon: GitCompare,
      run: () => workbench.comparisons.openCaptures(capture.captureId, comparisonWords.capturesTitle),
    },
    {
      label: captureCheckWords.check,
      icon: ShieldCheck,
      disabled: capture.live || capture.problem !== null,
      run: () => void checkCapture(workbench, capture.captureId),
    },
    'separator',
    {
      label: isFile ? allCapturesWords.closeFile : words.remove,
      icon: Trash,
      shortcut: 'Delete',
      danger: !isFile,
      disabled: capture.live && !isFile,
      run: () => void removeCapture(workbench, capture),
    },
  ]
}

/** Keys of the capture list beyond walking it. */
export function handleCaptureKey(workbench: Workbench, event: KeyboardEvent, capture: CaptureSummary): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  if (event.key === 'Delete') void removeCapture(workbench, capture)
  else if (event.key === 'F2') askToRenameCapture(workbench, capture)
  else return
  event.preventDefault()
}
