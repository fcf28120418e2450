import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import {
  completeServerDefinition,
  type ServerDefinition,
  type ServerDefinitionInput,
} from '../../contract/schemas/server.ts'
import type { LocalServerHandle } from '../../engine/servers/local-server-factory.ts'
import { latin1Bytes, latin1Text } from '../../protocol/sequence/byte-regular-expression.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { echoBehaviour } from '../echo-server.ts'
import { checkDefinition } from '../check-definition.ts'
import { securedServer } from '../local-server-factory.ts'
import type { ServerBehaviour } from '../server-behaviour.ts'
import { PlayedClient } from '../testing/played-client.ts'
import { ruledBehaviour } from './ruled-behaviour.ts'

type Rules = NonNullable<ServerDefinitionInput['rules']>
type Rule = Rules['rules'][number]
type Action = Rule['actions'][number]

const text = (text: string, framed = true): Action => ({
  kind: 'reply',
  message: { content: { mode: 'text', text }, framed },
})
const on = (match: string, ...actions: Action[]): Rule => ({
  ruleId: /^\w/.test(match) ? match.toLowerCase() : 'other',
  match: { kind: 'text', text: match },
  actions,
})

function definitionOf(rules: readonly Rule[], more: Partial<ServerDefinitionInput> = {}): ServerDefinition {
  return completeServerDefinition({ kind: 'echo', name: 'Echo', rules: { rules: [...rules] }, ...more })
}

const open: { servers: LocalServerHandle[]; clients: Socket[] } = { servers: [], clients: [] }
afterEach(async () => {
  for (const client of open.clients.splice(0)) client.destroy()
  await Promise.all(open.servers.splice(0).map((server) => server.stop()))
})

async function start(definition: ServerDefinition): Promise<LocalServerHandle> {
  const server = securedServer({ definition, sources: { clock: new SystemClock() } })
  open.servers.push(server)
  await server.listen()
  return server
}

