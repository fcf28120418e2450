import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { profileOf } from '../tls/change-connection.ts'

/** Opens the form of the connection at the field of a setting, by its name in the contract. */
export function openSettings(session: SessionState, workbench: Workbench, _setting: string): void {
  const profile = profileOf(session, workbench)
  if (profile !== null) {
    workbench.dialogs.open({ kind: 'edit-connection', profile })
    return
  }
  const given = { name: session.title, connection: session.snapshot.settings }
  workbench.dialogs.open({ kind: 'new-connection', folder: '', given })
}
