import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import { commandTable } from '../../contract/schemas/command-table.ts'
import { completeServerDefinition } from '../../contract/schemas/server.ts'
import type { jsonRpcServerSettings } from '../../contract/schemas/server-kinds.ts'
import { ScriptThread } from '../scripts/script-thread.ts'
import { PlayedClient } from '../testing/played-client.ts'
import { jsonRpcBehaviour } from './json-rpc-server.ts'

const table = v.parse(commandTable, {
  commands: [
    {
      name: 'pair',
      parameters: [{ name: 'x' }, { name: 'y', required: false }],
      action: { kind: 'reply', template: '[{{x}}, {{y}}]' },
    },
    { name: 'echo', acceptsOthers: true, action: { kind: 'reply', template: '{{$request}}' } },
    {
      name: 'boom',
      action: { kind: 'error', message: 'boom happened', code: 7, extraTemplate: '{"why": "{{$count}}"}' },
    },
    { name: 'plain', action: { kind: 'error', message: 'no code' } },
    { name: 'nothing', action: { kind: 'steps', steps: [] } },
    { name: 'slow', delayMs: 1000, action: { kind: 'reply', template: '"late"' } },
    {
      name: 'chat',
      action: {
        kind: 'steps',
        steps: [
          { kind: 'send', template: '{"jsonrpc": "2.0", "method": "prompt", "params": ["?"]}' },
          { kind: 'expect', requiredKeys: ['params'], timeoutMs: 500 },
        ],
        template: '{"said": {{$received.params.0}}}',
      },
    },
    {
      name: 'hang-up',
      action: { kind: 'steps', steps: [{ kind: 'send', template: '"bye"' }, { kind: 'finish' }] },
    },
    { name: 'script', acceptsOthers: true, action: { kind: 'script', source: 'return parameters' } },
    { name: 'fail', acceptsOthers: true, action: { kind: 'script', source: 'fail("nope", parameters)' } },
  ],
  scriptLimits: { timeMs: 20_000 },
} satisfies v.InferInput<typeof commandTable>)

/** A client of a JSON-RPC server on a clock that stands still. */
function play(jsonRpc: v.InferInput<typeof jsonRpcServerSettings> = {}) {
  const clock = new ManualClock()
  const problems: ErrorShape[] = []
  const behaviour = jsonRpcBehaviour(
    completeServerDefinition({ kind: 'jsonrpc', name: 'JSON-RPC', jsonRpc, table }),
    { clock, onProblem: (_connection, error) => problems.push(error), onActivity: () => undefined },
    new ScriptThread(clock),
  )
  const client = new PlayedClient()
  const service = behaviour.serve(client)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  return {
    clock,
    behaviour,
    client,
    service,
    /** Codes of the problems so far. */
    problems: () => problems.map(({ code }) => code),
    send: (text: string) => service.received(encoder.encode(text)),
    written: () => client.writes.map((bytes) => decoder.decode(bytes)),
    /** Sends a line and answers the lines that come back at once. */
    ask: (...lines: readonly string[]) => {
      const before = client.writes.length
      for (const line of lines) service.received(encoder.encode(`${line}\n`))
      return client.writes.slice(before).map((bytes) => decoder.decode(bytes).trimEnd())
    },
  }
}

const call = (method: string, parameters: string, id = '1') =>
  `{"jsonrpc":"2.0","method":"${method}"${parameters === '' ? '' : `,"params":${parameters}`},"id":${id}}`
const result = (value: string, id = '1') => `{"jsonrpc":"2.0","result":${value},"id":${id}}`
const error = (code: number, message: string, data: string, id = '1') =>
  `{"jsonrpc":"2.0","error":{"code":${code},"message":"${message}"${data === '' ? '' : `,"data":${data}`}},"id":${id}}`

