import Download from '@lucide/svelte/icons/download'
import type { Command } from '../../state/commands.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { exportWords as words } from '../../strings/exports.ts'
import { commandWords } from '../../strings/palette.ts'
import type { MenuAction } from '../../ui/menu-entry.ts'

/** Asks how a capture is exported. */
export function askToExport(workbench: Workbench, captureId: string): void {
  workbench.dialogs.open({ kind: 'export-capture', captureId })
}

/** The row of a menu that does so. */
export function exportEntry(workbench: Workbench, captureId: string): MenuAction {
  return { label: words.menu, icon: Download, run: () => askToExport(workbench, captureId) }
}

/** The capture that is in front: its own tab's, or that of the session or server of the tab. */
function captureInFront({ tabs, sessions, servers }: Workbench): string | null {
  const tab = tabs.active
  if (tab?.kind === 'capture') return tab.id
  if (tab?.kind === 'session') return sessions.find(tab.id)?.captureId ?? null
  return tab?.kind === 'server' ? (servers.find(tab.id)?.captureId ?? null) : null
}

/** Exporting what is in front, for the palette. */
export function exportCommands(workbench: Workbench): readonly Command[] {
  return [
    {
      id: 'capture.export',
      title: words.command,
      group: commandWords.groups.captures,
      enabled: () => captureInFront(workbench) !== null,
      run: () => {
        const captureId = captureInFront(workbench)
        if (captureId !== null) askToExport(workbench, captureId)
      },
    },
  ]
}
