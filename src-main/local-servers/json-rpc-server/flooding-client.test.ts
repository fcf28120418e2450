import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import { completeServerDefinition } from '../../contract/schemas/server.ts'
import { ScriptThread } from '../scripts/script-thread.ts'
import { PlayedClient } from '../testing/played-client.ts'
import { jsonRpcBehaviour } from './json-rpc-server.ts'

const table = { commands: [{ name: 'add', acceptsOthers: true, action: { kind: 'reply' as const, template: '3' } }] }
const addCall = '{"jsonrpc":"2.0","method":"add","params":{"x":1,"y":2},"id":1}'

function play(jsonRpc: { maximumRequestBytes?: number } = {}) {
  const clock = new ManualClock()
  const problems: ErrorShape[] = []
  const client = new PlayedClient()
  const service = jsonRpcBehaviour(
    completeServerDefinition({ kind: 'jsonrpc', name: 'JSON-RPC', jsonRpc, table }),
    { clock, onProblem: (_connection, error) => problems.push(error), onActivity: () => undefined },
    new ScriptThread(clock),
  ).serve(client)
  return {
    client,
    service,
    problems: () => problems.map(({ code }) => code),
    send: (text: string) => service.received(new TextEncoder().encode(text)),
    written: () => client.writes,
  }
}

/** More turns than 1000 messages take. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn()
}

describe('a client of a JSON-RPC server that floods it', () => {
  it.each([
    ['what is no JSON', 'x\n', 100],
    ['calls', `${addCall}\n`, 2],
  ])('is not answered beyond what it takes, and all of it once it reads: %s', async (_, line, before) => {
    const { client, service, send, written } = play()
    client.hasRoom = false
    send(line.repeat(1000))
    const answeredBefore = written().length
    client.hasRoom = true
    service.drained?.()
    await turns()
    expect([answeredBefore, written().length, client.readingIsHeld]).toEqual([before, 1000, false])
  })

  it('lets others have their turn in between, and is not read from meanwhile', async () => {
    const { client, send, written } = play()
    send('x\n'.repeat(1000))
    const [answeredAtOnce, isHeld] = [written().length, client.readingIsHeld]
    await turns()
    expect([answeredAtOnce, isHeld, written().length, client.readingIsHeld]).toEqual([100, true, 1000, false])
  })

  it('is told of a line that is too long behind as many as are read at once', () => {
    const { send, problems } = play({ maximumRequestBytes: 60 })
    send(`${'x\n'.repeat(100)}${'y'.repeat(61)}`)
    expect(problems().at(-1)).toBe('request-too-large')
  })

  it('is answered to the end when it has ended its side meanwhile', async () => {
    const { client, service, send, written } = play()
    client.hasRoom = false
    send('x\n'.repeat(1000))
    service.peerEnded()
    const endingsBefore = [...client.endings]
    client.hasRoom = true
    service.drained?.()
    await turns()
    expect([endingsBefore, written().length, client.endings]).toEqual([[], 1000, ['end']])
  })
})
