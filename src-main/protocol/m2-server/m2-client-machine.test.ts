import { describe, expect, test } from 'vitest'
import { M2ClientMachine, maximumCommandsInFlight } from './m2-client-machine.ts'
import { M2Controller } from './m2-controller.ts'
import { ack, fail, M2Exchange, noack, plainSettings, success } from './testing/m2-exchange.ts'

const notInPosition = '{"id": "m2AssemblyInPosition", "inPosition": false}'

describe('transcripts of the original', () => {
  test('3.8 resetForceOffsets: ack, out of position, success', () => {
    expect(new M2Exchange().command('resetForceOffsets', 1)).toEqual([ack(1), notInPosition, success(1)])
  })

  test('3.8 and 6.3.13 an unknown command: noack alone', () => {
    expect(new M2Exchange().command('unknown', 2)).toEqual([noack(2)])
  })

  test('3.8 and 6.3.13 switchForceBalanceSystem without power: ack, its events, fail', () => {
    expect(new M2Exchange().command('switchForceBalanceSystem', 3, '"status": true')).toEqual([
      ack(3),
      '{"id": "forceBalanceSystemStatus", "status": false}',
      '{"id": "openLoopMaxLimit", "status": false}',
      '{"id": "closedLoopControlMode", "mode": 3}',
      '{"id": "digitalOutput", "value": 28}',
      fail(3),
    ])
  })

  test('3.8 power: communication, then motors', () => {
    const exchange = new M2Exchange()
    expect(exchange.command('power', 4, '"powerType": 2, "status": true')).toEqual([
      ack(4),
      '{"id": "powerSystemState", "powerType": 2, "status": true, "state": 3}',
      '{"id": "powerSystemState", "powerType": 2, "status": true, "state": 5}',
      '{"id": "digitalInput", "value": 2147516415}',
      '{"id": "digitalOutput", "value": 30}',
      '{"id": "interlock", "state": true}',
      '{"id": "openLoopMaxLimit", "status": false}',
      success(4),
    ])
    expect(exchange.command('power', 5, '"powerType": 1, "status": true')).toEqual([
      ack(5),
      '{"id": "powerSystemState", "powerType": 1, "status": true, "state": 3}',
      '{"id": "powerSystemState", "powerType": 1, "status": true, "state": 5}',
      '{"id": "digitalInput", "value": 63}',
      '{"id": "digitalOutput", "value": 31}',
      '{"id": "interlock", "state": false}',
      '{"id": "openLoopMaxLimit", "status": false}',
      success(5),
    ])
  })
})

