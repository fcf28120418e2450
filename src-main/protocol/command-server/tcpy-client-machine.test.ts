import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHex } from '../hex/parse-hex.ts'
import { errorOutcome } from './command-outcome.ts'
import { framed, frameOf, PlayedTcpyClient } from './testing/play-tcpy-client.ts'

/** Hex with texts of ASCII in double quotes. */
function bytesOf(notation: string): Uint8Array {
  const hex = notation.replace(/"([^"]*)"/g, (_whole, text: string) =>
    Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
  )
  const parsed = parseHex(hex.replaceAll('|', ' '))
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.bytes
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const addRequest = bytesOf('00 00 00 0f | 83 a1"y"02 a1"x"01 a3"cmd" a3"add"')
const addReply = 'write {"solution":3,"success":true}'
/** What every request that is answered does besides. */
const answered = (reply: string): string[] => ['submit', 'release', reply]

describe('6.1.18 replies of a command server are those of tcpy, byte for byte', () => {
  it.each([
    ['add', addRequest, '00 00 00 14 | 82 a8"solution"03 a7"success"c3'],
    [
      'an unknown command',
      frameOf('{"cmd":"foo"}'),
      '00 00 00 25 | 82 a7"message" b4"Invalid command foo!" a5"error" c3',
    ],
    ['no command', bytesOf('00 00 00 01 | 80'), '00 00 00 26 | 82 a7"message" b5"Invalid command None!" a5"error" c3'],
    ['an empty command', frameOf('{"cmd":""}'), '00 00 00 26 | 82 a7"message" b5"Invalid command None!" a5"error" c3'],
    [
      'a missing parameter',
      frameOf('{"cmd":"add","x":1}'),
      '00 00 00 41 | 82 a7"message" da 00 2e"__init__() takes exactly 3 arguments (2 given)" a5"error" c3',
    ],
    [
      'a parameter too many',
      frameOf('{"cmd":"add","x":1,"y":2,"z":3}'),
      `00 00 00 44 | 82 a7"message" da 00 31"__init__() got an unexpected keyword argument 'z'" a5"error" c3`,
    ],
    ['a handler that raises', frameOf('{"cmd":"boom"}'), '00 00 00 1e | 82 a7"message" ad"boom happened" a5"error" c3'],
    [
      'a handler that gives details',
      frameOf('{"cmd":"nope"}'),
      '00 00 00 1b | 83 a7"message" a4"nope" a4"code" 2a a5"error" c3',
    ],
    ['a handler that returns nothing', frameOf('{"cmd":"nothing"}'), '00 00 00 01 c0'],
  ])('%s', (_name, request, reply) => {
    const client = new PlayedTcpyClient()
    client.receive(request)
    expect(client.writes.map(hexOf)).toEqual([hexOf(bytesOf(reply))])
  })

  it('goes without success for what is no map, or raw', () => {
    const client = new PlayedTcpyClient({ requestsPerConnection: 'any' })
    const told = ['list', 'raw', 'overwrite'].flatMap((cmd) => client.receive(frameOf(`{"cmd":"${cmd}"}`)))
    expect(told.filter((line) => line.startsWith('write'))).toEqual([
      'write [1,2]',
      'write {}',
      'write {"success":"maybe","a":1}',
    ])
  })

  it('keeps 64-bit integers, dates and bytes of parameters', () => {
    const client = new PlayedTcpyClient()
    const parameters =
      '"big":18446744073709551615,"when":{"$datetime":"2014-05-06T07:08:09.000010"},"raw":{"$raw":"ff00"}'
    expect(client.receive(frameOf(`{"cmd":"raw",${parameters}}`))).toEqual(answered(`write {${parameters}}`))
  })
})

