import BadgeCheck from '@lucide/svelte/icons/badge-check'
import Copy from '@lucide/svelte/icons/copy'
import Pencil from '@lucide/svelte/icons/pencil'
import Play from '@lucide/svelte/icons/play'
import Plug from '@lucide/svelte/icons/plug'
import Square from '@lucide/svelte/icons/square'
import Trash from '@lucide/svelte/icons/trash'
import type { ServerSnapshot } from '../../../src-main/contract/schemas/server.ts'
import { formatSocketAddress } from '../../format/addresses.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { toastWords } from '../../strings/shell.ts'
import { serverWords as words } from '../../strings/servers.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { downloadText } from '../library/text-files.ts'
import { keepTrustingProfile } from './trusting-profile.ts'

/** Starts a stopped server, stops a running one. */
export async function toggleServer(workbench: Workbench, server: ServerSnapshot): Promise<void> {
  const { servers } = workbench
  await workbench.attempt(
    server.state === 'stopped' ? servers.startServer(server.serverId) : servers.stopServer(server.serverId),
  )
}

/**
 * Connects a session to a local server: by the saved connection that names its address where there is one, else without
 * saving. With TLS always by a saved connection, which is made to trust the server's CA.
 */
export async function connectToServer(workbench: Workbench, server: ServerSnapshot): Promise<void> {
  await workbench.attempt(async () => {
    if (server.state === 'stopped') await workbench.servers.startServer(server.serverId)
    const { address, definition } = workbench.servers.find(server.serverId) ?? server
    if (address === null) return
    const host = loopbackOf(address.address)
    if (definition.tls !== null) {
      const dialled = { name: definition.name, host, port: address.port, tls: definition.tls }
      await workbench.showProfile(await keepTrustingProfile(workbench, dialled), { connect: true })
      return
    }
    const profile = workbench.profiles.library.profiles.find(
      ({ connection }) =>
        connection.port === address.port && loopbackOf(connection.host) === host && connection.tls === null,
    )
    if (profile !== undefined) await workbench.openProfile(profile.id, { connect: true })
    else await workbench.connectWithoutSaving({ host, port: address.port }, definition.name)
  })
}

/** The address to dial for one that is listened on: every network is reached here by loopback. */
function loopbackOf(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** Hands over the certificate of the CA, for programs other than this one. */
async function saveCaCertificate(workbench: Workbench): Promise<void> {
  await workbench.attempt(async () => {
    const { caPem } = await workbench.servers.authority()
    downloadText('wirebench-ca.pem', caPem, 'application/x-pem-file')
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

async function copyAddress(workbench: Workbench, address: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(address)
    workbench.toasts.show({ message: words.copied(address) })
  } catch {
    workbench.toasts.show({ level: 'error', message: words.copyFailed })
  }
}

/** The menu of a server. */
export function serverEntries(workbench: Workbench, server: ServerSnapshot | null): readonly MenuEntry[] {
  const add: MenuEntry = {
    label: `${words.add}…`,
    run: () => workbench.dialogs.open({ kind: 'server', server: null }),
  }
  if (server === null) return [add]
  const stopped = server.state === 'stopped'
  const address = server.address === null ? null : formatSocketAddress(server.address)
  return [
    {
      label: stopped ? words.start : words.stop,
      icon: stopped ? Play : Square,
      shortcut: 'Enter',
      run: () => void toggleServer(workbench, server),
    },
    { label: words.connect, icon: Plug, run: () => void connectToServer(workbench, server) },
    {
      label: words.copyAddress,
      icon: Copy,
      disabled: address === null,
      run: () => void copyAddress(workbench, address ?? ''),
    },
    ...(server.definition.tls === null
      ? []
      : [{ label: words.saveCa, icon: BadgeCheck, run: () => void saveCaCertificate(workbench) }]),
    'separator',
    {
      label: words.edit,
      icon: Pencil,
      shortcut: 'F4',
      disabled: !stopped,
      run: () => workbench.dialogs.open({ kind: 'server', server }),
    },
    {
      label: words.remove,
      icon: Trash,
      shortcut: 'Delete',
      danger: true,
      disabled: !stopped,
      run: () => void removeServer(workbench, server),
    },
    'separator',
    add,
  ]
}

/** Keys of the server list beyond walking it. */
export function handleServerKey(workbench: Workbench, event: KeyboardEvent, server: ServerSnapshot): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  if (event.key === 'Delete') void removeServer(workbench, server)
  else if (event.key === 'F4' && server.state === 'stopped') workbench.dialogs.open({ kind: 'server', server })
  else if (event.key === 'F4') workbench.toasts.show({ level: 'warning', message: words.stopFirst })
  else return
  event.preventDefault()
}
