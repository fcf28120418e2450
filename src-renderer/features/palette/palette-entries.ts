import { formatHostPort, formatSocketAddress } from '../../format/addresses.ts'
import { formatByteCount } from '../../format/quantities.ts'
import { formatMoment } from '../../format/times.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { collectionWords } from '../../strings/collection.ts'
import { environmentWords } from '../../strings/environments.ts'
import { describeServerState } from '../../strings/states.ts'
import type { DotShape } from '../../ui/dot-shape.ts'
import { contentText } from '../collection/entry-text.ts'
import { openEntry } from '../collection/message-actions.ts'
import { connectToServer } from '../servers/connect-to-server.ts'

export type PaletteGroup = 'connection' | 'message' | 'environment' | 'server' | 'capture' | 'command'

/** Something the palette offers. */
export interface PaletteEntry {
  readonly id: string
  readonly group: PaletteGroup
  readonly title: string
  readonly detail: string
  readonly shape: DotShape | null
  readonly shortcut: string | undefined
  readonly run: () => void
}

/** Most entries drawn of each group. */
const maximumPerGroup = 12
/** Longest part of a message that is shown, in UTF-16 units. */
const maximumContentShown = 120

/** Everything there is to find: connections, saved messages, environments, servers, captures, commands. */
export function collectEntries(workbench: Workbench): readonly PaletteEntry[] {
  const { profiles, sessions, servers, captures, commands, collection } = workbench
  return [
    ...profiles.library.profiles.map((profile): PaletteEntry => ({
      id: `profile:${profile.id}`,
      group: 'connection',
      title: profile.name,
      detail: [profile.folder, formatHostPort(profile.connection.host, profile.connection.port)]
        .filter(Boolean)
        .join(' · '),
      shape: sessions.ofProfile(profile.id)?.stateWords.shape ?? 'idle',
      shortcut: undefined,
      run: () => void workbench.openProfile(profile.id, { connect: true }),
    })),
    ...collection.entries.map((entry): PaletteEntry => ({
      id: `message:${entry.id}`,
      group: 'message',
      title: entry.name,
      detail: [
        entry.folder,
        entry.tags.join(' '),
        entry.item.kind === 'sequence'
          ? collectionWords.sequence
          : contentText(entry.item.message.content).slice(0, maximumContentShown),
      ]
        .filter(Boolean)
        .join(' · '),
      shape: null,
      shortcut: undefined,
      run: () => openEntry(workbench, entry),
    })),
    ...environmentEntries(workbench),
    ...commands.available.map((command): PaletteEntry => ({
      id: `command:${command.id}`,
      group: 'command',
      title: command.title,
      detail: command.group,
      shape: null,
      shortcut: commands.shown(command),
      run: command.run,
    })),
    ...servers.list.map((server): PaletteEntry => ({
      id: `server:${server.serverId}`,
      group: 'server',
      title: server.definition.name,
      detail: server.address === null ? '' : formatSocketAddress(server.address),
      shape: describeServerState(server).shape,
      shortcut: undefined,
      run: () => void connectToServer(workbench, server),
    })),
    ...captures.list.map((capture): PaletteEntry => ({
      id: `capture:${capture.captureId}`,
      group: 'capture',
      title: capture.name,
      detail: `${formatMoment(capture.startedAtUnixUs)} · ${formatByteCount(
        (captures.totalsOf(capture.captureId) ?? capture.totals).fileBytes,
      )}`,
      shape: null,
      shortcut: undefined,
      run: () => void workbench.openCapture(capture.captureId),
    })),
  ]
}

function environmentEntries(workbench: Workbench): readonly PaletteEntry[] {
  const { environments } = workbench
  const all = environments.current.environments
  const choices = all.length === 0 ? [] : [{ id: null, title: environmentWords.useNone }]
  return [...choices, ...all.map(({ id, name }) => ({ id, title: environmentWords.using(name) }))].map(
    ({ id, title }) => ({
      id: `environment:${id ?? ''}`,
      group: 'environment',
      title,
      detail: id === environments.current.activeId ? environmentWords.inUse : '',
      shape: null,
      shortcut: undefined,
      run: () => void workbench.attempt(environments.choose(id)),
    }),
  )
}

/** The entries in which every word typed occurs, best first within their group, groups in the order of their best. */
export function findEntries(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const scored = entries
    .map((entry, order) => ({ entry, order, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.order - other.order)
  const groups = [...new Set(scored.map(({ entry }) => entry.group))]
  return groups.flatMap((group) =>
    scored
      .filter(({ entry }) => entry.group === group)
      .slice(0, maximumPerGroup)
      .map(({ entry }) => entry),
  )
}

/** 0 when a word does not occur; more the nearer to the front of the title. */
function scoreOf(entry: PaletteEntry, words: readonly string[]): number {
  const title = entry.title.toLowerCase()
  const all = `${title} ${entry.detail.toLowerCase()}`
  let score = 1
  for (const word of words) {
    if (!all.includes(word)) return 0
    if (title.startsWith(word)) score += 4
    else if (title.includes(` ${word}`)) score += 3
    else if (title.includes(word)) score += 2
  }
  return score
}
