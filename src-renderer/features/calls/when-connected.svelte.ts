import type { SessionState } from '../../state/session-state.svelte.ts'

/** Waits until a session that is being connected is open, or is not being connected any more: true when it is open. */
export async function whenConnected(session: SessionState): Promise<boolean> {
  return await new Promise((resolve) => {
    const stop = $effect.root(() => {
      $effect(() => {
        if (session.isBusy) return
        resolve(session.isLive)
        queueMicrotask(() => stop())
      })
    })
  })
}