describe('calls of a JSON-RPC server', () => {
  it.each([
    ['by name', call('pair', '{"y":2,"x":1}'), result('[1,2]')],
    ['by position', call('pair', '[1,2]'), result('[1,2]')],
    ['without an optional one', call('pair', '[1]'), result('[1,null]')],
    [
      'with exact numbers',
      call('echo', '[18410715311050326015,1.50,1e400]'),
      result('[18410715311050326015,1.50,1e400]'),
    ],
    ['without parameters', call('echo', ''), result('{}')],
    ['that return nothing', call('nothing', '{}'), result('null')],
    ['whose numbers are none', call('echo', '{"a":NaN}'), result('{"a":null}')],
    ['that fail', call('boom', ''), error(7, 'boom happened', '{"why":"1"}')],
    ['that fail without details', call('plain', ''), error(-32_000, 'no code', '')],
  ])('%s', (_name, request, response) => {
    expect(play().ask(request)).toEqual([response])
  })

  it.each(['1', '"a\\u0041"', 'null', '-0', '1.0', '18410715311050326015', '"é"'])(
    'echo the id %s as it was written',
    (id) => {
      expect(play().ask(call('echo', '[]', id))).toEqual([result('[]', id)])
    },
  )

  it('are refused by the codes of the specification', () => {
    const { ask, problems } = play()
    expect([
      ask('{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]'),
      ask('{"jsonrpc": "2.0", "method": 1, "params": "bar"}'),
      ask('{"method": "echo", "id": 5}'),
      ask('{"jsonrpc": "2.0", "method": "echo", "params": 5, "id": 5}'),
      ask('{"jsonrpc": "2.0", "method": "echo", "id": {}}'),
      ask('5'),
      ask(call('none', '')),
      ask(call('pair', '[]')),
      ask(call('pair', '[1,2,3]')),
      ask(call('pair', '{"x":1,"z":2}')),
    ]).toEqual([
      [
        expect.stringMatching(
          /^\{"jsonrpc":"2\.0","error":\{"code":-32700,"message":"Parse error","data":".*"\},"id":null\}$/,
        ),
      ],
      [error(-32_600, 'Invalid Request', '"The method is a string."', 'null')],
      [error(-32_600, 'Invalid Request', '"\\"jsonrpc\\" has to be \\"2.0\\"."', '5')],
      [error(-32_600, 'Invalid Request', '"Parameters are an object or an array."', '5')],
      [error(-32_600, 'Invalid Request', '"An id is a string, a number or null."', 'null')],
      [error(-32_600, 'Invalid Request', '"A request is an object."', 'null')],
      [error(-32_601, 'Method not found', '"There is no method \\"none\\"."')],
      [error(-32_602, 'Invalid params', '"The parameter \\"x\\" is missing."')],
      [error(-32_602, 'Invalid params', '"At most 2 parameters are taken."')],
      [error(-32_602, 'Invalid params', '"There is no parameter \\"z\\"."')],
    ])
    expect(problems()).toEqual(Array.from({ length: 6 }, () => 'request-malformed'))
  })

  it('without an id are notifications: nothing comes back, whatever they come to', () => {
    const notification = (method: string, parameters: string) => call(method, parameters).replace(',"id":1', '')
    const { ask, problems } = play()
    expect([
      ask(notification('echo', '[1]'), notification('boom', ''), notification('none', ''), notification('pair', '[]')),
      problems(),
    ]).toEqual([[], []])
  })

  it('in a batch are answered together', () => {
    const { ask, clock, written } = play()
    expect([
      ask('[]'),
      ask('[1,2]'),
      ask(`[${call('echo', '[1]').replace(',"id":1', '')}]`),
      ask(`[${call('echo', '[1]', '"a"')},${call('none', '', '"b"')},{"foo":1},${call('slow', '', '"c"')}]`),
    ]).toEqual([
      [error(-32_600, 'Invalid Request', '"A batch is not empty."', 'null')],
      [`[${[1, 2].map(() => error(-32_600, 'Invalid Request', '"A request is an object."', 'null')).join(',')}]`],
      [],
      [],
    ])
    clock.advance(1000)
    const invalid = error(-32_600, 'Invalid Request', '"\\"jsonrpc\\" has to be \\"2.0\\"."', 'null')
    const unknown = error(-32_601, 'Method not found', '"There is no method \\"none\\"."', '"b"')
    expect(JSON.parse(written().at(-1) ?? '')).toEqual(
      JSON.parse(`[${unknown},${invalid},${result('[1]', '"a"')},${result('"late"', '"c"')}]`),
    )
  })

  it('run at once up to the number of workers, and are answered as they end', () => {
    const { ask, clock, behaviour, written } = play({ workers: 2 })
    ask(call('slow', '', '1'), call('slow', '', '2'), call('echo', '[]', '3'))
    const story = [behaviour.activity?.()]
    clock.advance(1000)
    story.push(behaviour.activity?.())
    expect([story, written().map((line) => line.trimEnd())]).toEqual([
      [
        { workers: 2, busyWorkers: 2, queuedRequests: 1, servedRequests: 0 },
        { workers: 2, busyWorkers: 0, queuedRequests: 0, servedRequests: 3 },
      ],
      [result('"late"', '1'), result('[]', '3'), result('"late"', '2')],
    ])
  })

  it('reach scripts, whose errors may have a code', async () => {
    const { ask, written } = play()
    ask(
      call('script', '{"n":18410715311050326015}'),
      call('fail', '{"code":5,"why":"x"}', '2'),
      call('fail', '{}', '3'),
    )
    await expect
      .poll(() => written().map((line) => line.trimEnd()), { timeout: 20_000 })
      .toEqual([
        result('{"n":18410715311050326015}'),
        error(5, 'nope', '{"why":"x"}', '2'),
        error(-32_000, 'nope', '{}', '3'),
      ])
  })
})

