import { describe, expect, test } from 'vitest'
import { asciiBytes, draft, playCalls, refusal, told, writes, type CallPlay } from '../testing/play-calls.ts'

const jsonrpc = { protocol: 'jsonrpc' } as const

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const receive = (play: CallPlay, ...texts: readonly string[]) =>
  told(play.receive(asciiBytes(texts.map((text) => `${text}\n`).join(''))))
const result = (id: string, text: string): string => `{"jsonrpc": "2.0", "result": ${text}, "id": ${id}}`
const failure = (id: string, error: string): string => `{"jsonrpc": "2.0", "error": ${error}, "id": ${id}}`
const parseError = '{"code": -32700, "message": "Parse error"}'

describe('requests', () => {
  test('calls, notifications and parameters by name and by place', () => {
    const play = playCalls(jsonrpc)
    const effects = [
      ...play.call(1, 'subtract', '[42, 23]'),
      ...play.call(2, 'subtract', '{"minuend": 42.0, "big": 18446744073709551615}'),
      ...play.call(3, 'update', '[1]', { kind: 'notification' }),
      ...play.call(4, 'é "x"'),
    ]
    expect(told(effects)).toEqual([
      'called 1 {"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}',
      'write 1 62',
      'called 2 {"jsonrpc":"2.0","method":"subtract","params":{"minuend":42.0,"big":18446744073709551615},"id":2}',
      'write 2 98',
      'called 3 {"jsonrpc":"2.0","method":"update","params":[1]} (no reply)',
      'write 3 49',
      'called 4 {"jsonrpc":"2.0","method":"é \\"x\\"","id":3}',
      'write 4 45',
    ])
    expect(play.machine.pendingCount).toBe(3)
  })

  test('every framing', () => {
    const bytes = (settings: object) => textOf(playCalls({ ...jsonrpc, ...settings }).machine.preview(draft('é')).bytes)
    const body = '{"jsonrpc":"2.0","method":"\u00c3\u00a9","id":1}'
    expect(body).toHaveLength(38)
    expect(bytes({})).toBe(`${body}\n`)
    expect(bytes({ framing: 'content-length' })).toBe(`Content-Length: 38\r\n\r\n${body}`)
    expect(bytes({ framing: 'length-prefix' })).toBe(`\0\0\0\u0026${body}`)
    expect(bytes({ framing: 'length-prefix', lengthField: 'varint' })).toBe(`\u0026${body}`)
    const long = draft('x'.repeat(300))
    const short = playCalls({ ...jsonrpc, framing: 'length-prefix', lengthField: 'u8' })
    expect(refusal(() => short.machine.preview(long))?.code).toBe('payload-not-frameable')
  })

  test('identifiers as texts', () => {
    const play = playCalls({ ...jsonrpc, identifiers: 'texts' })
    expect(told(play.call(1, 'x'))[0]).toBe('called 1 {"jsonrpc":"2.0","method":"x","id":"1"}')
    expect(receive(play, result('1', 'true'), result('"1"', 'true'))).toEqual([
      'unmatched 1 {"jsonrpc":"2.0","result":true,"id":1}',
      'answer 1 result true',
    ])
  })

  test('what JSON-RPC has not is refused and changes nothing', () => {
    const play = playCalls(jsonrpc)
    expect(refusal(() => play.call(1, null))?.code).toBe('command-required')
    expect(refusal(() => play.call(1, 'x', '5'))?.code).toBe('call-parameters-malformed')
    expect(refusal(() => play.batch(draft('a'), draft('b', '', { kind: 'event' })))?.code).toBe('call-kind-impossible')
    expect(told(play.call(1, 'x'))[0]).toContain('"id":1')
  })
})

