import type { CallSettings, ProfileCalls } from '../../../src-main/contract/schemas/call-settings.ts'
import type { ProfileContent } from '../../../src-main/contract/schemas/profile.ts'
import { reconnect } from '../../state/reconnect.svelte.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'

/** Connects with what a form says: the session whose form it is again, else a new one. Rejects with a coded error. */
export async function connectWithoutSaving(
  { name, connection, calls }: ProfileContent,
  session: SessionState | null,
  workbench: Workbench,
): Promise<void> {
  if (session === null) {
    await workbench.connectWithoutSaving(connection, name, (made) => useCalls(made, calls, workbench))
    return
  }
  await useCalls(session, calls, workbench)
  await reconnect(session, connection)
}

/** Commands of the session stay as they are: they are not edited in the form. */
async function useCalls(session: SessionState, calls: ProfileCalls | null, { link }: Workbench): Promise<void> {
  const { sessionId } = session
  const present = (await link.call('call.state', { sessionId })).settings
  const wanted = calls?.settings ?? null
  // Settings that stay the same are no reason to refuse while calls are under way.
  if (isSame(present, wanted)) return
  await link.call('call.configure', { sessionId, settings: wanted })
}

const isSame = (first: CallSettings | null, second: CallSettings | null): boolean => {
  const sorted = (settings: CallSettings | null): string => JSON.stringify(Object.entries(settings ?? {}).sort())
  return sorted(first) === sorted(second)
}