describe('a conversation with a JSON-RPC server', () => {
  const prompt = '{"jsonrpc":"2.0","method":"prompt","params":["?"]}'
  const said = (word: string) => `{"jsonrpc":"2.0","method":"say","params":["${word}"]}`

  it('waits for a message that is no call of its own', () => {
    const { ask, clock } = play()
    expect([ask(call('chat', '')), ask(call('echo', '[2]', '2')), ask(said('hello'))]).toEqual([
      [prompt],
      [result('[2]', '2')],
      [result('{"said":"hello"}')],
    ])
    expect(clock.waitingCount).toBe(0)
  })

  it('goes to whoever waits longest, and takes what came early', () => {
    const { ask } = play({ workers: 1 })
    const both = ask(call('chat', '', '1'), call('chat', '', '2'), said('a'), said('b'))
    expect(both).toEqual([prompt, result('{"said":"a"}', '1'), prompt, result('{"said":"b"}', '2')])
    expect(ask(call('slow', '', '3'), call('chat', '', '4'), said('early'))).toEqual([])
  })

  it('fails where nothing comes, in time or ever, or the wrong message', () => {
    const late = play()
    late.ask(call('chat', ''))
    late.clock.advance(500)
    const wrong = play()
    wrong.ask(call('chat', ''), '{"jsonrpc":"2.0","id":9,"result":1}')
    const gone = play()
    gone.ask(call('chat', ''))
    gone.service.peerEnded()
    expect([late, wrong, gone].map(({ written }) => written().at(-1)?.trimEnd())).toEqual([
      error(-32_000, 'No message came within 500 ms.', ''),
      error(-32_000, 'The message has no key \\"params\\".', ''),
      error(-32_000, 'The client has ended its side.', ''),
    ])
    expect(gone.client.endings).toEqual(['end'])
  })

  it('that finishes ends the connection and everything else on it', () => {
    const { ask, client, clock } = play()
    expect([ask(call('slow', ''), call('hang-up', '', '2')), client.endings, clock.waitingCount]).toEqual([
      ['"bye"'],
      ['end'],
      0,
    ])
  })
})

