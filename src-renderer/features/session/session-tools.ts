import type { Command } from '../../state/commands.svelte.ts'
import { isAtWork } from '../../state/runs.svelte.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { echoWords } from '../../strings/echo-check.ts'
import { sendFileWords } from '../../strings/sending-files.ts'
import { sessionWords } from '../../strings/session-view.ts'
import { wireLogWords } from '../../strings/wire-log.ts'
import { contentLine } from '../composer/message-contents.ts'
import { showTail } from '../wire-log/shown-tails.svelte.ts'
import { viewStateOf } from './session-views.ts'

type Tool = Command & { readonly enabled: () => boolean }

/** What is done with a session from its menu and from the palette: sending a file, the echo check, the wire log. */
export function sessionTools(session: SessionState, workbench: Workbench): readonly Tool[] {
  const { dialogs, runs } = workbench
  const { sessionId } = session
  const group = sessionWords.bar
  const canRun = (): boolean => {
    const run = runs.ofSession(sessionId)
    return session.isLive && session.canSend && (run === null || !isAtWork(run))
  }
  return [
    {
      id: 'session.send-file',
      title: sendFileWords.menu,
      group,
      enabled: canRun,
      run: () => dialogs.open({ kind: 'send-file', sessionId, path: '' }),
    },
    {
      id: 'session.echo-check',
      title: echoWords.menu,
      group,
      enabled: canRun,
      run: () => dialogs.open({ kind: 'echo-check', sessionId, composed: composedLine(session, workbench) }),
    },
    {
      id: 'session.wire-log',
      title: wireLogWords.menu,
      group,
      enabled: () => !session.isClosed,
      run: () => {
        if (session.snapshot.wireLog === null) dialogs.open({ kind: 'wire-log', session })
        else showTail(session, true)
      },
    },
  ]
}

function composedLine(session: SessionState, workbench: Workbench) {
  const { composer } = viewStateOf(session, workbench)
  const message = composer.currentSource()
  return composer.isEmpty ? null : { message, line: contentLine(message.content) }
}
