import { describe, expect, it } from 'vitest'
import type { CommandName } from '../../../contract/commands.ts'
import type { Link } from '../../../contract/connect.ts'
import { describeError, WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import { completeConnectionSettings } from '../../../contract/schemas/connection.ts'
import type { CliIo } from '../cli-io.ts'
import { Report } from '../report.ts'
import { CallReport } from './call-report.ts'
import { CallExchange } from './call-exchange.ts'

/** A link to a session whose connection is open at first, and has ended when the call is made. */
function linkOfEnded(state: 'half-closed-remote' | 'closed', error: ErrorShape | null): Link {
  const sessionId = 's'
  const ending = state === 'closed' ? { by: 'peer', how: 'fin', unsentBytes: 0, error } : null
  const answers: Partial<Record<CommandName, unknown>> = {
    'session.open': { sessionId, captureId: 'c' },
    'session.connect': { sessionId, state: 'open', ending: null },
    'session.list': [{ sessionId, state, ending }],
  }
  return {
    call: (name: CommandName) =>
      name === 'call.run' ? Promise.reject(new WirebenchError('not-connected')) : Promise.resolve(answers[name]),
    subscribe: () => () => undefined,
    onGone: () => () => undefined,
    gone: false,
    close: () => undefined,
  } as unknown as Link
}

describe('a connection that ended before a call could go out', () => {
  it.each<[string, 'half-closed-remote' | 'closed', ErrorShape | null, string]>([
    ['the peer ended its side', 'half-closed-remote', null, 'closed-before-reply'],
    ['it closed properly', 'closed', null, 'closed-before-reply'],
    ['it broke', 'closed', describeError('connection-reset'), 'connection-reset'],
  ])('%s: told as what it was, not as misuse', async (_title, state, error, code) => {
    const settings = {
      connection: completeConnectionSettings({ host: 'h', port: 1 }),
      ...{ passphrase: null, profileId: null, timeoutMs: null },
      calls: { protocol: 'tcpy' } as const,
      requests: [{ command: 'x' }],
    }
    const exchange = new CallExchange(
      linkOfEnded(state, error),
      settings,
      new CallReport(new Report({} as CliIo, true)),
    )
    await expect(exchange.run()).rejects.toMatchObject({ code })
  })
})
