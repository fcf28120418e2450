import BadgeCheck from '@lucide/svelte/icons/badge-check'
import Copy from '@lucide/svelte/icons/copy'
import CopyPlus from '@lucide/svelte/icons/copy-plus'
import PanelTop from '@lucide/svelte/icons/panel-top'
import Pencil from '@lucide/svelte/icons/pencil'
import Play from '@lucide/svelte/icons/play'
import Plug from '@lucide/svelte/icons/plug'
import Square from '@lucide/svelte/icons/square'
import Trash from '@lucide/svelte/icons/trash'
import type { ServerSnapshot } from '../../../src-main/contract/schemas/server.ts'
import { formatSocketAddress } from '../../format/addresses.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { serverWords as words } from '../../strings/servers.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { connectToServer } from './connect-to-server.ts'
import {
  copyAddress,
  duplicateServer,
  openServer,
  removeServer,
  saveCaCertificate,
  toggleServer,
} from './server-actions.ts'

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
    { label: words.open, icon: PanelTop, shortcut: 'Enter', run: () => openServer(workbench, server) },
    {
      label: stopped ? words.start : words.stop,
      icon: stopped ? Play : Square,
      shortcut: workbench.commands.show('Ctrl+Enter'),
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
      run: () => workbench.dialogs.open({ kind: 'server', server }),
    },
    {
      label: words.duplicate,
      icon: CopyPlus,
      shortcut: workbench.commands.show('Ctrl+D'),
      run: () => void duplicateServer(workbench, server),
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
  if (event.altKey) return
  const isChosen = event.ctrlKey || event.metaKey
  if (isChosen && event.key.toLowerCase() === 'd') void duplicateServer(workbench, server)
  else if (isChosen && event.key === 'Enter') void toggleServer(workbench, server)
  else if (isChosen) return
  else if (event.key === 'Delete') void removeServer(workbench, server)
  else if (event.key === 'F4') workbench.dialogs.open({ kind: 'server', server })
  else return
  event.preventDefault()
}
