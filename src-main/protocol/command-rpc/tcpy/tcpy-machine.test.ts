import { describe, expect, test } from 'vitest'
import { asciiBytes, bytesOf, draft, hexOf, playCalls, refusal, told, writes } from '../testing/play-calls.ts'

const session = { protocol: 'tcpy', mode: 'session' } as const
const execute = { protocol: 'tcpy' } as const

/** A frame of tcpy around MessagePack given as hex. */
function frame(contentHex: string): Uint8Array {
  const content = bytesOf(contentHex)
  return bytesOf(content.length.toString(16).padStart(8, '0') + hexOf(content))
}

const solution = bytesOf('00 00 00 14 82 a8 73 6f 6c 75 74 69 6f 6e 03 a7 73 75 63 63 65 73 73 c3')
const textHex = (text: string): string => {
  const head = text.length < 32 ? (0xa0 + text.length).toString(16) : `da${text.length.toString(16).padStart(4, '0')}`
  return head + hexOf(asciiBytes(text))
}
const errorFrame = (message: string): Uint8Array =>
  frame(`82 ${textHex('message')} ${textHex(message)} ${textHex('error')} c3`)

describe('requests', () => {
  test('6.1.1 6.1.2 add x=1, y=2 is the vector of the real client, prefix and body in one write', () => {
    const play = playCalls(execute)
    const effects = play.call(1, 'add', '{"y": 2, "x": 1}')
    expect(writes(effects).map(hexOf)).toEqual(['0000000f83a17902a17801a3636d64a3616464'])
    expect(told(effects)).toEqual(['called 1 {"y":2,"x":1,"cmd":"add"}', 'write 1 19'])
    expect(told(play.receive(solution))).toEqual(['answer 1 result {"solution":3,"success":true}', 'end-connection'])
  })

  test('6.1.4 a text of 32 bytes has da, never d9; d9, c4, c5, c6, da and db are read', () => {
    const long = 'a'.repeat(32)
    const { bytes } = playCalls(execute).machine.preview(draft(null, `{"k": "${long}"}`))
    expect(hexOf(bytes)).toBe(`0000002681a16bda0020${'61'.repeat(32)}`)
    const forms = ['d90161', 'c40161', 'c5000161', 'c60000000161', 'da000161', 'db0000000161']
    const replies = forms.map((form) => {
      const play = playCalls(execute)
      play.call(1, 'x')
      return told(play.receive(frame(form)))[0]
    })
    const binary = 'answer 1 result {"$hex":"61"}'
    expect(replies).toEqual([
      'answer 1 result "a"',
      binary,
      binary,
      binary,
      'answer 1 result "a"',
      'answer 1 result "a"',
    ])
  })

  test('6.1.5 64-bit integers are exact both ways, floats have 64 bits', () => {
    const parameters = '{"a": 9223372036854775808, "b": -9223372036854775808, "c": 18446744073709551615, "d": 1.5}'
    const { bytes } = playCalls(execute).machine.preview(draft(null, parameters))
    const content = '84 a161 cf8000000000000000 a162 d38000000000000000 a163 cfffffffffffffffff a164 cb3ff8000000000000'
    expect(hexOf(bytes)).toBe(hexOf(frame(content)))
    const play = playCalls(execute)
    play.call(1, 'x')
    expect(told(play.receive(frame(content)))[0]).toBe(
      'answer 1 result {"a":9223372036854775808,"b":-9223372036854775808,"c":18446744073709551615,"d":1.5}',
    )
  })

  test('6.1.7 a date is composed with six decimals, and read as a date', () => {
    const { bytes } = playCalls(execute).machine.preview(
      draft(null, '{"at": {"$datetime": "2014-05-06T07:08:09.00001"}}'),
    )
    const content = `81 a26174 82 ${textHex('__datetime__')} c3 ${textHex('as_str')} ${textHex('2014-05-06T07:08:09.000010')}`
    expect(hexOf(bytes)).toBe(hexOf(frame(content)))
    const play = playCalls(execute)
    play.call(1, 'x')
    expect(told(play.receive(frame(content)))[0]).toBe(
      'answer 1 result {"at":{"$datetime":"2014-05-06T07:08:09.000010"}}',
    )
  })

  test.each([
    ['{"ok": 1, "big": 18446744073709551616}', 'big', '18446744073709551616'],
    ['{"low": -9223372036854775809}', 'low', '-9223372036854775809'],
    ['{"deep": {"in": [1e999]}}', 'deep', '1e999'],
    ['{"half": "\\ud800"}', 'half', 'half a character'],
    ['{"at": {"$datetime": "2014-02-30T00:00:00"}}', 'at', '2014-02-30'],
    ['{"cmd": "other"}', 'cmd', 'The command itself'],
  ])('%s is refused by the name of its parameter', (parameters, name, reason) => {
    const play = playCalls(execute)
    const error = refusal(() => play.call(1, 'x', parameters))
    expect(error).toMatchObject({ code: 'call-parameter-malformed', data: { name } })
    expect(error?.data.reason).toContain(reason)
    expect(play.machine.pendingCount).toBe(0)
  })

  test('what tcpy has not is refused and changes nothing', () => {
    const play = playCalls(execute)
    expect(refusal(() => play.call(1, ''))?.code).toBe('command-required')
    expect(refusal(() => play.call(1, 'x', '[1]'))?.code).toBe('call-parameters-malformed')
    expect(refusal(() => play.call(1, 'x', '', { kind: 'telemetry' }))?.code).toBe('call-kind-impossible')
    expect(refusal(() => play.call(1, 'x', '', { kind: 'notification' }))?.code).toBe('call-kind-impossible')
    expect(refusal(() => play.batch(draft('x')))?.code).toBe('batch-impossible')
    expect(told(play.call(1, 'x'))).toEqual(['called 1 {"cmd":"x"}', 'write 1 11'])
    expect(refusal(() => play.call(2, 'x'))?.code).toBe('batch-impossible')
  })
})