describe('responses', () => {
  test('in any order, by the value of their identifier', () => {
    const play = playCalls(jsonrpc)
    for (let number = 1; number <= 4; number++) play.call(number, 'x')
    expect(
      receive(play, result('3', '[1.0, 18446744073709551615]'), result('1e0', 'null'), result('4.0', '{}')),
    ).toEqual(['answer 3 result [1.0,18446744073709551615]', 'answer 1 result null', 'answer 4 result {}'])
    expect(play.machine.pendingCount).toBe(1)
  })

  test('an error has code, message and data as they were written', () => {
    const play = playCalls(jsonrpc)
    play.call(1, 'x')
    play.call(2, 'y')
    play.call(3, 'z')
    const effects = [
      ...play.receive(asciiBytes(`${failure('1', '{"code": -32601, "message": "", "data": [1.50]}')}\n`)),
      ...play.receive(asciiBytes(`${failure('2', '"broken"')}\n{"id": 3, "result": null, "error": {"code": 1e2}}\n`)),
    ]
    expect(effects.map((effect) => effect.kind === 'replied' && effect.reply)).toMatchObject([
      { kind: 'error', isError: true, text: '{"code":-32601,"message":"","data":[1.50]}', code: '-32601', message: '' },
      { kind: 'error', isError: true, text: '"broken"', code: null, message: null },
      { kind: 'error', isError: true, text: '{"code":1e2}', code: '1e2', message: null },
    ])
  })

  test('marks: late, duplicate and unmatched', () => {
    const play = playCalls(jsonrpc, { timeoutMs: 100 })
    play.call(1, 'a')
    play.call(2, 'b')
    receive(play, result('2', '2'))
    play.wait(100)
    expect(told(play.accept({ kind: 'timer-fired' }))).toEqual(['failed 1 call-timeout'])
    expect(
      receive(play, result('1', '1'), result('1', '1'), result('2', '2'), result('9', '9'), result('{}', '0')),
    ).toEqual([
      'reply 1 result (late) 1',
      'reply 1 result (duplicate) 1',
      'reply 2 result (duplicate) 2',
      'unmatched 9 {"jsonrpc":"2.0","result":9,"id":9}',
      'unmatched {} {"jsonrpc":"2.0","result":0,"id":{}}',
    ])
  })

  test('an error without an identifier belongs to the only pending call', () => {
    const play = playCalls(jsonrpc)
    expect(receive(play, failure('null', parseError))).toEqual([
      'unmatched null {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}',
    ])
    play.call(1, 'a')
    expect(receive(play, failure('null', parseError))).toEqual([
      'answer 1 error {"code":-32700,"message":"Parse error"}',
    ])
    play.call(2, 'b')
    play.call(3, 'c')
    expect(receive(play, failure('null', parseError))[0]).toMatch('unmatched null')
    expect(receive(play, result('null', '1'))[0]).toMatch('unmatched null')
    expect(play.machine.pendingCount).toBe(2)
  })

  test('what is no response fails the call whose identifier it has; else it is told alone', () => {
    const play = playCalls(jsonrpc)
    play.call(1, 'a')
    play.call(2, 'b')
    expect(
      receive(
        play,
        '{"id": 1}',
        '{"id": 2, "result": 1, "error": {}}',
        '{"id": 7}',
        '5',
        '[]',
        'x',
        '',
        '{"method": 5}',
      ),
    ).toEqual([
      'reply 1 message {"id":1}',
      'failed 1 reply-malformed',
      'reply 2 message {"id":2,"result":1,"error":{}}',
      'failed 2 reply-malformed',
      'malformed reply-malformed 46+10',
      'malformed reply-malformed 56+2',
      'malformed reply-malformed 58+3',
      'malformed reply-malformed 61+2',
      'malformed reply-malformed 64+14',
    ])
    play.call(3, 'c')
    expect(receive(play, result('3', '1'))).toEqual(['answer 3 result 1'])
  })

  test('the end of the connection', () => {
    const play = playCalls({ ...jsonrpc, framing: 'content-length' })
    play.call(1, 'a')
    play.call(2, 'b')
    play.receive(asciiBytes('Content-Length: 10\r\n\r\n{"id'))
    const effects = play.accept({ kind: 'peer-ended' })
    expect(told(effects)).toEqual(['failed 1 reply-incomplete', 'failed 2 reply-incomplete'])
    expect(effects[0]).toMatchObject({ error: { data: { receivedBytes: 26, missingBytes: 6 } } })
    expect(refusal(() => play.call(3, 'c'))?.code).toBe('not-connected')
    const broken = playCalls(jsonrpc)
    broken.call(1, 'a')
    const error = { code: 'connection-reset', kind: 'PeerViolation', message: '', data: {} } as const
    expect(told(broken.accept({ kind: 'closed', error }))).toEqual(['failed 1 connection-reset'])
  })

  test.each([
    ['lines', asciiBytes(`${' '.repeat(101)}\n`), ['malformed reply-too-large 0+102']],
    ['content-length', asciiBytes('content-length: 101\r\n\r\n'), ['failed 1 reply-too-large', 'end-connection']],
    ['content-length', asciiBytes('{"id": 1}'), ['failed 1 reply-malformed', 'end-connection']],
    ['length-prefix', asciiBytes('\0\0\0\u0065'), ['failed 1 reply-too-large', 'end-connection']],
  ] as const)('a message above the maximum of 100 bytes in %s', (framing, bytes, expected) => {
    const play = playCalls({ ...jsonrpc, framing, maximumReplyBytes: 100 })
    play.call(1, 'a')
    expect(told(play.receive(bytes))).toEqual(expected)
  })
})

