import type { ServerSnapshot } from '../../../../src-main/contract/schemas/server.ts'
import { formatCount } from '../../../format/quantities.ts'
import { serverViewWords as words } from '../../../strings/server-view.ts'
import type { ServerEditing } from '../editing/server-editing.svelte.ts'
import { servesTable } from '../kind-defaults.ts'

export type ServerTab = 'clients' | 'commands' | 'rules' | 'faults' | 'traffic'

interface ShownTab {
  readonly value: ServerTab
  readonly label: string
  readonly count?: string | undefined
  readonly mark?: string | undefined
}

/** The views of a server, with how many things are in each, and a mark where something is wrong. */
export function serverTabs({ definition, clientCount }: ServerSnapshot, editing: ServerEditing): readonly ShownTab[] {
  const { edit } = editing
  const countOf = (count: number): string | undefined => (count === 0 ? undefined : formatCount(count))
  const markOf = (isWrong: boolean): string | undefined => (isWrong ? words.hasProblems : undefined)
  const faultCount = Object.values(edit.faults.faults).filter(({ isOn }) => isOn).length
  return [
    { value: 'clients', label: words.tabs.clients, count: countOf(clientCount) },
    ...(servesTable(definition.kind)
      ? [
          {
            value: 'commands' as const,
            label: words.tabs.commands,
            count: countOf(edit.commands.items.length),
            mark: markOf(editing.isWrong('table')),
          },
        ]
      : []),
    {
      value: 'rules',
      label: words.tabs.rules,
      count: countOf(edit.rules.items.length),
      mark: markOf(editing.isWrong('rules')),
    },
    { value: 'faults', label: words.tabs.faults, count: countOf(faultCount), mark: markOf(editing.isWrong('faults')) },
    { value: 'traffic', label: words.tabs.traffic },
  ]
}