describe('6.1.21 a payload that is no request', () => {
  it.each([
    ['the byte c1', 'c1', 'Unknown header: 0xc1'],
    ['c1 within', '91 c1', 'Unknown header: 0xc1'],
    ['cut off', '83 a1"y"', 'Unpack failed: incomplete input'],
    ['empty', '', 'Unpack failed: incomplete input'],
    ['more bytes behind', '80 00', ''],
    ['a JSON text', '"{~cmd~: 1}"', ''],
    ['a list', '91 01', 'make_handler() argument after ** must be a mapping, not list'],
    ['a text', 'a1"x"', 'make_handler() argument after ** must be a mapping, not str'],
    ['nil', 'c0', 'make_handler() argument after ** must be a mapping, not NoneType'],
    [
      'a date that is none',
      '82 a3"cmd" a3"raw" a1"d" 82 ac"__datetime__" c3 a6"as_str" a3"now"',
      "time data 'now' does not match format '%Y-%m-%dT%H:%M:%S.%f'",
    ],
    ['a date without its text', '82 a3"cmd" a3"raw" a1"d" 91 81 ac"__datetime__" c3', 'as_str'],
    ['a key that is a number', '81 01 02', 'make_handler() keywords must be strings'],
  ])('%s is answered with an error frame', (_name, payload, message) => {
    const client = new PlayedTcpyClient()
    const told = client.receive(framed(bytesOf(payload)))
    expect(told).toEqual([
      expect.stringMatching(/^problem request-malformed ./),
      `write {"message":"${message}","error":true}`,
    ])
  })

  it('drops the client where invalid requests do that', () => {
    const client = new PlayedTcpyClient({ invalidRequest: 'drop' })
    expect(client.receive(framed(bytesOf('c1')))).toEqual([
      'problem request-malformed The byte c1 begins no value.',
      'close',
    ])
  })
})

describe('6.1.19 a connection', () => {
  it('has one request: a second one gets no reply, and the socket stays open', () => {
    const client = new PlayedTcpyClient()
    expect(client.receive(addRequest, addRequest)).toEqual(answered(addReply))
    expect(client.feed({ kind: 'peer-ended' })).toEqual(['end'])
  })

  it('is closed after the reply where that is set', () => {
    const client = new PlayedTcpyClient({ afterReply: 'close' })
    expect(client.receive(addRequest)).toEqual([...answered(addReply), 'end'])
  })

  it('has any number of requests where that is set, one after another', () => {
    const client = new PlayedTcpyClient({ requestsPerConnection: 'any' })
    const both = new Uint8Array([...addRequest, ...addRequest])
    expect(client.receive(both)).toEqual([...answered(addReply), ...answered(addReply)])
  })

  it('is answered after its FIN too, then ended', () => {
    const client = new PlayedTcpyClient({}, { getsWorkers: false })
    const told = [client.receive(addRequest), client.feed({ kind: 'peer-ended' }), client.feed({ kind: 'started' })]
    expect(told).toEqual([['submit'], [], ['release', addReply, 'end']])
  })

  it('that is gone gives its worker back', () => {
    const client = new PlayedTcpyClient()
    expect(client.receive(frameOf('{"cmd":"slow"}'))).toEqual(['submit', 'wake 1000'])
    expect([client.feed({ kind: 'closed' }), client.feed({ kind: 'timer-fired' })]).toEqual([
      ['release', 'no wake'],
      [],
    ])
  })
})

