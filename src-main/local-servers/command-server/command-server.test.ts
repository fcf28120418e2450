import { describe, expect, it } from 'vitest'
import type * as v from 'valibot'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import { completeServerDefinition } from '../../contract/schemas/server.ts'
import type { commandServerSettings } from '../../contract/schemas/server-kinds.ts'
import { frameOf, jsonOfFrame, recordedCommands } from '../../protocol/command-server/testing/play-tcpy-client.ts'
import { ScriptThread } from '../scripts/script-thread.ts'
import type { ClientService } from '../server-behaviour.ts'
import { PlayedClient } from '../testing/played-client.ts'
import { commandBehaviour } from './command-server.ts'

/** A command server on a clock that stands still. Its commands are the recorded ones. */
function play(command: v.InferInput<typeof commandServerSettings> = {}) {
  const clock = new ManualClock()
  const problems: ErrorShape[] = []
  const definition = completeServerDefinition({ kind: 'command', name: 'Commands', command, table: recordedCommands })
  const behaviour = commandBehaviour(
    definition,
    { clock, onProblem: (_connection, error) => problems.push(error), onActivity: () => undefined },
    new ScriptThread(clock),
  )
  let clients = 0
  /** A client that has sent this. */
  const call = (json: string): { client: PlayedClient; service: ClientService; replies: () => string[] } => {
    const client = new PlayedClient(++clients)
    const service = behaviour.serve(client)
    service.received(frameOf(json))
    return { client, service, replies: () => client.writes.map(jsonOfFrame) }
  }
  return { clock, problems, behaviour, definition, call }
}

const slow = '{"cmd":"slow"}'

describe('6.1.20 the workers of a command server', () => {
  it('are four: the fifth slow request waits, and a fast one behind it too', () => {
    const { clock, behaviour, call } = play()
    const slowOnes = [1, 2, 3, 4, 5].map(() => call(slow))
    const fast = call('{"cmd":"boom"}')
    clock.advance(1)
    const story = [behaviour.activity?.()]
    clock.advance(1000)
    story.push(behaviour.activity?.())
    const answered = [...slowOnes, fast].map(({ replies }) => replies().length)
    clock.advance(1000)
    story.push(behaviour.activity?.())
    expect({ story, answered, last: slowOnes[4]?.replies() }).toEqual({
      story: [
        { workers: 4, busyWorkers: 4, queuedRequests: 2, servedRequests: 0 },
        { workers: 4, busyWorkers: 1, queuedRequests: 0, servedRequests: 5 },
        { workers: 4, busyWorkers: 0, queuedRequests: 0, servedRequests: 6 },
      ],
      answered: [1, 1, 1, 1, 0, 1],
      last: ['{"n":5,"success":true}'],
    })
  })

  it('serve one at a time where that is set: the second waits while the first talks', () => {
    const { behaviour, call } = play({ serving: 'one-at-a-time' })
    const chat = call('{"cmd":"chat"}')
    const second = call('{"cmd":"boom"}')
    const story = [second.replies(), behaviour.activity?.()]
    chat.service.received(frameOf('{"say":1}'))
    chat.service.received(frameOf('2'))
    story.push(second.replies(), behaviour.activity?.())
    expect(story).toEqual([
      [],
      { workers: 1, busyWorkers: 1, queuedRequests: 1, servedRequests: 0 },
      ['{"message":"boom happened","error":true}'],
      { workers: 1, busyWorkers: 0, queuedRequests: 0, servedRequests: 2 },
    ])
  })

  it('look at the queue every poll interval', () => {
    const { clock, call } = play({ pollIntervalMs: 50 })
    const { replies } = call('{"cmd":"boom"}')
    clock.advance(49)
    const before = replies().length
    clock.advance(1)
    expect([before, replies().length, clock.waitingCount]).toEqual([0, 1, 0])
  })

  it('are given back by clients that go away, waiting or served', () => {
    const { clock, behaviour, call } = play({ workers: 1, pollIntervalMs: 0 })
    const served = call(slow)
    const waiting = call(slow)
    const last = call('{"cmd":"boom"}')
    waiting.service.closed()
    served.service.closed()
    expect([last.replies().length, clock.waitingCount, behaviour.activity?.()]).toEqual([
      1,
      0,
      { workers: 1, busyWorkers: 0, queuedRequests: 0, servedRequests: 2 },
    ])
  })
})

describe('a command server', () => {
  it('takes up another table while clients are connected, and goes on counting', () => {
    const { behaviour, definition, call, clock } = play({ pollIntervalMs: 0 })
    call(slow)
    clock.advance(1000)
    const [command] = recordedCommands.commands.filter(({ name }) => name === 'slow')
    if (command === undefined) throw new Error('There is no slow command.')
    const action = { kind: 'reply', template: '{"again": {{$count}}}', raw: false } as const
    behaviour.redefine?.({
      ...definition,
      table: { ...definition.table, commands: [{ ...command, delayMs: 0, action }] },
    })
    expect([call(slow).replies(), call('{"cmd":"boom"}').replies()]).toEqual([
      ['{"again":2,"success":true}'],
      ['{"message":"Invalid command boom!","error":true}'],
    ])
  })

  it('reads no more from a client that does not read', () => {
    const { call } = play({ requestsPerConnection: 'any', pollIntervalMs: 0 })
    const { client, service } = call('{"cmd":"boom"}')
    client.hasRoom = false
    service.received(frameOf('{"cmd":"boom"}'))
    const held = client.readingIsHeld
    client.hasRoom = true
    service.drained?.()
    expect([held, client.readingIsHeld]).toEqual([true, false])
  })

  it('reads on after a burst of requests was worked off', () => {
    const { call } = play({ requestsPerConnection: 'any', pollIntervalMs: 0 })
    const { client, service, replies } = call('{"cmd":"boom"}')
    const request = frameOf('{"cmd":"boom"}')
    const burst = new Uint8Array(200 * request.length)
    for (let index = 0; index < 200; index++) burst.set(request, index * request.length)
    service.received(burst)
    expect([replies().length, client.readingIsHeld]).toEqual([201, false])
  })

  it('answers with what a script returns, and gives up what waits when it stops', async () => {
    const { problems, call, behaviour, clock } = play({ pollIntervalMs: 0 })
    const answer = call('{"cmd":"script","x":18446744073709551615}')
    await expect
      .poll(() => answer.replies(), { timeout: 20_000 })
      .toEqual(['{"x":18446744073709551615,"success":true}'])
    behaviour.close?.()
    const late = call('{"cmd":"script","x":1}')
    expect([late.replies(), problems, clock.waitingCount]).toEqual([[], [], 0])
  })
})
