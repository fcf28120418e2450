import { toErrorShape } from '../../../src-main/contract/errors.ts'
import { startOf } from '../../state/servers.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'

/**
 * Starts a server: true when it listens. A failure is told in its tab where that is in front, else as a message until the
 * server listens or its tab tells it.
 */
export async function startServer(workbench: Workbench, serverId: string): Promise<boolean> {
  const { servers, tabs, toasts } = workbench
  try {
    await servers.startServer(serverId)
    return true
  } catch (thrown) {
    const { active } = tabs
    const isInFront = active?.kind === 'server' && active.id === serverId
    const isToldThere = isInFront && servers.find(serverId)?.error?.code === toErrorShape(thrown).code
    if (!isToldThere) toasts.showError(thrown, startOf(serverId))
    return false
  }
}
