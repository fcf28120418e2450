import { maximumSendBytes } from '../../contract/commands.ts'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { SessionSnapshot } from '../../contract/schemas/session.ts'
import type { MessageService } from '../messages/message-service.ts'
import { planRead } from '../../protocol/reading/read-plan.ts'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import type { Session } from '../sessions/session.ts'

/** Answers `session.*`. */
export function sessionCommands(
  sessions: SessionRegistry,
  messages: MessageService,
  structures: Pick<MessageKnowledge, 'structure'>,
) {
  const command = (sessionId: string, act: (session: Session) => void): SessionSnapshot => {
    const session = sessions.get(sessionId)
    act(session)
    return session.snapshot()
  }
  return {
    'session.open': async (request) => (await sessions.open(request)).snapshot(),
    'session.list': () => sessions.list().map((session) => session.snapshot()),
    'session.connect': ({ sessionId, settings }) => command(sessionId, (session) => session.connect(settings)),
    'session.cancel': ({ sessionId }) => command(sessionId, (session) => session.cancel()),
    'session.disconnect': ({ sessionId }) => command(sessionId, (session) => session.disconnect()),
    'session.abort': ({ sessionId }) => command(sessionId, (session) => session.abort()),
    'session.end-sending': ({ sessionId }) => command(sessionId, (session) => session.endSending()),
    'session.send': ({ sessionId, bytes }) => {
      const session = sessions.get(sessionId)
      if (bytes.length > maximumSendBytes) {
        throw new WirebenchError('message-too-large', { bytes: bytes.length, limit: maximumSendBytes })
      }
      session.send(bytes)
      return { queuedBytes: bytes.length, unsentBytes: session.counters().unsentBytes }
    },
    'session.send-message': ({ sessionId, message }) => messages.send(sessionId, message),
    'session.preview-message': ({ sessionId, message }) => messages.preview(sessionId, message),
    'session.message-context': ({ sessionId }) => messages.context(sessionId),
    'session.change-message-context': ({ sessionId, ...change }) => messages.changeContext(sessionId, change),
    'session.set-reading': ({ sessionId, reading }) => command(sessionId, (session) => session.setReading(reading)),
    'session.read': async ({ sessionId, request, timeoutMs }, { signal }) => {
      const structure = request.kind === 'structure' ? await structures.structure(request.structureId) : null
      const session = sessions.get(sessionId)
      const planned = planRead(request, structure)
      if (!planned.ok) throw WirebenchError.fromShape(planned.error)
      return session.read(planned.plan, { timeoutMs, signal })
    },
    'session.close': async ({ sessionId }) => {
      await sessions.close(sessionId)
      return {}
    },
  } satisfies Partial<CommandHandlers>
}
