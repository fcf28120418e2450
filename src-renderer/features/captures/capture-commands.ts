import type { Command } from '../../state/commands.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { commandWords } from '../../strings/palette.ts'
import { askForCaptureFile } from './many-captures.ts'

/** The table of all captures, its trash, and opening a file, for the palette. */
export function captureCommands(workbench: Workbench): readonly Command[] {
  const group = commandWords.groups.captures
  return [
    { id: 'captures.all', title: commandWords.allCaptures, group, run: () => workbench.openAllCaptures() },
    { id: 'captures.trash', title: commandWords.captureTrash, group, run: () => workbench.openAllCaptures('trash') },
    { id: 'captures.open-file', title: commandWords.openCaptureFile, group, run: () => askForCaptureFile(workbench) },
  ]
}
