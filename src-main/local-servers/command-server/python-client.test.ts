import { afterEach, describe, expect, it } from 'vitest'
import type * as v from 'valibot'
import { exampleCommands } from '../../contract/example-commands.ts'
import { completeServerDefinition } from '../../contract/schemas/server.ts'
import type { commandServerSettings } from '../../contract/schemas/server-kinds.ts'
import { recordedCommands } from '../../protocol/command-server/testing/play-tcpy-client.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import type { LocalServer } from '../local-server.ts'
import { securedServer } from '../local-server-factory.ts'
import { isPythonInstalled, PythonPeer } from '../testing/python-peer.ts'

const opened: { readonly server: LocalServer; readonly clients: PythonPeer[] }[] = []

afterEach(async () => {
  for (const { server, clients } of opened.splice(0)) {
    for (const client of clients) await client.stop()
    await server.stop()
  }
})

async function open(command: v.InferInput<typeof commandServerSettings> = {}, table = exampleCommands) {
  const server = securedServer({
    definition: completeServerDefinition({ kind: 'command', name: 'Commands', command, table }),
    sources: { clock: new SystemClock() },
  })
  const { address, port } = await server.listen()
  const clients: PythonPeer[] = []
  opened.push({ server, clients })
  const connectClient = (): PythonPeer => {
    const client = new PythonPeer('tcpy_client.py', address, String(port))
    clients.push(client)
    return client
  }
  return { server, connectClient }
}

describe.skipIf(!isPythonInstalled())('a command server and a tcpy client in Python (skipped without python3)', () => {
  it('6.1.18 exchange calls, errors and exact integers', async () => {
    const client = (await open()).connectClient()
    expect([
      await client.ask({ execute: { cmd: 'add', x: 1, y: 2 } }),
      await client.ask({ execute: { cmd: 'add', x: 1 } }),
      await client.ask({ execute: { cmd: 'add', x: 1, y: 2, z: 3 } }),
      await client.ask({ execute: { cmd: 'boom' } }),
      await client.ask({ execute: { cmd: 'foo' } }),
      await client.ask({ execute: {} }),
    ]).toEqual([
      { hex: '0000001482a8736f6c7574696f6e03a773756363657373c3', value: { solution: 3, success: true } },
      failure('__init__() takes exactly 3 arguments (2 given)'),
      failure("__init__() got an unexpected keyword argument 'z'"),
      failure('boom happened'),
      failure('Invalid command foo!'),
      failure('Invalid command None!'),
    ])
  })

  it('keep integers of 64 bits exact through a script', async () => {
    const client = (await open()).connectClient()
    await client.ask({ open: true })
    // {cmd: "add", x: 2^63, y: 1}
    await client.ask({ send_hex: '83a3636d64a3616464a178cf8000000000000000a179cf7fffffffffffffff' })
    const reply = (await client.ask({ receive: true })) as { readonly hex: string }
    expect(reply.hex).toBe('0000001c82a8736f6c7574696f6ecfffffffffffffffffa773756363657373c3')
  })

  it('6.1.21 talk in turns, and end where the handler hangs up', async () => {
    const { connectClient } = await open({}, { ...exampleCommands, commands: [...exampleCommands.commands, hangUp] })
    const client = connectClient()
    await client.ask({ open: true })
    await client.ask({ send: { cmd: 'chat' } })
    const turns = [await client.ask({ receive: true })]
    for (const value of ['hello', { a: [1, 2.5, null] }]) {
      await client.ask({ send: value })
      turns.push(await client.ask({ receive: true }))
    }
    await client.ask({ close: true })
    await client.ask({ open: true })
    await client.ask({ send: { cmd: 'hang-up' } })
    turns.push(await client.ask({ receive: true }), await client.ask({ receive: true }))
    expect(turns).toMatchObject([
      { value: { prompt: 'Say something.' } },
      { value: { echo: 'hello', n: 1 } },
      { value: { final: { a: [1, 2.5, null] }, success: true } },
      { value: { last: true } },
      { end: true, missing: 0 },
    ])
  })

  it('6.1.19 have one request on a connection: the second gets no reply, the socket stays open until FIN', async () => {
    const client = (await open()).connectClient()
    await client.ask({ open: true })
    await client.ask({ send: { cmd: 'boom' } })
    const first = await client.ask({ receive: true })
    await client.ask({ send: { cmd: 'boom' } })
    await client.ask({ end: true })
    expect([first, await client.ask({ receive: true })]).toEqual([failure('boom happened'), { end: true, missing: 0 }])
  })

  it('6.1.21 answer invalid MessagePack with an error frame, or drop the client', async () => {
    const client = (await open()).connectClient()
    const answers = []
    for (const payload of ['c1', '83a179', '', '8000', '9101']) {
      await client.ask({ open: true })
      await client.ask({ send_hex: payload })
      answers.push(await client.ask({ receive: true }))
      await client.ask({ close: true })
    }
    const dropping = (await open({ invalidRequest: 'drop' })).connectClient()
    await dropping.ask({ open: true })
    await dropping.ask({ send_hex: 'c1' })
    answers.push(await dropping.ask({ receive: true }))
    expect(answers).toEqual([
      failure('Unknown header: 0xc1'),
      failure('Unpack failed: incomplete input'),
      failure('Unpack failed: incomplete input'),
      failure(''),
      failure('make_handler() argument after ** must be a mapping, not list'),
      { end: true, missing: 0 },
    ])
  })

  it('6.1.22 are not held up by an unfinished frame or a bogus length of others', async () => {
    const { server, connectClient } = await open()
    const [half, huge, good] = [connectClient(), connectClient(), connectClient()]
    await half.ask({ open: true })
    await half.ask({ write_hex: '0000000f83' })
    await huge.ask({ open: true })
    await huge.ask({ write_hex: '7b22636d64223a' })
    const story = [await huge.ask({ receive: true }), await good.ask({ execute: { cmd: 'boom' } })]
    await half.ask({ end: true })
    story.push(await half.ask({ receive: true }), await good.ask({ execute: { cmd: 'boom' } }))
    expect(story).toEqual([
      { end: true, missing: 0 },
      failure('boom happened'),
      { end: true, missing: 0 },
      failure('boom happened'),
    ])
    expect(server.totals()).toMatchObject({
      problemCount: 2,
      lastProblem: { code: 'request-incomplete', data: { connection: 1, missingBytes: 14 } },
    })
  })
})

const hangUp = recordedCommands.commands.find(({ name }) => name === 'hang-up') ?? recordedCommands.commands[0]!

function failure(message: string): unknown {
  return { hex: expect.any(String) as unknown, value: { message, error: true } }
}
