import type { Command } from '../../state/commands.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { collectionWords } from '../../strings/collection.ts'
import { commandWords as words } from '../../strings/palette.ts'
import { askForNewSequence, exportEntries, importEntries } from './collection-actions.ts'
import { saveFromComposer } from './message-actions.ts'

/** The commands of saved messages and sequences. */
export function collectionCommands(workbench: Workbench): readonly Command[] {
  const { collection, tabs } = workbench
  const group = words.groups.messages
  return [
    {
      id: 'message.save',
      title: collectionWords.save,
      group,
      shortcuts: ['Ctrl+S'],
      enabled: () => tabs.active?.kind === 'session' && workbench.frontSession !== null,
      run: () => void saveFromComposer(workbench),
    },
    {
      id: 'sequence.new',
      title: words.newSequence,
      group,
      shortcuts: ['Alt+S'],
      run: () => askForNewSequence(workbench, ''),
    },
    { id: 'collection.import', title: words.importMessages, group, run: () => void importEntries(workbench) },
    {
      id: 'collection.export',
      title: words.exportMessages,
      group,
      enabled: () => collection.entries.length > 0,
      run: () => void exportEntries(workbench, null),
    },
  ]
}
