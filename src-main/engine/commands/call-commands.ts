import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { CallReply, CallsState } from '../../contract/schemas/call.ts'
import { compareReplies } from '../../protocol/command-rpc/comparison/compare-replies.ts'
import { parametersAsJsonText } from '../../protocol/command-rpc/parameters/read-call-draft.ts'
import type { CallService } from '../calls/call-service.ts'
import { ofCall } from '../calls/of-call.ts'
import type { SessionCalls } from '../calls/session-calls.ts'

/** Answers `call.*`. */
export function callCommands(service: CallService) {
  const changing = (sessionId: string, change: (calls: SessionCalls) => void): CallsState => {
    const calls = service.of(sessionId)
    change(calls)
    return calls.state()
  }
  return {
    'call.configure': ({ sessionId, settings }) => changing(sessionId, (calls) => calls.configure(settings)),
    'call.state': ({ sessionId }) => service.of(sessionId).state(),
    'call.start': ({ sessionId, requests, isBatch }) => {
      const calls = service.of(sessionId)
      return { entries: calls.start(requests, isBatch).map((record) => calls.ledger.entry(record)) }
    },
    'call.run': ({ sessionId, request }, { signal }) => service.run(sessionId, request, signal),
    'call.preview': ({ sessionId, request }) => service.of(sessionId).preview(request),
    'call.cancel': ({ sessionId, number }) => service.of(sessionId).cancel(number),
    'call.answer': ({ sessionId, number, answer }) => service.of(sessionId).answer(number, answer),
    'call.ledger': ({ sessionId, ...window }) => service.of(sessionId).ledger.window(window),
    'call.get': ({ sessionId, number }) => {
      const calls = service.of(sessionId)
      return calls.ledger.entry(calls.record(number))
    },
    'call.clear': ({ sessionId }) => changing(sessionId, (calls) => calls.clear()),
    'call.statistics': ({ sessionId }) => service.of(sessionId).statistics(),
    'call.compare': ({ sessionId, first, second }) => {
      const calls = service.of(sessionId)
      const replies = [answerOf(calls, first), answerOf(calls, second)] as const
      const { differences, isComplete } = compareReplies(replies[0].text, replies[1].text)
      // What was cut off is not compared.
      const areWhole = replies.every(({ textIsWhole }) => textIsWhole)
      return { differences: [...differences], isComplete: isComplete && areWhole }
    },
    'call.catalogue': ({ sessionId }) => service.of(sessionId).catalogue.content,
    'call.set-catalogue': ({ sessionId, catalogue }) => changing(sessionId, (calls) => calls.setCatalogue(catalogue)),
    'call.keep-in-profile': async ({ sessionId }) => {
      await service.keepInProfile(sessionId)
      return service.of(sessionId).state()
    },
    'call.parameters-as-json': ({ sessionId, request }) => {
      const { settings } = service.of(sessionId)
      if (settings === null) throw new WirebenchError('calls-off')
      return { text: ofCall(0, () => parametersAsJsonText(request, settings.protocol)) }
    },
  } satisfies Partial<CommandHandlers>
}

/** Errors: `call-not-found`, `call-without-answer`. */
function answerOf(calls: SessionCalls, number: number): CallReply {
  const { answer } = calls.record(number)
  if (answer === null) throw new WirebenchError('call-without-answer', { number })
  return answer
}
