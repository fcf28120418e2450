import type { CaptureSummary } from '../../../src-main/contract/schemas/capture.ts'
import { countOf } from '../../format/quantities.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { allCapturesWords as words } from '../../strings/all-captures.ts'
import { toastWords } from '../../strings/shell.ts'
import { bringBack, removeCapture } from './capture-actions.ts'

const captureCount = (count: number): string => countOf(count, words.capture, words.captures)

/** Deletes captures, takes opened files off the list, and offers to undo both. Those being written stay. */
export async function removeCaptures(workbench: Workbench, chosen: readonly CaptureSummary[]): Promise<void> {
  const [only] = chosen
  if (only !== undefined && chosen.length === 1) return removeCapture(workbench, only)
  const removable = chosen.filter(({ live, origin }) => !live || origin.kind === 'file')
  const removed: CaptureSummary[] = []
  await workbench.attempt(async () => {
    for (const capture of removable) {
      await workbench.captures.remove(capture.captureId)
      removed.push(capture)
    }
  })
  if (removed.length > 0) {
    workbench.toasts.show({
      message: removedSentence(removed),
      action: { label: toastWords.undo, run: () => void workbench.attempt(bringBack(workbench, removed)) },
    })
  }
  const skipped = chosen.length - removable.length
  if (skipped > 0) workbench.toasts.show({ level: 'warning', message: words.skippedLive(captureCount(skipped)) })
}

function removedSentence(removed: readonly CaptureSummary[]): string {
  const fileCount = removed.filter(({ origin }) => origin.kind === 'file').length
  const deletedCount = removed.length - fileCount
  return [
    deletedCount > 0 ? words.removedMany(captureCount(deletedCount)) : '',
    fileCount > 0 ? words.closedFiles(captureCount(fileCount)) : '',
  ]
    .join(' ')
    .trim()
}

/** Asks for the path of a capture file and opens it in a tab. */
export function askForCaptureFile(workbench: Workbench): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.openFileTitle,
      label: words.openFileLabel,
      value: '',
      confirmLabel: words.openFileConfirm,
      problem: (path) => (path.trim() === '' ? words.pathEmpty : null),
      run: async (path) => {
        const { captureId } = await workbench.captures.openFile(path.trim())
        workbench.tabs.open('capture', captureId)
      },
    },
  })
}

/** Asks for a tag and gives it to all of these captures that can take one. */
export function askForTag(workbench: Workbench, chosen: readonly CaptureSummary[]): void {
  workbench.dialogs.open({
    kind: 'name',
    prompt: {
      title: words.addTagTitle,
      label: words.addTagLabel,
      value: '',
      confirmLabel: words.addTagConfirm,
      problem: (tag) => (tag.trim() === '' ? words.tagEmpty : tag.trim().length > 40 ? words.tagTooLong : null),
      run: async (tag) => {
        for (const { captureId, tags, origin } of chosen) {
          if (origin.kind === 'file') continue
          await workbench.captures.annotate(captureId, { tags: [...new Set([...tags, tag.trim()])] })
        }
      },
    },
  })
}
