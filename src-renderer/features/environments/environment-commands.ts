import type { Command } from '../../state/commands.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { commandWords } from '../../strings/palette.ts'
import { environmentWords as words } from '../../strings/environments.ts'

/** The commands of environments. */
export function environmentCommands(workbench: Workbench): readonly Command[] {
  const { dialogs, environments, toasts } = workbench
  const group = commandWords.groups.messages

  async function useNext(): Promise<void> {
    const { environments: all, activeId } = environments.current
    const next = all[all.findIndex(({ id }) => id === activeId) + 1] ?? null
    await environments.choose(next?.id ?? null)
    toasts.show({ message: words.now(next?.name ?? words.none) })
  }

  return [
    {
      id: 'environment.edit',
      title: commandWords.editEnvironments,
      group,
      shortcuts: ['Ctrl+Shift+E'],
      run: () => dialogs.open({ kind: 'environments' }),
    },
    {
      id: 'environment.next',
      title: words.useNext,
      group,
      shortcuts: ['Alt+E'],
      enabled: () => environments.current.environments.length > 0,
      run: () => void workbench.attempt(useNext()),
    },
  ]
}