describe('messages of a JSON-RPC server', () => {
  it('stand behind Content-Length', () => {
    const { send, written } = play({ framing: 'content-length' })
    const request = call('echo', '["é"]')
    const bytes = new TextEncoder().encode(request).length
    send(`Content-Type: application/json\r\ncontent-length: ${bytes}\r\n\r\n${request}Content-Length: 1\r\n\r\n5`)
    expect(written()).toEqual([
      `Content-Length: 40\r\n\r\n${result('["é"]')}`,
      expect.stringMatching(/^Content-Length: \d+\r\n\r\n\{.*-32600.*\}$/),
    ])
  })

  it('stand behind a length', () => {
    const { service, client } = play({ framing: 'length-prefix', lengthField: 'u16le' })
    const request = new TextEncoder().encode(call('echo', '[]'))
    service.received(Uint8Array.from([request.length, 0, ...request]))
    const response = new TextEncoder().encode(result('[]'))
    expect(client.writes).toEqual([Uint8Array.from([response.length, 0, ...response])])
  })

  it('may end with CR LF, with blank lines between, and without an ending at the end', () => {
    const { send, service, written, client } = play()
    send(`\r\n\n${call('echo', '[1]')}\r\n${call('echo', '[2]')}`)
    service.peerEnded()
    expect([written(), client.endings]).toEqual([[`${result('[1]')}\n`, `${result('[2]')}\n`], ['end']])
  })

  it('that are not whole at the end, or cannot be, are told', () => {
    const cut = play()
    cut.send('{"jsonrpc"')
    cut.service.peerEnded()
    const long = play({ maximumRequestBytes: 10 })
    long.send('01234567890')
    const header = play({ framing: 'content-length' })
    header.send('Content-Type: text\r\n\r\n')
    const huge = play({ framing: 'content-length' })
    huge.send('Content-Length: 99999999999\r\n\r\n')
    expect([cut, long, header, huge].map(({ problems, client }) => [problems(), client.endings])).toEqual([
      [['request-incomplete'], ['end']],
      [['request-too-large'], ['end']],
      [['request-malformed'], ['end']],
      [['request-too-large'], ['end']],
    ])
  })

  it('give the same answers however they are split', () => {
    const framings = ['lines', 'content-length', 'length-prefix'] as const
    const requests = [
      call('echo', '["é",1]'),
      `[${call('pair', '[1]')},5]`,
      call('none', ''),
      call('nothing', '', '"x"'),
    ]
    const streamOf = (framing: (typeof framings)[number]): Uint8Array => {
      const parts = requests.map((request) => {
        const bytes = new TextEncoder().encode(request)
        if (framing === 'lines') return Uint8Array.from([...bytes, 10])
        if (framing === 'length-prefix') return Uint8Array.from([0, 0, 0, bytes.length, ...bytes])
        return Uint8Array.from([...new TextEncoder().encode(`Content-Length: ${bytes.length}\r\n\r\n`), ...bytes])
      })
      return Uint8Array.from(parts.flatMap((part) => [...part]))
    }
    fc.assert(
      fc.property(fc.constantFrom(...framings), fc.array(fc.nat(), { maxLength: 20 }), (framing, cuts) => {
        // The last message cannot be: nothing before it is lost.
        const garbage =
          framing === 'lines' ? '5\n' : framing === 'length-prefix' ? '\u007f\u007f\u007f\u007f' : 'A: b\n\n'
        const stream = Uint8Array.from([...streamOf(framing), ...new TextEncoder().encode(garbage)])
        const whole = play({ framing })
        whole.service.received(stream)
        const split = play({ framing })
        let from = 0
        const places = cuts.map((cut) => cut % stream.length).toSorted((left, right) => left - right)
        for (const to of [...places, stream.length]) {
          split.service.received(stream.subarray(from, to))
          from = to
        }
        expect(whole.written()).toHaveLength(framing === 'lines' ? 5 : 4)
        expect([split.written(), split.problems(), split.client.endings]).toEqual([
          whole.written(),
          whole.problems(),
          whole.client.endings,
        ])
      }),
    )
  })

  it('of any kind do not break it', () => {
    const piece = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom(
        call('slow', ''),
        call('chat', ''),
        call('hang-up', ''),
        `[${call('chat', '')},{}]`,
        '{"result":1}',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (lines, ends) => {
        const { ask, service, clock, behaviour } = play()
        ask(...lines)
        clock.advance(1000)
        if (ends) service.peerEnded()
        service.closed()
        expect([clock.waitingCount, behaviour.activity?.()]).toMatchObject([0, { busyWorkers: 0, queuedRequests: 0 }])
      }),
      { numRuns: 10_000 },
    )
  })

  it('are not read while a client has too many calls under way', () => {
    const { ask, client, clock } = play()
    ask(...Array.from({ length: 256 }, () => call('slow', '')))
    const held = client.readingIsHeld
    for (let second = 0; second < 64; second++) clock.advance(1000)
    expect([held, client.readingIsHeld, client.writes.length]).toEqual([true, false, 256])
  })
})
