import { callsOfSession } from './calls.svelte.ts'
import type { SessionState } from './session-state.svelte.ts'
import type { Workbench } from './workbench.svelte.ts'

/**
 * Opens the form of a new profile with the settings of a session, how it is read, its calls and its commands; `setting` says which part is shown
 * first. Once the profile is saved, the session is one of it. A failure is shown as a message.
 */
export async function saveAsProfile(session: SessionState, workbench: Workbench, setting?: string): Promise<void> {
  await workbench.attempt(async () => {
    const calls = await callsOfSession(workbench.link, session.sessionId)
    const { title: name, settings: connection } = session.snapshot
    const interpretation = workbench.captures.find(session.captureId)?.interpretation
    workbench.dialogs.open({
      kind: 'new-connection',
      folder: '',
      given: { name, connection, calls, interpretation },
      savedSession: session,
      ...(setting === undefined ? {} : { setting }),
    })
  })
}