describe('replies', () => {
  test('6.1.3 a reply split at every offset, and two frames in one segment', () => {
    for (let at = 1; at < solution.length; at++) {
      const play = playCalls(session)
      play.call(1, 'add', '{"x": 1, "y": 2}')
      const effects = [...play.receive(solution.slice(0, at)), ...play.receive(solution.slice(at))]
      expect(effects).toEqual([
        {
          kind: 'replied',
          number: 1,
          ends: true,
          reply: {
            ...{ kind: 'result', mark: null, text: '{"solution":3,"success":true}', isError: false, message: null },
            ...{ code: null, streamOffset: 0, byteCount: 24 },
          },
        },
      ])
    }
    const play = playCalls(session)
    play.call(1, 'x')
    expect(told(play.receive(bytesOf(hexOf(solution) + hexOf(frame('02')))))).toEqual([
      'answer 1 result {"solution":3,"success":true}',
      'reply 1 result (extra) 2',
    ])
  })

  test('6.1.6 a text that is no UTF-8 is shown as hex', () => {
    const play = playCalls(execute)
    play.call(1, 'x')
    expect(told(play.receive(frame('81 a16b a2ff00')))[0]).toBe('answer 1 result {"k":{"$raw":"ff00"}}')
  })

  test.each([
    ['6.1.8 an unknown command', errorFrame('Invalid command foo!'), 'Invalid command foo!'],
    ['6.1.8 no command', errorFrame('Invalid command None!'), 'Invalid command None!'],
    [
      '6.1.9 a missing parameter',
      errorFrame('__init__() takes exactly 3 arguments (2 given)'),
      '__init__() takes exactly 3 arguments (2 given)',
    ],
    [
      '6.1.9 another parameter',
      errorFrame("__init__() got an unexpected keyword argument 'z'"),
      "__init__() got an unexpected keyword argument 'z'",
    ],
    ['6.1.9 an exception', errorFrame('boom happened'), 'boom happened'],
    ['6.1.9 an empty message stays an empty text', errorFrame(''), ''],
    ['no message at all', frame(`81 ${textHex('error')} c3`), null],
  ])('%s', (_, bytes, message) => {
    const play = playCalls(execute)
    play.call(1, null)
    const [effect] = play.receive(bytes)
    expect(effect).toMatchObject({ kind: 'replied', ends: true, reply: { kind: 'error', isError: true, message } })
  })

  test('the frame of the real server for an exception is 30 bytes of content', () => {
    expect(hexOf(errorFrame('boom happened'))).toBe(
      `0000001e82a7${hexOf(asciiBytes('message'))}ad${hexOf(asciiBytes('boom happened'))}a5${hexOf(asciiBytes('error'))}c3`,
    )
  })

  test.each([
    ['6.1.10 nil', '00 00 00 01 c0', 'null'],
    ['a list', '00 00 00 02 91 01', '[1]'],
    ['an error that is false', hexOf(frame(`81 ${textHex('error')} c2`)), '{"error":false}'],
    ['an error that is empty', hexOf(frame(`81 ${textHex('error')} a0`)), '{"error":""}'],
    ['a success that is false', hexOf(frame(`81 ${textHex('success')} c2`)), '{"success":false}'],
  ])('%s is a result', (_, hex, text) => {
    const play = playCalls(execute)
    play.call(1, 'x')
    expect(play.receive(bytesOf(hex))[0]).toMatchObject({
      kind: 'replied',
      ends: true,
      reply: { kind: 'result', text, isError: false, message: null },
    })
  })

  test.each([
    ['c1', 'c1'],
    ['two values', '01 02'],
    ['a value cut off', '81 a1'],
    ['nothing', ''],
  ])('%s is no reply: the call fails, its bytes are told, the connection stays', (_, contentHex) => {
    const play = playCalls(session)
    play.call(1, 'x')
    play.call(2, 'y')
    const raw = hexOf(bytesOf(contentHex))
    expect(told(play.receive(frame(contentHex)))).toEqual([
      `reply 1 message {"$raw":"${raw}"}`,
      'failed 1 reply-malformed',
      'called 2 {"cmd":"y"}',
      'write 2 11',
    ])
    expect(told(play.receive(solution))).toEqual(['answer 2 result {"solution":3,"success":true}'])
    expect(told(play.receive(frame('c1')))).toEqual([
      `malformed reply-malformed ${4 + bytesOf(contentHex).length + 24}+5`,
    ])
  })
})

