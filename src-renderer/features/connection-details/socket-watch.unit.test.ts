import { expect, it } from 'vitest'
import type { SocketDetails } from '../../../src-main/contract/schemas/session.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import { SocketWatch } from './socket-watch.svelte.ts'

const noSocket: SocketDetails = { sendBufferBytes: 0, receiveBufferBytes: 0, reason: null }
const notKnown: SocketDetails = { sendBufferBytes: null, receiveBufferBytes: null, reason: 'Not known any more.' }

it('does not let an answer about a socket that is gone stand for the present', async () => {
  const answers: ((details: SocketDetails) => void)[] = []
  const session = { socketDetails: () => new Promise<SocketDetails>((resolve) => answers.push(resolve)) }
  const watch = new SocketWatch(session as Partial<SessionState> as SessionState)
  watch.watch(false)
  watch.watch(false)
  answers[1]?.(noSocket)
  await expect.poll(() => watch.details).toEqual(noSocket)
  answers[0]?.(notKnown)
  await new Promise((resolve) => setImmediate(resolve))
  expect(watch.details).toEqual(noSocket)
})
