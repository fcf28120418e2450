import { expect, it } from 'vitest'
import type { ConnectionEnding } from '../../src-main/contract/schemas/connection.ts'
import { describeSessionState } from './states.ts'

const closed = (ending: Partial<ConnectionEnding>): string => {
  const whole: ConnectionEnding = { by: 'peer', how: 'fin', error: null, unsentBytes: 0, ...ending }
  const { label, shape } = describeSessionState({ state: 'closed', connectionNumber: 1, ending: whole })
  return `${label}, ${shape}`
}

it('tells what was asked for from what failed', () => {
  expect([
    closed({ by: 'local' }),
    closed({ by: 'local', how: 'rst' }),
    closed({ by: 'local', how: 'timeout' }),
    closed({ by: 'local', how: 'timeout', unsentBytes: 3 }),
    closed({ by: 'error', how: 'timeout' }),
    closed({ by: 'error', how: 'rst' }),
  ]).toEqual([
    'Closed, idle',
    'Aborted, idle',
    'Closed, idle',
    'Closed, failed',
    'Timed out, failed',
    'Reset by peer, failed',
  ])
})
