import type { CollectionContent, CollectionEntry } from '../../../src-main/contract/schemas/collection.ts'
import type { MessageSource } from '../../../src-main/contract/schemas/message.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { collectionWords as words } from '../../strings/collection.ts'
import { toastWords } from '../../strings/shell.ts'
import type { ComposerState } from '../composer/composer-state.svelte.ts'
import { viewStateOf } from '../session/session-views.ts'
import { contentOf } from './collection-actions.ts'
import { updateOrAsk } from './entry-conflict.ts'
import { isSameMessage } from './entry-text.ts'
import { runSequence } from './sequence/sequence-runs.svelte.ts'

/** What a composer's entry said when it was opened or saved: a new name or place of it is then no conflict. */
const opened = new WeakMap<ComposerState, { readonly entryId: string; readonly message: MessageSource }>()

/** Opens a message in the composer of the session in front, or a sequence in a tab of its own. */
export function openEntry(workbench: Workbench, entry: CollectionEntry): void {
  if (entry.item.kind === 'sequence') {
    workbench.tabs.open('sequence', entry.id)
    return
  }
  withSession(workbench, words.open, (session) => openInComposer(workbench, session, entry))
}

/** Does something with the session in front; without one, lets a person open one first. */
export function withSession(workbench: Workbench, purpose: string, then: (session: SessionState) => void): void {
  const session = workbench.frontSession
  if (session === null) workbench.dialogs.open({ kind: 'open-first', purpose, then })
  else then(session)
}

/** Puts a saved message into a session's composer; what stood there unsaved can be brought back. */
export function openInComposer(workbench: Workbench, session: SessionState, entry: CollectionEntry): void {
  if (entry.item.kind !== 'message') return
  const { composer } = viewStateOf(session, workbench)
  const before = { source: composer.currentSource(), origin: composer.origin }
  const losesWork = !composer.isEmpty && !isSaved(workbench, composer)
  composer.openSource(entry.item.message, { entryId: entry.id, revision: entry.revision, name: entry.name })
  opened.set(composer, { entryId: entry.id, message: entry.item.message })
  workbench.tabs.open('session', session.sessionId)
  requestAnimationFrame(() => workbench.commands.run('composer.focus'))
  if (!losesWork) return
  workbench.toasts.show({
    message: words.opened(entry.name),
    action: { label: toastWords.undo, run: () => composer.openSource(before.source, before.origin) },
  })
}

/** The message in the composer stands like this in the collection. */
export function isSaved({ collection }: Workbench, composer: ComposerState): boolean {
  const entry = composer.origin === null ? null : collection.find(composer.origin.entryId)
  return entry?.item.kind === 'message' && isSameMessage(entry.item.message, composer.currentSource())
}

/** Why an entry cannot be sent or run now, as words in a bracket; null when it can. */
export function sendHindrance({ frontSession }: Workbench): string | null {
  if (frontSession === null) return words.noSession
  return frontSession.canSend ? null : words.notConnected
}

/** Sends a message, or runs a sequence, on the session in front; says why when it cannot. */
export async function sendEntry(workbench: Workbench, entry: CollectionEntry): Promise<void> {
  const session = workbench.frontSession
  const hindrance = sendHindrance(workbench)
  if (session === null || hindrance !== null) {
    const message = words.cannotSend(entry.name, hindrance ?? words.noSession)
    workbench.toasts.show({ level: 'warning', message })
    return
  }
  const { item } = entry
  if (item.kind === 'sequence') {
    workbench.tabs.open('sequence', entry.id)
    await workbench.attempt(runSequence(workbench, session, { entryId: entry.id, name: entry.name, steps: item.steps }))
    return
  }
  await workbench.attempt(async () => {
    await workbench.link.call('session.send-message', { sessionId: session.sessionId, message: item.message })
    workbench.toasts.show({ message: words.sent(entry.name, session.title) })
  })
}

/** Saves the message in the composer in front over the entry it was opened from, or asks where to save it. */
export async function saveFromComposer(workbench: Workbench): Promise<void> {
  const session = workbench.frontSession
  if (session === null) return
  const { composer } = viewStateOf(session, workbench)
  const { origin } = composer
  const entry = origin === null ? null : workbench.collection.find(origin.entryId)
  if (origin === null || entry === null) {
    workbench.dialogs.open({ kind: 'save-message', sessionId: session.sessionId })
    return
  }
  const message = composer.currentSource()
  const content: CollectionContent = { ...contentOf(entry), item: { kind: 'message', message } }
  await workbench.attempt(
    updateOrAsk(
      workbench,
      { id: entry.id, revision: isAsOpened(composer, entry) ? entry.revision : origin.revision },
      content,
      (theirs) => openInComposer(workbench, session, theirs),
      (saved) => {
        composer.savedAs({ entryId: saved.id, revision: saved.revision, name: saved.name })
        opened.set(composer, { entryId: saved.id, message })
        workbench.toasts.show({ message: words.saved(saved.name) })
      },
    ),
  )
}

function isAsOpened(composer: ComposerState, { id, item }: CollectionEntry): boolean {
  const known = opened.get(composer)
  return known?.entryId === id && item.kind === 'message' && isSameMessage(known.message, item.message)
}
