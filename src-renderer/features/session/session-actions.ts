import { usualReadSizeBytes } from '../../../src-main/contract/schemas/reading.ts'
import { reconnect } from '../../state/reconnect.svelte.ts'
import { saveAsProfile } from '../../state/save-as-profile.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { readingWords } from '../../strings/reading.ts'
import { keyLogQuestion, sessionActionWords as words } from '../../strings/session-bar.ts'
import { sessionWords } from '../../strings/session-view.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'

/** Something that can be done with a session: a row of its menu and a command of the palette. */
export interface SessionAction {
  /** `subject.verb`, as commands have it. */
  readonly id: string
  readonly label: string
  readonly isEnabled: boolean
  /** Drawn with a check mark when given. */
  readonly isChecked?: boolean
  readonly run: () => void
}

/** Bytes that the system did not take, of the present connection or of the last one. */
export function unsentBytesOf({ counters, snapshot }: SessionState): number {
  return counters.unsentBytes > 0 ? counters.unsentBytes : (snapshot.ending?.unsentBytes ?? 0)
}

/** How a connection is made and ended. */
export function connectionActions(session: SessionState, workbench: Workbench): readonly SessionAction[] {
  const run = (action: () => Promise<unknown>): void => void workbench.attempt(action)
  const { snapshot, isLive } = session
  const { state } = snapshot
  const canReconnect = !session.isClosed && state !== 'idle'
  return [
    {
      id: 'session.connect',
      label: words.connect,
      isEnabled: session.canConnect,
      run: () => void workbench.connect(session),
    },
    { id: 'session.cancel', label: words.cancel, isEnabled: session.isBusy, run: () => run(() => session.cancel()) },
    {
      id: 'session.disconnect',
      label: sessionWords.disconnect,
      isEnabled: isLive,
      run: () => run(() => session.disconnect()),
    },
    {
      id: 'session.close-connection',
      label: words.closeConnection,
      isEnabled: isLive,
      run: () => run(() => session.closeConnection()),
    },
    { id: 'session.abort', label: sessionWords.abort, isEnabled: isLive, run: () => run(() => session.abort()) },
    {
      id: 'session.end-sending',
      label: sessionWords.endSending,
      isEnabled: isLive && state !== 'half-closed-local',
      run: () => run(() => session.endSending()),
    },
    {
      id: 'session.end-receiving',
      label: words.endReceiving,
      isEnabled: isLive && !snapshot.receivingEnded && state !== 'half-closed-remote',
      run: () => run(() => session.endReceiving()),
    },
    {
      id: 'session.reconnect',
      label: sessionWords.reconnect,
      isEnabled: canReconnect,
      run: () => run(() => reconnect(session)),
    },
    {
      id: 'session.reconnect-resending',
      label: words.reconnectResending,
      isEnabled: canReconnect && unsentBytesOf(session) > 0,
      run: () => run(() => reconnect(session, undefined, { resendUnsent: true })),
    },
  ]
}

/** What is done on a connection that is there, and with what is known of it. */
export function otherActions(session: SessionState, workbench: Workbench): readonly SessionAction[] {
  const run = (action: () => Promise<unknown>): void => void workbench.attempt(action)
  const { snapshot, sessionId } = session
  const isManual = snapshot.reading.mode === 'manual'
  const { isOn: keyLogIsOn } = snapshot.keyLog
  return [
    {
      id: 'session.start-tls',
      label: words.startTls,
      isEnabled: snapshot.state === 'open' && snapshot.tls === null,
      run: () => workbench.dialogs.open({ kind: 'start-tls', sessionId }),
    },
    {
      id: 'session.key-log',
      label: keyLogIsOn ? words.keyLogOff : words.keyLogOn,
      isEnabled: !session.isClosed,
      run: () => (keyLogIsOn ? run(() => session.setKeyLog(false)) : askForKeyLog(session, workbench)),
    },
    {
      id: 'session.show-unsent',
      label: words.showUnsent,
      isEnabled: !session.isClosed && unsentBytesOf(session) > 0,
      run: () => workbench.dialogs.open({ kind: 'unsent', sessionId }),
    },
    {
      id: 'session.read-by-hand',
      label: readingWords.menu,
      isChecked: isManual,
      isEnabled: !session.isClosed,
      run: () =>
        run(() =>
          session.setReading(isManual ? { mode: 'automatic' } : { mode: 'manual', readSizeBytes: usualReadSizeBytes }),
        ),
    },
  ]
}

/** The settings of a session and its address. */
export function settingsActions(session: SessionState, workbench: Workbench): readonly SessionAction[] {
  const { profileId } = session.snapshot
  const profile = profileId === null ? null : workbench.profiles.find(profileId)
  const edit: readonly SessionAction[] =
    profile === null
      ? [
          {
            id: 'session.edit-settings',
            label: words.editSettings,
            isEnabled: !session.isClosed,
            run: () => workbench.editSettings(session),
          },
          {
            id: 'session.save-profile',
            label: sessionWords.saveProfile,
            isEnabled: !session.isClosed,
            run: () => void saveAsProfile(session, workbench),
          },
        ]
      : [
          {
            id: 'session.edit-settings',
            label: sessionWords.editProfile,
            isEnabled: true,
            run: () => workbench.editSettings(session),
          },
        ]
  return [
    ...edit,
    {
      id: 'session.copy-address',
      label: sessionWords.copyAddress,
      isEnabled: true,
      run: () => void workbench.attempt(() => copyAddress(session, workbench)),
    },
  ]
}

/** Anyone with the file can decrypt: that is said before. */
function askForKeyLog(session: SessionState, workbench: Workbench): void {
  const { title, text, confirm, cancel, onlyNext } = keyLogQuestion
  const isSecured = session.isLive && session.snapshot.tls !== null
  workbench.dialogs.open({
    kind: 'confirm',
    confirmation: {
      title,
      text: isSecured ? `${text} ${onlyNext}` : text,
      confirmLabel: confirm,
      cancelLabel: cancel,
      run: () => void workbench.attempt(() => session.setKeyLog(true)),
    },
  })
}

async function copyAddress(session: SessionState, workbench: Workbench): Promise<void> {
  await copyToClipboard(session.address)
  workbench.toasts.show({ message: sessionWords.addressCopied(session.address) })
}
