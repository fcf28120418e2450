import type { ConnectionSettings, ConnectionSettingsInput } from '../../../src-main/contract/schemas/connection.ts'
import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import { reconnect } from '../../state/reconnect.svelte.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { saveAsProfile } from '../../state/save-as-profile.ts'
import { tlsChangeWords as words } from '../../strings/tls.ts'

/** A change of how a session connects, with the sentence that tells it. */
export interface ConnectionChange {
  readonly changed: (settings: ConnectionSettings) => ConnectionSettingsInput
  readonly told: string
}

/** The profile of a session; null when it has none, or none any more. */
export function profileOf(session: SessionState, workbench: Workbench): Profile | null {
  const { profileId } = session.snapshot
  return profileId === null ? null : workbench.profiles.find(profileId)
}

/** The settings that the next connection is made with: those of the profile, else the session's own. */
export function settingsOf(session: SessionState, workbench: Workbench): ConnectionSettings {
  return profileOf(session, workbench)?.connection ?? session.snapshot.settings
}

/** Changes the profile, or the session where it has none, and connects again. Rejects with a coded error. */
export async function changeAndConnect(
  session: SessionState,
  workbench: Workbench,
  change: ConnectionChange,
): Promise<void> {
  const settings = change.changed(settingsOf(session, workbench))
  await save(session, workbench, settings)
  tell(session, workbench, change.told)
  await reconnect(session, settings)
}

/**
 * Changes the profile for the next connection and offers to connect again. A session without a profile has its settings only
 * by connecting: where it has a connection, the person is asked first.
 */
export async function changeForNextConnection(
  session: SessionState,
  workbench: Workbench,
  change: ConnectionChange,
): Promise<void> {
  const profile = profileOf(session, workbench)
  if (profile === null && (session.isLive || session.isBusy)) {
    workbench.dialogs.open({
      kind: 'confirm',
      confirmation: {
        title: words.reconnectTitle,
        text: words.reconnectText,
        confirmLabel: words.reconnectConfirm,
        cancelLabel: words.keep,
        run: () => void workbench.attempt(() => changeAndConnect(session, workbench, change)),
      },
    })
    return
  }
  if (profile === null) {
    await changeAndConnect(session, workbench, change)
    return
  }
  const settings = change.changed(profile.connection)
  await save(session, workbench, settings)
  workbench.toasts.show({
    message: words.inProfile(profile.name, change.told),
    action: {
      label: words.reconnect,
      run: () => void workbench.attempt(() => reconnect(session, settings)),
    },
  })
}

async function save(session: SessionState, workbench: Workbench, connection: ConnectionSettingsInput): Promise<void> {
  const profile = profileOf(session, workbench)
  if (profile !== null) await workbench.profiles.change(profile, { connection })
}

function tell(session: SessionState, workbench: Workbench, told: string): void {
  const profile = profileOf(session, workbench)
  if (profile !== null) {
    workbench.toasts.show({ message: words.inProfile(profile.name, told) })
    return
  }
  workbench.toasts.show({
    message: words.inSession(told),
    action: {
      label: words.saveProfile,
      run: () => {
        void saveAsProfile(session, workbench)
      },
    },
  })
}
