import type { ConnectionSettingsInput } from '../../../src-main/contract/schemas/connection.ts'
import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { formatHostPort } from '../../format/addresses.ts'
import { diagnosisOf } from './diagnosis-state.svelte.ts'

/** Diagnoses a session, in its tab. */
export function diagnoseSession(session: SessionState, workbench: Workbench): void {
  workbench.tabs.open('session', session.sessionId)
  void diagnosisOf(session, workbench).run()
}

/** Diagnoses a saved connection, in the tab of its session; does not connect it. */
export async function diagnoseProfile(profile: Profile, workbench: Workbench): Promise<void> {
  const session = await workbench.openProfile(profile.id, { connect: false })
  if (session !== null) diagnoseSession(session, workbench)
}

/** Diagnoses any address, in a session of its own that is not connected. Rejects, so that a form can show it. */
export async function diagnoseAddress(settings: ConnectionSettingsInput, workbench: Workbench): Promise<void> {
  const title = formatHostPort(settings.host, settings.port)
  diagnoseSession(await workbench.sessions.open({ title, settings }), workbench)
}
