import * as v from 'valibot'
import { reloadStorage } from '../../state/window-storage.ts'
import type { SessionViewState } from './session-views.ts'

const keptStart = v.object({
  panel: v.picklist(['message', 'call']),
  look: v.picklist(['timeline', 'stream', 'text', 'latest', 'calls']),
})

/** Sessions that were opened already: what is in sight there is the person's. */
const opened = new WeakSet<SessionViewState>()

/**
 * A session that turns out to make calls opens with the call panel and the calls in sight, after a reload of the window with
 * what was in sight before it. What was chosen by hand meanwhile stays; where the panel was, nobody waits for an opening.
 * Later times change nothing. True when the call panel took the place of the message.
 */
export function openOnCalls(state: SessionViewState): boolean {
  if (opened.has(state)) return false
  opened.add(state)
  const { calls, traffic } = state
  if (calls.panelIsChosen) return false
  const kept = v.safeParse(keptStart, reloadStorage.read(keyOf(state)))
  const { panel, look } = kept.success ? kept.output : { panel: 'call' as const, look: 'calls' as const }
  calls.panel = panel
  if (!traffic.lookIsChosen) void traffic.lookAt(look)
  return panel === 'call'
}

/** Keeps what is in sight of a session that makes calls over a reload of the window. To be run in an effect. */
export function keepInSight(state: SessionViewState): void {
  reloadStorage.write(keyOf(state), { panel: state.calls.panel, look: state.traffic.look })
}

function keyOf({ calls }: SessionViewState): string {
  return `in-sight.${calls.calls.sessionId}`
}