describe('connections', () => {
  test('6.1.11 execute ends the connection after the first reply, also when it is an error', () => {
    const play = playCalls(execute)
    play.call(1, 'x')
    expect(told(play.receive(errorFrame('no')))).toEqual([
      'answer 1 error {"message":"no","error":true}',
      'end-connection',
    ])
    expect(told(play.receive(frame('01')))).toEqual(['reply 1 result (extra) 1'])
    expect(told(play.accept({ kind: 'closed', error: null }))).toEqual([])
  })

  test('6.1.12 a conversation on one connection: each turn has its reply', () => {
    const play = playCalls(session)
    expect(told(play.call(1, 'chat'))).toEqual(['called 1 {"cmd":"chat"}', 'write 1 14'])
    expect(told(play.receive(frame(`81 ${textHex('prompt')} ${textHex('hi')}`)))).toEqual([
      'answer 1 result {"prompt":"hi"}',
    ])
    expect(told(play.call(2, null, '{"n": 1}'))).toEqual(['called 2 {"n":1}', 'write 2 8'])
    expect(told(play.receive(frame('81 a16e 01')))).toEqual(['answer 2 result {"n":1}'])
    expect(told(play.call(3, null, '{"bye": true}'))).toEqual(['called 3 {"bye":true}', 'write 3 10'])
    const last = frame(`82 ${textHex('turns')} 02 ${textHex('success')} c3`)
    expect(told(play.receive(last))).toEqual(['answer 3 result {"turns":2,"success":true}'])
    expect(told(play.accept({ kind: 'peer-ended' }))).toEqual([])
  })

  test('calls wait for each other in a session; one that needs no reply does not', () => {
    const play = playCalls(session)
    expect(told(play.call(1, 'a'))).toEqual(['called 1 {"cmd":"a"}', 'write 1 11'])
    expect(told(play.call(2, 'b', '', { kind: 'notification' }))).toEqual([])
    expect(told(play.call(3, 'c'))).toEqual([])
    expect(play.machine.pendingCount).toBe(3)
    expect(told(play.receive(frame('01')))).toEqual([
      'answer 1 result 1',
      'called 2 {"cmd":"b"} (no reply)',
      'write 2 11',
      'called 3 {"cmd":"c"}',
      'write 3 11',
    ])
    expect(told(play.receive(frame('03')))).toEqual(['answer 3 result 3'])
    expect(play.machine.pendingCount).toBe(0)
  })

  test('a frame before the first call belongs to none', () => {
    expect(told(playCalls(session).receive(frame('c3')))).toEqual(['unmatched - true'])
  })

  test('6.1.13 a close right after a whole reply is no failure', () => {
    const play = playCalls(execute)
    play.call(1, 'x')
    play.receive(solution)
    expect(told(play.accept({ kind: 'peer-ended' }))).toEqual([])
    expect(told(play.accept({ kind: 'closed', error: null }))).toEqual([])
  })

  test('6.1.14 without a reply the call waits for ever, or until its time', () => {
    const patient = playCalls(session)
    expect(told(patient.call(1, 'x'))).toEqual(['called 1 {"cmd":"x"}', 'write 1 11'])
    const play = playCalls(session, { timeoutMs: 500 })
    expect(told(play.call(1, 'x')).at(-1)).toBe('wake-at 1500')
    play.wait(499)
    expect(told(play.accept({ kind: 'timer-fired' }))).toEqual(['wake-at 1500'])
    play.wait(1)
    const effects = play.accept({ kind: 'timer-fired' })
    expect(told(effects)).toEqual(['failed 1 call-timeout'])
    expect(effects[0]).toMatchObject({ error: { data: { timeoutMs: 500 } } })
  })

  test('after a timeout no other call goes out until the late reply is there, so that none gets the reply of another', () => {
    const play = playCalls(session, { timeoutMs: 500 })
    play.call(1, 'slow')
    play.call(2, 'next')
    play.wait(500)
    expect(told(play.accept({ kind: 'timer-fired' }))).toEqual(['failed 1 call-timeout', 'failed 2 call-out-of-step'])
    expect(refusal(() => play.call(3, 'x'))?.code).toBe('call-out-of-step')
    expect(told(play.receive(frame('01')))).toEqual(['reply 1 result (late) 1'])
    expect(told(play.call(4, 'x'))).toEqual(['called 4 {"cmd":"x"}', 'write 4 11', 'wake-at 2000'])
    expect(told(play.receive(frame('04')))).toEqual(['answer 4 result 4', 'wake-at never'])
  })

  test('a cancelled call: its late reply is marked; one that had not gone out yet leaves no trace', () => {
    const play = playCalls(session)
    play.call(1, 'a')
    play.call(2, 'b')
    expect(told(play.accept({ kind: 'cancel', number: 2 }))).toEqual([])
    expect(told(play.accept({ kind: 'cancel', number: 1 }))).toEqual([])
    expect(told(play.receive(frame('01')))).toEqual(['reply 1 result (late) 1'])
    expect(told(play.accept({ kind: 'cancel', number: 1 }))).toEqual([])
    const once = playCalls(execute)
    once.call(1, 'a')
    expect(told(once.accept({ kind: 'cancel', number: 1 }))).toEqual(['end-connection'])
  })

  test.each([
    [2, 2, 2, 'Not even its length was whole.'],
    [4, 20, 4, null],
    [23, 1, 23, null],
  ])('6.1.15 the end after %i bytes counts %i missing ones', (length, missingBytes, receivedBytes, reason) => {
    const play = playCalls(session)
    play.call(1, 'x')
    play.call(2, 'y')
    play.receive(solution.slice(0, length))
    const effects = play.accept({ kind: 'peer-ended' })
    expect(told(effects)).toEqual(['failed 1 reply-incomplete', 'failed 2 closed-before-reply'])
    expect(effects[0]).toMatchObject({ error: { data: { missingBytes, receivedBytes, reason } } })
    expect(told(play.accept({ kind: 'closed', error: null }))).toEqual([])
    expect(refusal(() => play.call(3, 'z'))?.code).toBe('not-connected')
  })

  test('6.1.15 a connection that breaks fails its calls with the reason', () => {
    const play = playCalls(session)
    play.call(1, 'x')
    play.call(2, 'y')
    play.receive(solution.slice(0, 9))
    const error = { code: 'connection-reset', kind: 'PeerViolation', message: 'reset', data: {} } as const
    expect(told(play.accept({ kind: 'closed', error }))).toEqual([
      'failed 1 connection-reset',
      'failed 2 connection-reset',
    ])
  })

  test('half a frame that belongs to no call is told at the end', () => {
    const play = playCalls(session)
    play.receive(solution.slice(0, 9))
    expect(told(play.accept({ kind: 'peer-ended' }))).toEqual(['malformed reply-incomplete 0+9'])
  })

  test('6.1.16 a length above the maximum is refused as soon as it is there', () => {
    const play = playCalls({ ...session, maximumReplyBytes: 19 })
    play.call(1, 'x')
    play.call(2, 'y')
    play.receive(solution.slice(0, 3))
    const effects = play.receive(solution.slice(3))
    expect(told(effects)).toEqual(['failed 1 reply-too-large', 'failed 2 reply-too-large', 'end-connection'])
    expect(effects[0]).toMatchObject({ error: { data: { length: 20, maximumBytes: 19 } } })
    expect(told(play.receive(solution))).toEqual([])
    expect(told(play.accept({ kind: 'closed', error: null }))).toEqual([])
    const unasked = playCalls(session)
    expect(told(unasked.receive(asciiBytes('{"cm')))).toEqual(['malformed reply-too-large 0+4', 'end-connection'])
  })
})
