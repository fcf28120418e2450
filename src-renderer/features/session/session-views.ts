import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { SessionCalls } from '../../state/calls.svelte.ts'
import { CallsView } from '../calls/calls-view.svelte.ts'
import { ComposerState } from '../composer/composer-state.svelte.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'

/** What a session's view keeps while its tab is not in front: draft, selection, place in the traffic. */
export interface SessionViewState {
  readonly traffic: TrafficView
  readonly composer: ComposerState
  readonly calls: CallsView
}

const kept = new WeakMap<SessionState, SessionViewState>()

/** The view state of a session, made on first sight. */
export function viewStateOf(session: SessionState, workbench: Workbench): SessionViewState {
  const known = kept.get(session)
  if (known !== undefined) return known
  const { profileId } = session.snapshot
  const profile = profileId === null ? null : workbench.profiles.find(profileId)
  const { mode = 'text', lineEnding = 'lf' } = profile?.composer ?? {}
  const made: SessionViewState = {
    traffic: new TrafficView(workbench.link, session.captureId, {
      view: workbench.settings.current.trafficView,
      following: true,
    }),
    composer: new ComposerState(workbench.link, session.sessionId, workbench.structures, { mode, lineEnding }),
    calls: new CallsView(new SessionCalls(workbench.link, session.sessionId)),
  }
  kept.set(session, made)
  return made
}
