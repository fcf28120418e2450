import { afterEach, describe, expect, it } from 'vitest'
import { exampleCommands } from '../../contract/example-commands.ts'
import { completeServerDefinition } from '../../contract/schemas/server.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { securedServer } from '../local-server-factory.ts'
import { isPythonInstalled, PythonPeer } from '../testing/python-peer.ts'

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function connectClient(framing: 'lines' | 'content-length' | 'length-prefix'): Promise<PythonPeer> {
  const server = securedServer({
    definition: completeServerDefinition({
      kind: 'jsonrpc',
      name: 'JSON-RPC',
      jsonRpc: { framing },
      table: exampleCommands,
    }),
    sources: { clock: new SystemClock() },
  })
  const { address, port } = await server.listen()
  closing.push(() => server.stop())
  const client = new PythonPeer('jsonrpc_peer.py', 'client', address, String(port), framing)
  closing.push(() => client.stop())
  return client
}

describe.skipIf(!isPythonInstalled())('a JSON-RPC server and a client in Python (skipped without python3)', () => {
  it.each(['lines', 'content-length', 'length-prefix'] as const)('talk behind %s', async (framing) => {
    const client = await connectClient(framing)
    const ask = async (document: unknown): Promise<unknown> => {
      await client.ask({ send: document })
      const answer = (await client.ask({ receive: true })) as { readonly value: unknown }
      return answer.value
    }
    const call = (method: string, params: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', method, params, id })
    expect([
      await ask(call('add', { x: 1, y: 2 })),
      await ask(call('add', [1.5, 2], 'é')),
      await ask(call('add', [1])),
      await ask(call('boom', [])),
      await ask([call('echo', ['é😀'], 1), { jsonrpc: '2.0', method: 'echo' }, 7, call('none', [], 2)]),
    ]).toEqual([
      { jsonrpc: '2.0', result: { solution: 3 }, id: 1 },
      { jsonrpc: '2.0', result: { solution: 3.5 }, id: 'é' },
      {
        jsonrpc: '2.0',
        error: { code: -32_602, message: 'Invalid params', data: expect.any(String) as unknown },
        id: 1,
      },
      { jsonrpc: '2.0', error: { code: -32_000, message: 'boom happened' }, id: 1 },
      expect.arrayContaining([
        { jsonrpc: '2.0', result: { echo: ['é😀'], count: 1 }, id: 1 },
        expect.objectContaining({ id: null }),
        expect.objectContaining({ id: 2 }),
      ]),
    ])
  })

  it('keep 64-bit integers, and hold a conversation', async () => {
    const client = await connectClient('lines')
    await client.ask({ send_text: '{"jsonrpc":"2.0","method":"add","params":[18410715311050326015,1],"id":1e2}' })
    const added = (await client.ask({ receive: true })) as { readonly text: string }
    await client.ask({ send_text: '{"jsonrpc":"2.0","method":"echo","params":[18410715311050326015],"id":1e2}' })
    const echoed = (await client.ask({ receive: true })) as { readonly text: string }
    await client.ask({ send: { jsonrpc: '2.0', method: 'chat', id: 5 } })
    const story = [await client.ask({ receive: true })]
    for (const word of ['a', 'b']) {
      await client.ask({ send: { jsonrpc: '2.0', method: 'say', params: [word] } })
      story.push(await client.ask({ receive: true }))
    }
    await client.ask({ end: true })
    story.push(await client.ask({ receive: true }))
    expect(added.text).toBe('{"jsonrpc":"2.0","result":{"solution":18410715311050326016},"id":1e2}')
    expect(echoed.text).toBe('{"jsonrpc":"2.0","result":{"echo":[18410715311050326015],"count":1},"id":1e2}')
    expect(story).toMatchObject([
      { value: { prompt: 'Say something.' } },
      { value: { echo: { params: ['a'] }, n: 1 } },
      { value: { result: { final: { params: ['b'] } }, id: 5 } },
      { end: true },
    ])
  })
})
