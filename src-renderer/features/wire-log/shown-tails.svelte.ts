import type { SessionState } from '../../state/session-state.svelte.ts'
import { SvelteSet } from 'svelte/reactivity'

/** The sessions whose wire log is being read: kept while their tab is not in front. */
const shown = new SvelteSet<string>()

export const isTailShown = (session: SessionState): boolean => shown.has(session.sessionId)

export function showTail(session: SessionState, isShown: boolean): void {
  if (isShown) shown.add(session.sessionId)
  else shown.delete(session.sessionId)
}