describe('6.1.21 a conversation', () => {
  const chat = frameOf('{"cmd":"chat"}')

  it('sends, receives and ends with a reply on one connection', () => {
    const client = new PlayedTcpyClient()
    expect([
      client.receive(chat),
      client.receive(frameOf('{"say":"hello"}')),
      client.receive(frameOf('[1]')),
      client.feed({ kind: 'peer-ended' }),
    ]).toEqual([
      ['submit', 'write {"prompt":"?"}'],
      ['no wake', 'write {"echo":"hello","n":1}', 'wake 500'],
      ['no wake', 'release', 'write {"final":[1],"success":true}'],
      ['end'],
    ])
  })

  it('takes turns that came early', () => {
    const client = new PlayedTcpyClient()
    client.receive(new Uint8Array([...chat, ...frameOf('{"say":1}'), ...frameOf('2')]))
    expect(client.writes).toHaveLength(3)
  })

  it('fails where a key is missing, a turn cannot be read, does not come in time or never', () => {
    const endings = [
      (client: PlayedTcpyClient) => client.receive(frameOf('{"sey":1}')),
      (client: PlayedTcpyClient) => client.receive(framed(bytesOf('c1'))),
      (client: PlayedTcpyClient) => [client.receive(frameOf('{"say":1}')), client.feed({ kind: 'timer-fired' })].flat(),
      (client: PlayedTcpyClient) => client.feed({ kind: 'peer-ended' }),
    ].map((end) => {
      const client = new PlayedTcpyClient()
      client.receive(chat)
      return end(client).filter((line) => line !== 'no wake')
    })
    expect(endings).toEqual([
      ['release', 'write {"message":"The message has no key \\"say\\".","error":true}'],
      [
        'problem request-malformed The byte c1 begins no value.',
        'release',
        'write {"message":"Unknown header: 0xc1","error":true}',
      ],
      [
        'write {"echo":1,"n":1}',
        'wake 500',
        'release',
        'write {"message":"No message came within 500 ms.","error":true}',
      ],
      ['release', 'write {"message":"Socket closed!","error":true}', 'end'],
    ])
  })

  it('that finishes ends without a reply', () => {
    const client = new PlayedTcpyClient()
    expect(client.receive(frameOf('{"cmd":"hang-up"}'))).toEqual(['submit', 'write {"last":true}', 'release', 'end'])
  })
})

describe('6.1.22 an unfinished frame', () => {
  it.each([
    ['of the length', '00 00', 2],
    ['of the body', '00 00 00 0f 83 a1"y"', 12],
  ])('%s, then the end, is counted and ends the connection', (_name, bytes, missing) => {
    const client = new PlayedTcpyClient()
    expect([
      client.receive(bytesOf(bytes)),
      client.feed({ kind: 'peer-ended' }),
      client.feed({ kind: 'closed' }),
    ]).toEqual([[], [`problem request-incomplete ${missing}`, 'end'], []])
  })

  it('with a reset is counted as well', () => {
    const client = new PlayedTcpyClient()
    client.receive(bytesOf('00 00 00 0f 83'))
    expect(client.feed({ kind: 'closed' })).toEqual(['problem request-incomplete 14'])
  })

  it('of a bogus length is refused as soon as the length is there', () => {
    const client = new PlayedTcpyClient()
    expect([
      client.receive(bytesOf('7b 22 63 6d')),
      client.receive(addRequest),
      client.feed({ kind: 'closed' }),
    ]).toEqual([['problem request-too-large 2065851245', 'close'], [], []])
  })

  it('of the greatest length that is allowed keeps no more than has come', () => {
    const client = new PlayedTcpyClient({ maximumRequestBytes: 2 ** 30 })
    const before = process.memoryUsage().arrayBuffers
    expect(client.receive(bytesOf('3f ff ff ff 00'))).toEqual([])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024)
  })
})