describe('batches', () => {
  const batchOfThree = (play: CallPlay) =>
    play.batch(draft('a', '[1]'), draft('note', '', { kind: 'notification' }), draft('b'))

  test('go out as one array in one write', () => {
    const effects = batchOfThree(playCalls(jsonrpc))
    expect(told(effects)).toEqual([
      'called 1 {"jsonrpc":"2.0","method":"a","params":[1],"id":1}',
      'called 2 {"jsonrpc":"2.0","method":"note"} (no reply)',
      'called 3 {"jsonrpc":"2.0","method":"b","id":2}',
      'write 1,2,3 125',
    ])
    expect(writes(effects).map(textOf)).toEqual([
      '[{"jsonrpc":"2.0","method":"a","params":[1],"id":1},{"jsonrpc":"2.0","method":"note"},{"jsonrpc":"2.0","method":"b","id":2}]\n',
    ])
  })

  test('responses come in one array, in any order, each at its own place', () => {
    const play = playCalls(jsonrpc)
    batchOfThree(play)
    const effects = play.receive(asciiBytes('[{"id":2,"result":"b"},{"id":1,"result":"a"}]\n'))
    expect(told(effects)).toEqual(['answer 3 result "b"', 'answer 1 result "a"'])
    expect(effects).toMatchObject([
      { reply: { streamOffset: 1, byteCount: 21 } },
      { reply: { streamOffset: 23, byteCount: 21 } },
    ])
  })

  test('responses come in several arrays or alone', () => {
    const play = playCalls(jsonrpc)
    play.batch(draft('a'), draft('b'), draft('c'))
    expect(
      receive(play, `[${result('3', '3')}]`, result('1', '1'), `[${result('2', '2')}, 5, ${result('9', '9')}]`),
    ).toEqual([
      'answer 3 result 3',
      'answer 1 result 1',
      'answer 2 result 2',
      'malformed reply-malformed 127+1',
      'unmatched 9 {"jsonrpc":"2.0","result":9,"id":9}',
    ])
  })

  test('a batch of the peer that would become too many entries is read up to 10,000', () => {
    const play = playCalls(jsonrpc)
    play.call(1, 'a')
    const many = Array.from({ length: 12_000 }, () => '{"method":"tick"}').join(',')
    const lines = receive(play, `[${result('1', '1')},${many}]`)
    expect(lines).toHaveLength(10_001)
    expect([lines[0], lines[1], lines.at(-1)]).toEqual([
      'answer 1 result 1',
      'server-notification - {"method":"tick"}',
      `malformed reply-malformed ${result('1', '1').length + 2 + 9999 * 18}+${2001 * 18}`,
    ])
  })

  test('a server without batches answers one error for all of it', () => {
    const play = playCalls(jsonrpc)
    batchOfThree(play)
    expect(receive(play, failure('null', parseError))).toEqual([
      'answer 1 error {"code":-32700,"message":"Parse error"}',
      'answer 3 error {"code":-32700,"message":"Parse error"}',
    ])
  })
})

describe('the peer calls', () => {
  const ask = '{"jsonrpc": "2.0", "method": "ask", "params": [1], "id": "q1"}'

  test('its calls and notifications are told of, and answered by hand', () => {
    const play = playCalls(jsonrpc)
    expect(receive(play, ask, '{"method": "tick"}')).toEqual([
      'server-call "q1" {"jsonrpc":"2.0","method":"ask","params":[1],"id":"q1"}',
      'server-notification - {"method":"tick"}',
    ])
    const answers = [
      ...play.accept({ kind: 'answer', correlation: '"q1"', answer: { kind: 'result', text: '{ "yes": 1.0 }' } }),
      ...play.accept({ kind: 'answer', correlation: '7', answer: { kind: 'result', text: '' } }),
      ...play.accept({
        kind: 'answer',
        correlation: 'null',
        answer: { kind: 'error', code: -5, message: 'no "way"', dataText: '[1]' },
      }),
    ]
    expect(writes(answers).map(textOf)).toEqual([
      '{"jsonrpc":"2.0","result":{"yes":1.0},"id":"q1"}\n',
      '{"jsonrpc":"2.0","result":null,"id":7}\n',
      '{"jsonrpc":"2.0","error":{"code":-5,"message":"no \\"way\\"","data":[1]},"id":null}\n',
    ])
    const wrong = { kind: 'answer', correlation: '1', answer: { kind: 'result', text: '{' } } as const
    expect(refusal(() => play.accept(wrong))?.code).toBe('json-malformed')
  })

  test('its calls are refused at once where the settings say so, those of a batch together', () => {
    const play = playCalls({ ...jsonrpc, serverCalls: 'refuse' })
    const refused = (id: string) => `{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":${id}}`
    const effects = play.receive(asciiBytes(`${ask}\n[{"method":"a","id":1},{"method":"n"},{"method":"b","id":2}]\n`))
    expect(writes(effects).map(textOf)).toEqual([`${refused('"q1"')}\n`, `[${refused('1')},${refused('2')}]\n`])
    const short = playCalls({ ...jsonrpc, serverCalls: 'refuse', framing: 'length-prefix', lengthField: 'u8' })
    const id = `"${'x'.repeat(200)}"`
    const call = `{"method":"a","id":${id}}`
    const told_ = told(short.receive(asciiBytes(String.fromCharCode(call.length) + call)))
    expect(told_).toEqual([`server-call ${id} ${call}`, `malformed payload-not-frameable 0+${call.length + 1}`])
  })
})
