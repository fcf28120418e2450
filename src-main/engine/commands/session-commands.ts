import { maximumSendBytes } from '../../contract/commands.ts'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { SessionSnapshot } from '../../contract/schemas/session.ts'
import type { CallService } from '../calls/call-service.ts'
import type { MessageService } from '../messages/message-service.ts'
import { planRead } from '../../protocol/reading/read-plan.ts'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import type { Session } from '../sessions/session.ts'

/** Answers `session.*`. */
export function sessionCommands(
  sessions: SessionRegistry,
  messages: MessageService,
  calls: CallService,
  structures: Pick<MessageKnowledge, 'structure'>,
) {
  const command = (sessionId: string, act: (session: Session) => void): SessionSnapshot => {
    const session = sessions.get(sessionId)
    act(session)
    return session.snapshot()
  }
  const asking = async (sessionId: string, act: (session: Session) => Promise<void>): Promise<SessionSnapshot> => {
    const session = sessions.get(sessionId)
    await act(session)
    return session.snapshot()
  }
  return {
    'session.open': async (request) => {
      const profileCalls = await calls.callsOfProfile(request.profileId)
      const session = await sessions.open(request)
      calls.adopt(session, profileCalls)
      return session.snapshot()
    },
    'session.list': () => sessions.list().map((session) => session.snapshot()),
    'session.connect': ({ sessionId, ...request }) =>
      asking(sessionId, (session) => {
        calls.checkConnect(sessionId, request.settings)
        return session.connect(request)
      }),
    'session.start-tls': ({ sessionId, passphrase }) => asking(sessionId, (session) => session.startTls(passphrase)),
    'session.certificates': ({ sessionId }) => sessions.get(sessionId).certificates,
    'session.set-key-log': ({ sessionId, isOn }) => command(sessionId, (session) => session.setKeyLog(isOn)),
    'session.cancel': ({ sessionId }) => command(sessionId, (session) => session.cancel()),
    'session.disconnect': ({ sessionId }) => command(sessionId, (session) => session.disconnect()),
    'session.abort': ({ sessionId }) => command(sessionId, (session) => session.abort()),
    'session.end-sending': ({ sessionId }) => command(sessionId, (session) => session.endSending()),
    'session.end-receiving': ({ sessionId }) => command(sessionId, (session) => session.endReceiving()),
    'session.close-connection': ({ sessionId }) => command(sessionId, (session) => session.closeConnection()),
    'session.unsent': ({ sessionId, maximumBytes }) => sessions.get(sessionId).unsent(maximumBytes),
    'session.socket-details': ({ sessionId }) => sessions.get(sessionId).socketDetails(),
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
    'session.adopt-profile': async ({ sessionId, profileId }) => {
      await calls.adoptProfile(sessionId, profileId)
      return sessions.get(sessionId).snapshot()
    },
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