describe('a command server', () => {
  it('reads no more while too much waits, and goes on when it is taken', () => {
    const client = new PlayedTcpyClient({ requestsPerConnection: 'any' }, { getsWorkers: false })
    const count = Math.ceil(80_000 / addRequest.length)
    const requests = new Uint8Array(count * addRequest.length)
    for (let index = 0; index < count; index++) requests.set(addRequest, index * addRequest.length)
    const atFirst = client.receive(requests)
    let [started, effects] = [1, client.feed({ kind: 'started' })]
    for (; !effects.includes('go on reading'); started++) effects = client.feed({ kind: 'started' })
    expect([atFirst, started < count, effects]).toEqual([
      ['submit', 'hold'],
      true,
      ['release', addReply, 'submit', 'go on reading'],
    ])
  })

  it('waits for a script, and takes its outcome once', () => {
    const client = new PlayedTcpyClient({ requestsPerConnection: 'any' })
    const ended = { kind: 'script-ended', outcome: errorOutcome('no') } as const
    expect([client.receive(frameOf('{"cmd":"script","x":1}')), client.feed(ended), client.feed(ended)]).toEqual([
      ['submit', 'script return parameters {"x":1}'],
      ['release', 'write {"message":"no","error":true}'],
      [],
    ])
  })

  it('answers with an error what cannot be encoded or read', () => {
    const client = new PlayedTcpyClient({ requestsPerConnection: 'any' })
    expect([client.receive(frameOf('{"cmd":"huge"}')), client.receive(frameOf('{"cmd":"unreadable"}'))]).toEqual([
      [
        'submit',
        'release',
        expect.stringMatching(/^problem msgpack-not-encodable /),
        expect.stringMatching(/^write \{"message":"MessagePack has no form .*","error":true\}$/),
      ],
      ['submit', 'release', expect.stringMatching(/^write \{"message":"The template is malformed.*","error":true\}$/)],
    ])
  })

  it('answers the same however the requests are split', () => {
    const frames = [
      '{"cmd":"add","x":1,"y":2}',
      '{"cmd":"chat"}',
      '{"say":"a"}',
      '7',
      '{"cmd":"boom"}',
      '{"cmd":"raw","a":1}',
    ]
    const stream = [...frames.map(frameOf).flatMap((frame) => [...frame]), 0x7b, 0x22, 0x63, 0x6d]
    const whole = new PlayedTcpyClient({ requestsPerConnection: 'any' })
    const told = whole.receive(Uint8Array.from(stream))
    expect([whole.writes.length, told.slice(-2)]).toEqual([6, ['problem request-too-large 2065851245', 'close']])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length }), { maxLength: 12 }), (cuts) => {
        const client = new PlayedTcpyClient({ requestsPerConnection: 'any' })
        let from = 0
        for (const to of [...cuts.toSorted((left, right) => left - right), stream.length]) {
          client.receive(Uint8Array.from(stream.slice(from, to)))
          from = to
        }
        expect(client.writes).toEqual(whole.writes)
      }),
    )
    const singly = new PlayedTcpyClient({ requestsPerConnection: 'any' })
    for (const byte of stream) singly.receive(Uint8Array.of(byte))
    expect(singly.writes).toEqual(whole.writes)
  })

  it('survives whatever comes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }).map(framed),
      fc.constantFrom('{"cmd":"add","x":1,"y":2}', '{"cmd":"chat"}', '{"cmd":"slow"}', '{"say":1}', '[]').map(frameOf),
    )
    const input = fc.oneof(
      piece.map((bytes) => ({ kind: 'received', bytes }) as const),
      fc.constantFrom({ kind: 'timer-fired' } as const, { kind: 'peer-ended' } as const, { kind: 'closed' } as const),
    )
    const settings = fc.record({
      requestsPerConnection: fc.constantFrom('one' as const, 'any' as const),
      invalidRequest: fc.constantFrom('error-frame' as const, 'drop' as const),
      maximumRequestBytes: fc.constantFrom(16, 1024),
    })
    fc.assert(
      fc.property(settings, fc.array(input, { maxLength: 12 }), (given, inputs) => {
        const client = new PlayedTcpyClient(given)
        const told = inputs.flatMap((one) => client.feed(one))
        const closed = client.feed({ kind: 'closed' })
        const ends = [...told, ...closed]
        expect(ends.filter((line) => line === 'submit')).toHaveLength(ends.filter((line) => line === 'release').length)
        expect(ends.filter((line) => line === 'end' || line === 'close').length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 10_000 },
    )
  })
})