describe('the welcome', () => {
  const welcome = (controller: M2Controller): string[] =>
    new M2ClientMachine(controller, plainSettings, 1)
      .opened()
      .map((effect) => (effect.kind === 'reply' ? effect.line : effect.kind))

  test('3.8 and 6.3.21: 99 messages in the order of the original', () => {
    const lines = welcome(new M2Controller(true))
    expect(lines.every((line) => line.endsWith('}\r\n'))).toBe(true)
    const messages = lines.map((line) => line.trimEnd())
    expect(messages.slice(0, 9)).toEqual([
      '{"id": "tcpIpConnected", "isConnected": true}',
      '{"id": "commandableByDDS", "state": true}',
      '{"id": "hardpointList", "actuators": [6, 16, 26, 74, 76, 78]}',
      '{"id": "bypassedActuatorILCs", "ilcs": [6]}',
      '{"id": "interlock", "state": false}',
      '{"id": "inclinationTelemetrySource", "source": 1}',
      `{"id": "temperatureOffset", "ring": [${new Array(12).fill('21.0').join(', ')}], "intake": [0.0, 0.0], "exhaust": [0.0, 0.0]}`,
      '{"id": "digitalInput", "value": 2667642879}',
      '{"id": "digitalOutput", "value": 28}',
    ])
    expect(messages[9]?.startsWith('{"id": "config", "configuration": "Configurable_File_Description_')).toBe(true)
    const config = JSON.parse(messages[9] ?? '') as Record<string, unknown>
    expect(Object.keys(config)).toHaveLength(20)
    expect(messages[9]).toContain('"powerWarningMotor": 5.0, ')
    expect(messages.slice(10, 12)).toEqual([
      '{"id": "closedLoopControlMode", "mode": 1}',
      '{"id": "enabledFaultsMask", "mask": 18410715311050326015}',
    ])
    expect(JSON.parse(messages[12] ?? '')).toMatchObject({ id: 'configurationFiles', files: { length: 4 } })
    expect(messages.slice(13, 15)).toEqual([
      '{"id": "powerSystemState", "powerType": 2, "status": false, "state": 1}',
      '{"id": "powerSystemState", "powerType": 1, "status": false, "state": 1}',
    ])
    expect(messages.slice(15)).toEqual(
      Array.from({ length: 84 }, (_, address) => `{"id": "innerLoopControlMode", "address": ${address}, "mode": 8}`),
    )
    expect(messages).toHaveLength(99)
  })

  test('greets each client with how things are now, or the first one alone', () => {
    const every = new M2Controller(true)
    new M2Exchange({}, every).powered()
    expect(welcome(every)).toContain('{"id": "powerSystemState", "powerType": 1, "status": true, "state": 5}\r\n')
    const once = new M2Controller(false)
    expect([welcome(once).length, welcome(once).length]).toEqual([99, 0])
  })
})

describe('sequence numbers', () => {
  test('6.3.21 a gap: after 1 then 3 comes noack 2, which is then taken', () => {
    const exchange = new M2Exchange({ checksSequence: true })
    exchange.command('saveMirrorPosition', 1)
    expect(exchange.command('saveMirrorPosition', 3)).toEqual([
      'problem: Client 1 sent what is no request. A command has the sequence_id 3 where 2 is missing.',
      noack(2),
    ])
    expect(exchange.command('saveMirrorPosition', 2)).toEqual([ack(2), success(2)])
    expect(exchange.command('saveMirrorPosition', 3)).toEqual([ack(3), success(3)])
    expect(exchange.command('saveMirrorPosition', 3).at(-1)).toBe(noack(4))
  })

  test('the client chooses the first, 2147483647 is followed by 1, an unknown command uses its number up', () => {
    const exchange = new M2Exchange({ checksSequence: true })
    expect(exchange.command('saveMirrorPosition', 2_147_483_646)).toHaveLength(2)
    expect(exchange.command('nonsense', 2_147_483_647)).toEqual([noack(2_147_483_647)])
    expect(exchange.command('saveMirrorPosition', 1)).toEqual([ack(1), success(1)])
  })

  test('unchecked, any number goes', () => {
    const exchange = new M2Exchange()
    for (const number of [5, 5, 0, 4_000_000_000]) {
      expect(exchange.command('saveMirrorPosition', number)).toEqual([ack(number), success(number)])
    }
  })

  test('of two in a message the last counts, as in Python', () => {
    expect(new M2Exchange().line('{"sequence_id": 1, "id": "cmd_x", "sequence_id": 2}')).toEqual([noack(2)])
  })
})

