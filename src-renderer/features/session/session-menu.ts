import type { Command } from '../../state/commands.svelte.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { doctorWords } from '../../strings/doctor.ts'
import { sessionWords } from '../../strings/session-view.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { diagnoseSession } from '../doctor/diagnose.ts'
import { exportEntry } from '../transfers/export-actions.ts'
import { connectionActions, otherActions, settingsActions, type SessionAction } from './session-actions.ts'
import { sessionTools } from './session-tools.ts'

/** What stands as a button beside the menu already. */
const onTheBar: ReadonlySet<string> = new Set(['session.connect', 'session.cancel'])

/** What else can be done with a session. Failures are shown as messages. */
export function sessionMenuEntries(session: SessionState, workbench: Workbench): readonly MenuEntry[] {
  return [
    ...connectionActions(session, workbench)
      .filter(({ id }) => !onTheBar.has(id))
      .map(asEntry),
    'separator',
    ...otherActions(session, workbench).map(asEntry),
    ...sessionTools(session, workbench).map(({ title, enabled, run: open }) => ({
      label: title,
      disabled: !enabled(),
      run: open,
    })),
    exportEntry(workbench, session.captureId),
    'separator',
    { label: doctorWords.diagnose, disabled: session.isClosed, run: () => diagnoseSession(session, workbench) },
    ...settingsActions(session, workbench).map(asEntry),
    { label: sessionWords.details, run: () => workbench.showConnectionDetails(session) },
  ]
}

/** The same as commands of the palette, offered while `isShown`. */
export function sessionCommands(
  session: SessionState,
  workbench: Workbench,
  isShown: () => boolean,
): readonly Command[] {
  return [connectionActions, otherActions, settingsActions].flatMap((actionsOf) =>
    actionsOf(session, workbench).map(({ id }): Command => {
      const action = (): SessionAction | undefined => actionsOf(session, workbench).find((other) => other.id === id)
      return {
        id,
        get title() {
          return action()?.label ?? ''
        },
        group: sessionWords.bar,
        enabled: () => isShown() && action()?.isEnabled === true,
        run: () => action()?.run(),
      }
    }),
  )
}

const asEntry = ({ label, isEnabled, isChecked, run }: SessionAction): MenuEntry => ({
  label,
  disabled: !isEnabled,
  checked: isChecked,
  run,
})
