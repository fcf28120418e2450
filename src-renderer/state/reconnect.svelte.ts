import type { ConnectionSettingsInput } from '../../src-main/contract/schemas/connection.ts'
import type { ConnectOptions, SessionState } from './session-state.svelte.ts'

/** Resolves once the session can be connected, or is gone. */
function whenConnectable(session: SessionState): Promise<void> {
  return new Promise((resolve) => {
    const stop = $effect.root(() => {
      $effect(() => {
        if (!session.canConnect && !session.isClosed) return
        resolve()
        queueMicrotask(() => stop())
      })
    })
  })
}

/** Ends the connection, if there is one, and makes a new one; with other settings when given. */
export async function reconnect(
  session: SessionState,
  settings?: ConnectionSettingsInput,
  options: ConnectOptions = {},
): Promise<void> {
  if (session.isLive) await session.disconnect()
  else if (session.isBusy) await session.cancel()
  await whenConnectable(session)
  if (session.canConnect) await session.connect(settings, options)
}