describe('what kills the original', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{"id": "cmd_power"}', ['Command power has no sequence_id that is a number, so it cannot be answered.']],
    [
      '{"id": "cmd_power", "sequence_id": "1"}',
      ['Command power has no sequence_id that is a number, so it cannot be answered.'],
    ],
    [
      '{"id": "cmd_power", "sequence_id": NaN}',
      ['Command power has no sequence_id that is a number, so it cannot be answered.'],
    ],
    [
      '{"id": "cmd_power", "sequence_id": -7}',
      ['Command power has the sequence_id -7, which is no whole number from 0.', noack(-7)],
    ],
    [
      '{"id": "cmd_power", "sequence_id": 1.50}',
      ['Command power has the sequence_id 1.5, which is no whole number from 0.', noack(1.5)],
    ],
    [
      '{"id": "cmd_power", "sequence_id": 8}',
      [ack(8), 'Command power failed. Parameter powerType is missing.', fail(8)],
    ],
    [
      '{"id": "cmd_applyForces", "axial": [1], "tangent": [], "sequence_id": 9}',
      [ack(9), 'Command applyForces failed. Parameter axial must be a list of 72 numbers.', fail(9)],
    ],
    ['{"id": "cmd___proto__", "sequence_id": 1}', [noack(1)]],
    ['{"id": "cmd_constructor", "sequence_id": 1}', [noack(1)]],
    ['no JSON', ['A value has to stand here']],
    ['', ['A value has to stand here']],
    ['[1]', ['It is no object with an id that is a text.']],
    ['{"id": 1}', ['It is no object with an id that is a text.']],
    ['{"id": "ack", "sequence_id": 1}', ['Its id “ack” begins with none of cmd_, evt_ and tel_.']],
    ['{"id": "power", "sequence_id": 1}', ['Its id “power” begins with none of cmd_, evt_ and tel_.']],
    [`${'['.repeat(70)}${']'.repeat(70)}`, ['64']],
    ['x'.repeat(65_537), ['A line was longer than 65536 bytes; it was left out.']],
  ]
  test.each(cases.map(([line, expected]) => [line.slice(0, 60), line, expected] as const))(
    '%s',
    (_, line, expected) => {
      const exchange = new M2Exchange()
      const answer = exchange.line(line)
      expect(answer).toHaveLength(expected.length)
      for (const [index, text] of expected.entries()) expect(answer[index]).toContain(text)
      expect(exchange.command('saveMirrorPosition', 1)).toEqual([ack(1), success(1)])
    },
  )

  test('bytes that are no UTF-8', () => {
    const exchange = new M2Exchange()
    const effects = exchange.machine.received(Uint8Array.of(0x22, 0xff, 0x22, 0x0a))
    expect(effects).toMatchObject([{ kind: 'problem', error: { code: 'request-malformed', data: { connection: 1 } } }])
    expect(exchange.command('saveMirrorPosition', 1)).toEqual([ack(1), success(1)])
  })
})

test('lines end with CR LF or LF; a line of 65,536 bytes is taken', () => {
  const exchange = new M2Exchange()
  const lines = ['{"id": "cmd_a", "sequence_id": 1}\n', '{"id": "cmd_a", "sequence_id": 2}\r\n']
  expect(exchange.bytes(lines.join(''))).toEqual([noack(1), noack(2)])
  const longest = '{"id": "cmd_a", "sequence_id": 3}'.padEnd(65_536)
  expect([exchange.bytes(`${longest}\n`), exchange.bytes(`${longest}\r\n`)]).toEqual([[noack(3)], [noack(3)]])
})

test('events and telemetry of other components are counted, and the mount is believed', () => {
  const exchange = new M2Exchange()
  expect(exchange.line('{"inPosition": true, "id": "evt_mountInPosition", "compName": "MTMount"}')).toEqual([])
  expect(exchange.mirror.isMountInPosition).toBe(true)
  exchange.line('{"inPosition": false, "id": "evt_mountInPosition", "compName": "Other"}')
  exchange.line('{"inPosition": 1, "id": "evt_mountInPosition", "compName": "MTMount"}')
  expect(exchange.line('{"actualPosition": 1.5, "id": "tel_elevation", "compName": "MTMount"}')).toEqual([])
  expect(exchange.line('{"id": "evt_bare"}')).toEqual([])
  expect([exchange.heardCounts, exchange.mirror.isMountInPosition]).toEqual([{ events: 4, telemetry: 1 }, true])
})

