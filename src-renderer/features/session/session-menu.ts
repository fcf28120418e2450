import { usualReadSizeBytes } from '../../../src-main/contract/schemas/reading.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { doctorWords } from '../../strings/doctor.ts'
import { readingWords } from '../../strings/reading.ts'
import { sessionWords } from '../../strings/session-view.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { diagnoseSession } from '../doctor/diagnose.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'
import { reconnect } from '../../state/reconnect.svelte.ts'
import { sessionTools } from './session-tools.ts'

/** What else can be done with a session. Failures are shown as messages. */
export function sessionMenuEntries(session: SessionState, workbench: Workbench): readonly MenuEntry[] {
  const run = (action: () => Promise<unknown>): void => void workbench.attempt(action)
  const { snapshot } = session
  const profile = snapshot.profileId === null ? null : workbench.profiles.find(snapshot.profileId)
  const sends = snapshot.state === 'open' || snapshot.state === 'half-closed-remote'
  return [
    { label: sessionWords.endSending, disabled: !sends, run: () => run(() => session.endSending()) },
    { label: sessionWords.abort, disabled: !session.isLive, run: () => run(() => session.abort()) },
    {
      label: sessionWords.reconnect,
      disabled: session.isClosed || snapshot.state === 'idle',
      run: () => run(() => reconnect(session)),
    },
    {
      label: readingWords.menu,
      checked: snapshot.reading.mode === 'manual',
      disabled: session.isClosed,
      run: () => run(() => switchReading(session)),
    },
    'separator',
    ...sessionTools(session, workbench).map(({ title, enabled, run: open }) => ({
      label: title,
      disabled: !enabled(),
      run: open,
    })),
    'separator',
    profile === null
      ? {
          label: sessionWords.saveProfile,
          disabled: session.isClosed,
          run: () => saveProfile(session, workbench),
        }
      : {
          label: sessionWords.editProfile,
          run: () => workbench.dialogs.open({ kind: 'edit-connection', profile }),
        },
    { label: doctorWords.diagnose, disabled: session.isClosed, run: () => diagnoseSession(session, workbench) },
    { label: sessionWords.details, run: () => workbench.showConnectionDetails(session) },
    { label: sessionWords.copyAddress, run: () => run(() => copyAddress(session, workbench)) },
  ]
}

async function switchReading(session: SessionState): Promise<void> {
  const isManual = session.snapshot.reading.mode === 'manual'
  await session.setReading(isManual ? { mode: 'automatic' } : { mode: 'manual', readSizeBytes: usualReadSizeBytes })
}

/** Nothing is saved before the person says so in the form. */
function saveProfile(session: SessionState, workbench: Workbench): void {
  const connection = session.snapshot.settings
  workbench.dialogs.open({ kind: 'new-connection', folder: '', given: { name: session.title, connection } })
}

async function copyAddress(session: SessionState, workbench: Workbench): Promise<void> {
  await copyToClipboard(session.address)
  workbench.toasts.show({ message: sessionWords.addressCopied(session.address) })
}
