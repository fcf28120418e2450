import type { Workbench } from '../../state/workbench.svelte.ts'
import { inspectorWords } from '../../strings/session-view.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'

const shownCharacters = 40

/** Puts text on the clipboard and says so. False when the browser did not allow it, which is said as well. */
export async function copyValue(text: string, workbench: Pick<Workbench, 'attempt' | 'toasts'>): Promise<boolean> {
  if ((await workbench.attempt(() => copyToClipboard(text).then(() => true))) === null) return false
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters - 1)}…` : text
  workbench.toasts.show({ message: inspectorWords.copiedText(shown) })
  return true
}
