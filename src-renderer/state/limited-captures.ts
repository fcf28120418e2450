import type { LimitedCapture } from '../../src-main/contract/schemas/capture-keeping.ts'
import { formatByteCount, formatCount } from '../format/quantities.ts'
import { allCapturesWords as words } from '../strings/all-captures.ts'
import { toastWords } from '../strings/shell.ts'
import type { CaptureStore } from './captures.svelte.ts'
import type { ToastStore } from './toasts.svelte.ts'

const toldNames = 3

/** What it takes to tell of captures, to bring them back and to show the trash. */
interface CaptureKeeper {
  readonly toasts: Pick<ToastStore, 'show'>
  readonly captures: Pick<CaptureStore, 'restore'>
  attempt(action: () => Promise<void>): Promise<unknown>
  openAllCaptures(shown: 'trash'): void
}

/** Says which captures the limits removed, with their size; offers to undo it and to see where they are. */
export function tellLimited(workbench: CaptureKeeper, limited: readonly LimitedCapture[]): void {
  const names = limited.slice(0, toldNames).map(({ name }) => `“${name}”`)
  const more = limited.length - names.length
  const listed = more > 0 ? [...names, words.andMore(formatCount(more))] : names
  const bytes = limited.reduce((sum, { fileBytes }) => sum + fileBytes, 0)
  const bringBack = async (): Promise<void> => {
    for (const { captureId } of limited) await workbench.captures.restore(captureId)
  }
  workbench.toasts.show({
    level: 'warning',
    message: words.limited(listed.join(', '), formatByteCount(bytes)),
    action: { label: toastWords.undo, run: () => void workbench.attempt(bringBack) },
    secondAction: { label: words.showTrash, run: () => workbench.openAllCaptures('trash') },
  })
}