/** Sends to a new client and answers everything until the end, or how it broke. */
async function talk(server: LocalServerHandle, sent: string): Promise<string> {
  const { address, port } = await server.listen()
  const socket = connect({ host: address, port, allowHalfOpen: true })
  open.clients.push(socket)
  socket.end(sent, 'latin1')
  let received = ''
  return new Promise((resolve) => {
    socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')))
    socket.on('end', () => resolve(received))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${received} ${error.code}`))
  })
}

describe('on a real socket', () => {
  it('rules answer, and the echo does the rest', async () => {
    const server = await start(
      definitionOf([
        on('PING', text('PONG {{$counter pongs}}')),
        on('TIME', { kind: 'delay', delayMs: 5 }, text('late')),
      ]),
    )
    expect([await talk(server, 'hello\nPING\nTIME\nPING\nrest'), await talk(server, 'PING\n')]).toEqual([
      'hello\nPONG 1\nlate\nPONG 2\nrest',
      'PONG 3\n',
    ])
    expect(server.totals().ruleCounts).toEqual({ ping: 3, time: 1 })
  })

  it('a rule ends the client after its reply', async () => {
    const server = await start(definitionOf([on('bye', text('bye then'), { kind: 'end' })]))
    expect(await talk(server, 'a\nbye\nb\n')).toBe('a\nbye then\n')
  })

  it('faults are around what rules answer', async () => {
    const faults = { faults: [{ kind: 'half-close' as const, afterBytes: 6 }] }
    expect(await talk(await start(definitionOf([on('PING', text('PONG'))], { faults })), 'PING\nPING\n')).toBe(
      'PONG\nP',
    )
  })

  it('JSON-RPC behind headers is answered behind headers', async () => {
    const rule: Rule = {
      ruleId: 'sum',
      match: { kind: 'json', path: 'id' },
      actions: [
        { kind: 'reply', message: { content: { mode: 'json', text: '{"id":{{$captured value}},"result":3}' } } },
      ],
    }
    const definition = definitionOf([rule], { jsonRpc: { framing: 'content-length' } })
    // The rules and framing of the kind, before an echo.
    const { received, client } = played({ ...definition, kind: 'jsonrpc' })
    received('Content-Length: 8\r\n\r\n{"id":7}')
    expect(latin1Text(client.bytes)).toBe('Content-Length: 19\r\n\r\n{"id":7,"result":3}')
  })

  it('a file is a reply, and what comes meanwhile waits', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wirebench-rules-'))
    await writeFile(join(folder, 'x.bin'), 'from the file')
    const path = join(folder, '{{$captured 1}}.bin')
    const file: Rule = {
      ruleId: 'file',
      match: { kind: 'regular-expression', expression: '^GET (\\w+)' },
      actions: [{ kind: 'reply', message: { content: { mode: 'file', path } } }],
    }
    const server = await start(definitionOf([file]))
    const answers = [await talk(server, 'GET x\nnext\n'), await talk(server, 'GET y\nnext\n')]
    await rm(folder, { recursive: true })
    const { problemCount, lastProblem } = server.totals()
    expect([answers, problemCount, lastProblem?.code]).toEqual([
      ['from the file\nnext\n', 'next\n'],
      1,
      'rule-reply-failed',
    ])
  })

  it('an expression that goes back without end costs its rule, not the server', async () => {
    const slow: Rule = {
      ruleId: 'slow',
      match: { kind: 'regular-expression', expression: '^(a+)+$' },
      actions: [text('slow')],
    }
    const server = await start(definitionOf([slow, on('!', text('fast'))]))
    const answers = [await talk(server, `${'a'.repeat(40)}!\n`), await talk(server, 'aaa\n')]
    const { problemCount, lastProblem } = server.totals()
    expect([answers, problemCount, lastProblem?.data]).toEqual([
      ['fast\n', 'aaa\n'],
      1,
      { connection: 1, rule: 'slow' },
    ])
  })
})

/** Rules before a behaviour, and what they tell. */
function played(definition: ServerDefinition, behaviour: ServerBehaviour = echoBehaviour) {
  const clock = new ManualClock()
  const client = new PlayedClient()
  const problems: string[] = []
  const ruled = ruledBehaviour(behaviour, definition, {
    clock,
    onActivity: () => undefined,
    onProblem: (connection, { code, data }) => problems.push(`${connection} ${code} ${JSON.stringify(data)}`),
  })
  const service = ruled.serve(client)
  return { clock, client, problems, ruled, service, received: (sent: string) => service.received(latin1Bytes(sent)) }
}

it('rules of a definition are checked with the rest of it', async () => {
  const bad: Rule = { ruleId: 'bad', match: { kind: 'hex', pattern: 'x' }, actions: [text('{{host}}')] }
  const problems = await checkDefinition(definitionOf([bad, on('a', text('b'))]), { clock: new SystemClock() })
  expect(problems.map(({ place, error }) => [place, error.code])).toEqual([
    ['rules.bad.match.pattern', 'rule-pattern-malformed'],
    ['rules.bad.actions.0', 'variable-unknown'],
  ])
})

it('a rule answers one command of a command server, which answers the others', async () => {
  const rule: Rule = {
    ruleId: 'mine',
    match: { kind: 'json', path: 'cmd', equalsText: '"mine"' },
    actions: [{ kind: 'reply', message: { content: { mode: 'msgpack', text: '{"by":"rule"}', flavour: 'tcpy' } } }],
  }
  const server = await start(definitionOf([rule], { kind: 'command' }))
  const answers = [
    await talk(server, '\0\0\0\x0a\x81\xa3cmd\xa4mine'),
    await talk(server, '\0\0\0\x09\x81\xa3cmd\xa3foo'),
  ]
  expect(answers).toEqual([
    '\0\0\0\x09\x81\xa2by\xa4rule',
    // seed-systems 1.2: an unknown command; the order of keys is free.
    expect.stringContaining('\xa7message\xb4Invalid command foo!'),
  ])
})

describe('between a behaviour and a client', () => {
  it('nothing is kept or copied without rules', () => {
    const { client, service } = played(definitionOf([]))
    const bytes = latin1Bytes('no line')
    service.received(bytes)
    expect(client.writes[0]).toBe(bytes)
  })

  it('rules that come later work for the clients of now, and go again', () => {
    const { client, ruled, received } = played(definitionOf([]))
    received('PING\n')
    ruled.redefine?.(definitionOf([on('PING', text('PONG'))]))
    received('PING\nPI')
    ruled.redefine?.(definitionOf([]))
    received('NG\n')
    expect(latin1Text(client.bytes)).toBe('PING\nPONG\nPING\n')
  })

  it('a rule resets the client, and nothing comes after it', () => {
    const { client, received } = played(definitionOf([on('die', { kind: 'reset' }, text('late'))]))
    received('die\nnext\n')
    expect([client.endings, latin1Text(client.bytes)]).toEqual([['rst'], ''])
  })

  it('a delay holds the client, and nothing is left once it is gone', () => {
    const { client, clock, service, received } = played(
      definitionOf([on('slow', { kind: 'delay', delayMs: 50 }, text('x'))]),
    )
    received('slow\nnext\n')
    const held = client.readingIsHeld
    clock.advance(50)
    expect([held, client.readingIsHeld, latin1Text(client.bytes)]).toEqual([true, false, 'x\nnext\n'])
    received('slow\n')
    service.closed()
    expect([clock.waitingCount, latin1Text(client.bytes)]).toEqual([0, 'x\nnext\n'])
  })

  it('a client that takes no more holds the rules, and the behaviour holds it on its own', () => {
    const { client, service, received } = played(definitionOf([on('a', text('one'), text('two'))]))
    client.hasRoom = false
    received('a\nb\n')
    const before = [latin1Text(client.bytes), client.readingIsHeld]
    service.drained?.()
    const between = [latin1Text(client.bytes), client.readingIsHeld]
    client.hasRoom = true
    service.drained?.()
    expect([before, between, latin1Text(client.bytes), client.readingIsHeld]).toEqual([
      ['one\n', true],
      ['one\ntwo\n', true],
      'one\ntwo\nb\n',
      false,
    ])
  })

  it('a reply that cannot be made is told, and the rest goes on', () => {
    const { client, problems, received } = played(definitionOf([on('a', text('{{host}}'), text('b'))]))
    received('a\n')
    expect([latin1Text(client.bytes), problems.map((line) => line.slice(0, 62))]).toEqual([
      'b\n',
      ['1 rule-reply-failed {"rule":"a","reason":"There is no variable'],
    ])
  })

  it('a rule that cannot be read is told once, and the others work', () => {
    const bad: Rule = { ruleId: 'bad', match: { kind: 'hex', pattern: 'x' }, actions: [] }
    const { client, problems, ruled, received } = played(definitionOf([bad, on('a', text('b'))]))
    ruled.serve(new PlayedClient(2))
    received('a\n')
    expect([latin1Text(client.bytes), problems.map((line) => line.slice(0, 24))]).toEqual([
      'b\n',
      ['1 rule-pattern-malformed'],
    ])
  })
})
