import type { ServerSnapshot } from '../../../src-main/contract/schemas/server.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { toastWords } from '../../strings/shell.ts'
import { serverWords as words } from '../../strings/servers.ts'
import { copyName } from './copy-name.ts'
import { downloadText } from '../library/text-files.ts'
import { startServer } from './start-server.ts'

/** Starts a stopped server, stops a running one. */
export async function toggleServer(workbench: Workbench, server: ServerSnapshot): Promise<void> {
  const { servers } = workbench
  if (server.state === 'stopped') await startServer(workbench, server.serverId)
  else await workbench.attempt(servers.stopServer(server.serverId))
}

/** Brings the tab of a server in front. */
export function openServer(workbench: Workbench, server: ServerSnapshot): void {
  workbench.tabs.open('server', server.serverId)
}

/** Hands over the certificate of the CA, for programs other than this one. */
export async function saveCaCertificate(workbench: Workbench): Promise<void> {
  await workbench.attempt(async () => {
    const { caPem } = await workbench.servers.authority()
    downloadText('wirebench-ca.pem', caPem, 'application/x-pem-file')
  })
}

/** Makes another server like this one, under a name of its own, and shows its form. */
export async function duplicateServer(workbench: Workbench, { definition }: ServerSnapshot): Promise<void> {
  await workbench.attempt(async () => {
    const taken = new Set(workbench.servers.list.map((server) => server.definition.name))
    // A port of its own: two servers cannot listen on the same one.
    const made = await workbench.servers.create({
      ...definition,
      name: copyName(definition.name, taken),
      port: 0,
      m2: { ...definition.m2, telemetryPort: 0 },
      startsWithWorkbench: false,
    })
    workbench.tabs.open('server', made.serverId)
    workbench.dialogs.open({ kind: 'server', server: made })
  })
}

/** Deletes a server and offers to make it anew. */
export async function removeServer(workbench: Workbench, server: ServerSnapshot): Promise<void> {
  if (server.state !== 'stopped') {
    workbench.toasts.show({ level: 'warning', message: words.stopFirst })
    return
  }
  await workbench.attempt(async () => {
    await workbench.servers.remove(server.serverId)
    workbench.toasts.show({
      message: words.removed(server.definition.name),
      action: {
        label: toastWords.undo,
        run: () => void workbench.attempt(workbench.servers.create(server.definition)),
      },
    })
  })
}

/** Puts an address on the clipboard. */
export async function copyAddress(workbench: Workbench, address: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(address)
    workbench.toasts.show({ message: words.copied(address) })
  } catch {
    workbench.toasts.show({ level: 'error', message: words.copyFailed })
  }
}