describe('time', () => {
  test('commands last, several at once; what begins is told at once', () => {
    const exchange = new M2Exchange({ commandDurationMs: 250 })
    expect(exchange.command('power', 1, '"powerType": 2, "status": true')).toEqual([
      ack(1),
      '{"id": "powerSystemState", "powerType": 2, "status": true, "state": 3}',
      'wake 1 after 250',
    ])
    expect(exchange.command('resetForceOffsets', 2)).toEqual([ack(2), 'wake 2 after 250'])
    expect(exchange.timer(2)).toEqual([notInPosition, success(2)])
    expect(exchange.timer(1)).toEqual([
      '{"id": "powerSystemState", "powerType": 2, "status": true, "state": 5}',
      '{"id": "digitalInput", "value": 2147516415}',
      '{"id": "digitalOutput", "value": 30}',
      '{"id": "interlock", "state": true}',
      '{"id": "openLoopMaxLimit", "status": false}',
      success(1),
    ])
    expect(exchange.timer(1)).toEqual([])
  })

  test('of two commands that contradict each other the first fails', () => {
    const exchange = new M2Exchange({ commandDurationMs: 10 })
    exchange.command('power', 1, '"powerType": 2, "status": true')
    exchange.command('power', 2, '"powerType": 2, "status": false')
    expect(exchange.timer(1)).toEqual([fail(1)])
    expect(exchange.timer(2).at(-1)).toBe(success(2))
    expect(exchange.mirror.power[2]).toBe(2)
  })

  test('so many commands in flight hold the reading until one has ended', () => {
    const exchange = new M2Exchange({ commandDurationMs: 10 })
    const many = Array.from(
      { length: maximumCommandsInFlight + 2 },
      (_, number) => `{"id": "cmd_loadConfiguration", "sequence_id": ${number}}\n`,
    )
    const taken = exchange.bytes(many.join(''))
    expect([taken.filter((line) => line.includes('"ack"')).length, taken.at(-1)]).toEqual([1000, 'hold reading'])
    expect(exchange.timer(1).slice(1)).toEqual([success(0), ack(1000), 'wake 1001 after 10'])
    exchange.timer(2)
    expect(exchange.timer(3).at(-1)).toBe('read on')
  })

  test('after the end of the client its commands are answered, then the server ends', () => {
    const exchange = new M2Exchange({ commandDurationMs: 10 })
    exchange.command('saveMirrorPosition', 1)
    expect(exchange.peerEnded()).toEqual([])
    expect(exchange.timer(1)).toEqual([success(1), 'end'])
    expect(exchange.command('saveMirrorPosition', 2)).toEqual([])
  })

  test('an end in the middle of a line is a problem', () => {
    const exchange = new M2Exchange()
    exchange.bytes('{"id"')
    expect(exchange.peerEnded()).toEqual([
      'problem: Client 1 sent what is no request. It ended in the middle of a line, after 5 bytes of it.',
      'end',
    ])
  })
})

describe('6.3.19 heartbeats', () => {
  test('without one for 10 s, looked at every second, the client is dropped', () => {
    const exchange = new M2Exchange({ requiresHeartbeat: true })
    for (let second = 1; second < 10; second++) expect(exchange.timer(0)).toEqual(['wake 0 after 1000'])
    expect(exchange.line('heartbeat')).toEqual([])
    for (let second = 1; second < 10; second++) expect(exchange.timer(0)).toEqual(['wake 0 after 1000'])
    // Commands are none.
    exchange.command('saveMirrorPosition', 1)
    expect(exchange.timer(0)).toEqual(['problem: Client 1 sent no heartbeat for 10 s and was disconnected.', 'close'])
    expect([exchange.timer(0), exchange.line('heartbeat'), exchange.peerEnded()]).toEqual([[], [], []])
  })

  test('are no commands and no problem where none is required', () => {
    expect(new M2Exchange().bytes('heartbeat\r\nheartbeat\n')).toEqual([])
  })
})

test('rebootController is answered, then the controller boots', () => {
  const exchange = new M2Exchange()
  expect(exchange.command('rebootController', 1)).toEqual([ack(1), success(1), 'restart'])
  expect(exchange.command('saveMirrorPosition', 2)).toEqual([])
})
