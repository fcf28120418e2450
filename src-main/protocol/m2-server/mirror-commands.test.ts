import { describe, expect, test } from 'vitest'
import { mirrorCommandNames } from './mirror-commands.ts'
import { ack, fail, M2Exchange, success } from './testing/m2-exchange.ts'

/** What comes between the ack and the end, and whether the end is a success. */
function outcome(exchange: M2Exchange, name: string, parameters = ''): readonly [boolean, ...string[]] {
  const [first, ...others] = exchange.command(name, 9, parameters)
  const end = others.pop()
  expect([first, [success(9), fail(9)].includes(end ?? '')]).toEqual([ack(9), true])
  return [end === success(9), ...others]
}

const list = (length: number, value: number | string): string => `[${new Array(length).fill(value).join(', ')}]`
const files = '"file": "Configurable_File_Description_20180831T091922_M2_optical.csv"'

test('3.8 there are 25 commands', () => {
  expect(mirrorCommandNames.toSorted()).toEqual(
    (
      'applyForces positionMirror resetForceOffsets clearErrors switchForceBalanceSystem setTemperatureOffset switchCommandSource ' +
      'runScript moveActuators resetBreakers rebootController enableOpenLoopMaxLimit saveMirrorPosition setMirrorHome switchDigitalOutput ' +
      'power resetActuatorSteps setClosedLoopControlMode setInnerLoopControlMode getInnerLoopControlMode loadConfiguration ' +
      'setControlParameters setEnabledFaultsMask setConfigurationFile setHardpointList'
    )
      .split(' ')
      .toSorted(),
  )
})

describe('parameters that are missing or wrong fail', () => {
  test.each([
    ['power', '"powerType": 2'],
    ['power', '"powerType": 3, "status": true'],
    ['power', '"powerType": 2, "status": 1'],
    ['power', '"powerType": 2.0, "status": true'],
    ['resetBreakers', '"powerType": "1"'],
    ['switchDigitalOutput', '"bit": 3, "status": 1'],
    ['switchDigitalOutput', '"bit": 64, "status": 4'],
    ['applyForces', `"axial": ${list(71, 0)}, "tangent": ${list(6, 0)}`],
    ['applyForces', `"axial": ${list(72, 'NaN')}, "tangent": ${list(6, 0)}`],
    ['applyForces', `"axial": ${list(72, 'null')}, "tangent": ${list(6, 0)}`],
    ['applyForces', `"axial": ${list(72, '1e999')}, "tangent": ${list(6, 0)}`],
    ['positionMirror', '"x": 0, "y": 0, "z": 0, "xRot": 0, "yRot": 0'],
    ['setTemperatureOffset', `"ring": ${list(11, 21)}`],
    ['switchCommandSource', ''],
    ['runScript', '"scriptCommand": 1'],
    ['runScript', '"scriptCommand": 1, "scriptName": ""'],
    ['runScript', '"scriptCommand": 7'],
    ['moveActuators', '"actuatorCommand": 1, "actuators": [], "displacement": 1, "unit": 2'],
    ['moveActuators', '"actuatorCommand": 1, "actuators": [78], "displacement": 1, "unit": 2'],
    ['moveActuators', '"actuatorCommand": 1, "actuators": [0], "displacement": 1, "unit": 3'],
    ['enableOpenLoopMaxLimit', '"status": null'],
    ['setClosedLoopControlMode', '"mode": 5'],
    ['setInnerLoopControlMode', '"addresses": [84], "mode": 1'],
    ['setInnerLoopControlMode', '"addresses": [-1], "mode": 1'],
    ['getInnerLoopControlMode', `"addresses": ${list(85, 0)}`],
    [
      'setControlParameters',
      '"useExternalElevationAngle": true, "enableAngleComparison": true, "maxAngleDifference": 2.0',
    ],
    ['setEnabledFaultsMask', '"mask": 18446744073709551616'],
    ['setEnabledFaultsMask', '"mask": -1'],
    ['setEnabledFaultsMask', '"mask": 1.5'],
    ['setConfigurationFile', '"file": "../../etc/passwd"'],
    ['setHardpointList', '"actuators": [5, 15, 25, 73, 75, "77"]'],
  ])('%s with %s', (name, parameters) => {
    const exchange = new M2Exchange().powered()
    const [ends, ...between] = outcome(exchange, name, parameters)
    expect([ends, between.length, between[0]?.includes(`Command ${name} failed. Parameter `)]).toEqual([false, 1, true])
  })
})

describe('power', () => {
  test('off again, motors first', () => {
    const exchange = new M2Exchange().closed()
    expect(outcome(exchange, 'power', '"powerType": 2, "status": false')).toEqual([false])
    expect(outcome(exchange, 'power', '"powerType": 1, "status": false')).toEqual([
      true,
      '{"id": "powerSystemState", "powerType": 1, "status": false, "state": 6}',
      '{"id": "powerSystemState", "powerType": 1, "status": false, "state": 2}',
      '{"id": "forceBalanceSystemStatus", "status": false}',
      '{"id": "digitalInput", "value": 2147516415}',
      '{"id": "digitalOutput", "value": 30}',
      '{"id": "interlock", "state": true}',
      '{"id": "openLoopMaxLimit", "status": false}',
    ])
    expect(outcome(exchange, 'power', '"powerType": 2, "status": false').slice(0, 5)).toEqual([
      true,
      '{"id": "powerSystemState", "powerType": 2, "status": false, "state": 6}',
      '{"id": "powerSystemState", "powerType": 2, "status": false, "state": 2}',
      '{"id": "digitalInput", "value": 2667642879}',
      '{"id": "digitalOutput", "value": 28}',
    ])
  })

  test('of the motors only with communication', () => {
    expect(outcome(new M2Exchange(), 'power', '"powerType": 1, "status": true')).toEqual([false])
  })

  test('resetting breakers needs it', () => {
    const exchange = new M2Exchange()
    expect(outcome(exchange, 'resetBreakers', '"powerType": 1')).toEqual([
      false,
      '{"id": "digitalInput", "value": 2667642879}',
    ])
    exchange.powered()
    expect(outcome(exchange, 'resetBreakers', '"powerType": 1')).toEqual([
      true,
      '{"id": "digitalOutput", "value": 23}',
      '{"id": "interlock", "state": false}',
      '{"id": "digitalInput", "value": 2147516415}',
      '{"id": "powerSystemState", "powerType": 1, "status": true, "state": 4}',
      '{"id": "digitalOutput", "value": 31}',
      '{"id": "interlock", "state": false}',
      '{"id": "powerSystemState", "powerType": 1, "status": true, "state": 5}',
      '{"id": "digitalInput", "value": 63}',
    ])
  })

  test('bits of the digital output: low, high, toggled', () => {
    const exchange = new M2Exchange().powered()
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 4, "status": 1')).toEqual([
      true,
      '{"id": "digitalOutput", "value": 27}',
      '{"id": "interlock", "state": true}',
    ])
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 4, "status": 2')[2]).toBe(
      '{"id": "interlock", "state": false}',
    )
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 128, "status": 3')[1]).toBe(
      '{"id": "digitalOutput", "value": 159}',
    )
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 1, "status": 3')).toEqual([
      true,
      '{"id": "digitalOutput", "value": 158}',
      '{"id": "interlock", "state": true}',
      '{"id": "powerSystemState", "powerType": 1, "status": false, "state": 6}',
      '{"id": "powerSystemState", "powerType": 1, "status": false, "state": 2}',
    ])
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 1, "status": 1')).toHaveLength(3)
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 2, "status": 1')[0]).toBe(true)
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 1, "status": 2')).toEqual([false])
    expect(outcome(exchange, 'switchDigitalOutput', '"bit": 32, "status": 2')).toEqual([false])
  })

  test('clearing errors takes the fault of the start away', () => {
    const exchange = new M2Exchange()
    expect(exchange.mirror.faults).toBe(144_115_188_075_855_872n)
    expect(outcome(exchange, 'clearErrors')).toEqual([
      true,
      '{"id": "summaryFaultsStatus", "status": 0}',
      '{"id": "digitalInput", "value": 2667642879}',
      '{"id": "digitalOutput", "value": 28}',
      '{"id": "interlock", "state": true}',
    ])
  })
})

describe('closed loop', () => {
  test('switched on with motors, not beside the limits of the open loop', () => {
    const exchange = new M2Exchange().powered()
    outcome(exchange, 'enableOpenLoopMaxLimit', '"status": true')
    expect(outcome(exchange, 'switchForceBalanceSystem', '"status": true')[0]).toBe(false)
    outcome(exchange, 'enableOpenLoopMaxLimit', '"status": false')
    expect(outcome(exchange, 'switchForceBalanceSystem', '"status": true')).toEqual([
      true,
      '{"id": "forceBalanceSystemStatus", "status": true}',
      '{"id": "openLoopMaxLimit", "status": false}',
      '{"id": "closedLoopControlMode", "mode": 4}',
      '{"id": "digitalOutput", "value": 63}',
    ])
    expect(outcome(exchange, 'enableOpenLoopMaxLimit', '"status": true')).toEqual([
      false,
      '{"id": "openLoopMaxLimit", "status": false}',
    ])
  })

  test('set as a mode', () => {
    const exchange = new M2Exchange()
    expect(outcome(exchange, 'setClosedLoopControlMode', '"mode": 4')).toEqual([false])
    expect(outcome(exchange, 'setClosedLoopControlMode', '"mode": 2')).toEqual([
      true,
      '{"id": "closedLoopControlMode", "mode": 2}',
    ])
    exchange.powered()
    expect(outcome(exchange, 'setClosedLoopControlMode', '"mode": 4')).toEqual([
      true,
      '{"id": "closedLoopControlMode", "mode": 4}',
      '{"id": "forceBalanceSystemStatus", "status": true}',
      '{"id": "digitalOutput", "value": 63}',
    ])
  })

  test('inner loops need communication, keep what they are told, clear their faults', () => {
    const exchange = new M2Exchange()
    expect(outcome(exchange, 'getInnerLoopControlMode', '"addresses": [0]')).toEqual([false])
    expect(outcome(exchange, 'setInnerLoopControlMode', '"addresses": [0], "mode": 3')).toEqual([false])
    exchange.powered()
    const mode = (address: number, value: number): string =>
      `{"id": "innerLoopControlMode", "address": ${address}, "mode": ${value}}`
    expect(outcome(exchange, 'getInnerLoopControlMode', '"addresses": [0, 83]')).toEqual([
      true,
      mode(0, 1),
      mode(83, 1),
    ])
    expect(outcome(exchange, 'setInnerLoopControlMode', '"addresses": [1, 83], "mode": 3')).toEqual([
      true,
      mode(1, 3),
      mode(83, 3),
    ])
    expect(outcome(exchange, 'setInnerLoopControlMode', '"addresses": [1], "mode": 7')).toEqual([true, mode(1, 3)])
    expect(outcome(exchange, 'setInnerLoopControlMode', '"addresses": [1], "mode": 6')).toEqual([true, mode(1, 1)])
  })

  test('the source of commands is told', () => {
    expect(outcome(new M2Exchange(), 'switchCommandSource', '"isRemote": false')).toEqual([
      true,
      '{"id": "commandableByDDS", "state": false}',
    ])
  })
})

describe('motion', () => {
  const inPosition = '{"id": "m2AssemblyInPosition", "inPosition": true}'
  const position = (x: number, z = 0): string => `"x": ${x}, "y": 0.0, "z": ${z}, "xRot": 0, "yRot": 0, "zRot": 1.5`

  test('the mirror moves within half a second, tells so and stays', () => {
    const exchange = new M2Exchange().closed()
    expect(exchange.ticks(1)).toEqual([inPosition])
    expect(outcome(exchange, 'positionMirror', position(100))).toEqual([
      true,
      '{"id": "m2AssemblyInPosition", "inPosition": false}',
    ])
    expect([exchange.ticks(1), exchange.mirror.position.x]).toEqual([[], 20])
    expect([exchange.ticks(4), exchange.mirror.position]).toEqual([
      [inPosition],
      { x: 100, y: 0, z: 0, xRot: 0, yRot: 0, zRot: 1.5 },
    ])
    expect(outcome(exchange, 'setMirrorHome')).toEqual([true])
    expect([exchange.ticks(10), exchange.mirror.position.x]).toEqual([[inPosition], 0])
  })

  test('only in closed loop and within its limits', () => {
    expect(outcome(new M2Exchange().powered(), 'positionMirror', position(1))).toEqual([false])
    const exchange = new M2Exchange().closed()
    for (const beyond of [position(7741), position(-7741), position(0, 7891), position(0, -7891)]) {
      expect(outcome(exchange, 'positionMirror', beyond)).toEqual([false])
    }
    expect(outcome(exchange, 'positionMirror', position(7740, 7890))[0]).toBe(true)
  })

  test('forces up to what actuators take', () => {
    const exchange = new M2Exchange()
    const forces = (axial: number, tangent: number): string =>
      `"axial": ${list(72, axial)}, "tangent": ${list(6, tangent)}`
    expect(outcome(exchange, 'applyForces', forces(10.5, 3))).toEqual([
      true,
      '{"id": "m2AssemblyInPosition", "inPosition": false}',
    ])
    expect([exchange.mirror.appliedAxialForces[71], exchange.mirror.appliedTangentForces[5]]).toEqual([10.5, 3])
    for (const tooMuch of [forces(250, 0), forces(-700, 0), forces(0, 4900), forces(0, -4900)]) {
      expect(outcome(exchange, 'applyForces', tooMuch)).toEqual([false])
    }
    outcome(exchange, 'resetForceOffsets')
    expect(exchange.mirror.appliedAxialForces).toEqual(new Array(72).fill(0))
  })

  test('actuators start, pause, resume, stop, and not in closed loop', () => {
    const exchange = new M2Exchange().powered()
    const move = (command: number, more = ''): readonly [boolean, ...string[]] =>
      outcome(exchange, 'moveActuators', `"actuatorCommand": ${command}${more}`)
    const start = ', "actuators": [0, 77], "displacement": -1200, "unit": 2'
    expect(move(4)).toEqual([false])
    expect([move(1, start), move(1, start)]).toEqual([[true], [false]])
    exchange.ticks(2)
    expect([move(3), exchange.ticks(3).length, exchange.mirror.steps[0]]).toEqual([[true], 1, -1000])
    expect([move(4), exchange.ticks(3).length, exchange.mirror.steps[77]]).toEqual([[true], 1, -1200])
    expect(move(4)).toEqual([false])
    expect([outcome(exchange, 'resetActuatorSteps'), exchange.mirror.steps[77]]).toEqual([[true], 0])
    expect(move(1, ', "actuators": [3], "displacement": 0.1, "unit": 1')).toEqual([true])
    exchange.ticks(20)
    expect(exchange.mirror.steps[3]).toBe(5008)
    expect([move(1, start), move(2), move(4)]).toEqual([[true], [true], [false]])
    exchange.closed()
    expect(move(1, start)).toEqual([false])
  })

  test('a script is loaded, run to its end, and not run again', () => {
    const exchange = new M2Exchange()
    const script = (command: number): boolean =>
      outcome(exchange, 'runScript', `"scriptCommand": ${command}, "scriptName": "a"`)[0]
    expect([script(3), script(1), script(3), script(3), script(2)]).toEqual([false, true, true, false, false])
    expect(exchange.ticks(1)).toEqual(['{"id": "scriptExecutionStatus", "percentage": 1}', inPosition])
    expect([script(5), exchange.ticks(1), script(6)]).toEqual([true, [inPosition], true])
    expect(exchange.ticks(99)).toEqual(['{"id": "scriptExecutionStatus", "percentage": 100}', inPosition])
    expect([exchange.ticks(1), script(3), script(2), script(3), script(4)]).toEqual([
      [inPosition],
      false,
      true,
      false,
      true,
    ])
    expect([script(1), script(3), script(4), script(6)]).toEqual([true, true, true, false])
  })
})

describe('configuration', () => {
  test('6.3.7 a mask of 64 bits comes back exactly, as a number or as a text', () => {
    const exchange = new M2Exchange()
    for (const mask of ['18410715311050326015', '"18446744073709551615"', '0']) {
      expect(outcome(exchange, 'setEnabledFaultsMask', `"mask": ${mask}`)).toEqual([
        true,
        `{"id": "enabledFaultsMask", "mask": ${mask.replaceAll('"', '')}}`,
      ])
    }
  })

  test('temperatures come back as Python would write them', () => {
    expect(
      outcome(new M2Exchange(), 'setTemperatureOffset', `"ring": [21, 21.50, ${new Array(10).fill('2e1').join(',')}]`),
    ).toEqual([
      true,
      `{"id": "temperatureOffset", "ring": [21, 21.5, ${new Array(10).fill('20.0').join(', ')}], "intake": [0.0, 0.0], "exhaust": [0.0, 0.0]}`,
    ])
  })

  test('another file is the configuration from then on', () => {
    const exchange = new M2Exchange()
    const [ends, config] = outcome(exchange, 'setConfigurationFile', files)
    expect([ends, JSON.parse(config ?? '')]).toMatchObject([
      true,
      {
        version: '20180831T091922',
        controlParameters: 'CtrlParameterFiles_2018-07-19_104257_m2',
        lutParameters: 'FinalOpticalLUTs',
      },
    ])
    expect(outcome(exchange, 'loadConfiguration')).toEqual([true, config])
  })

  test('control parameters choose the source of the inclination', () => {
    const parameters = (isExternal: boolean): string =>
      `"useExternalElevationAngle": ${isExternal}, "enableAngleComparison": false, "maxAngleDifference": 2.0, "enableLutTemperature": false`
    const exchange = new M2Exchange()
    expect(outcome(exchange, 'setControlParameters', parameters(true))).toEqual([
      true,
      '{"id": "inclinationTelemetrySource", "source": 2}',
    ])
    expect(outcome(exchange, 'setControlParameters', parameters(false))).toEqual([
      true,
      '{"id": "inclinationTelemetrySource", "source": 1}',
    ])
    expect(exchange.mirror).toMatchObject({
      comparesAngles: false,
      maximumAngleDifferenceDegrees: 2,
      usesTemperatureForces: false,
    })
  })

  test('hardpoints: three axial ones and every second tangent link, counted from 0', () => {
    const exchange = new M2Exchange()
    expect(outcome(exchange, 'setHardpointList', '"actuators": [76, 3, 13, 23, 72, 74]')).toEqual([
      true,
      '{"id": "hardpointList", "actuators": [4, 14, 24, 73, 75, 77]}',
      '{"id": "bypassedActuatorILCs", "ilcs": [4]}',
    ])
    for (const wrong of [
      '[3, 13, 23, 72, 74]',
      '[3, 3, 23, 72, 74, 76]',
      '[3, 13, 23, 72, 74, 77]',
      '[3, 13, 70, 71, 72, 74]',
    ]) {
      expect(outcome(exchange, 'setHardpointList', `"actuators": ${wrong}`)).toEqual([false])
    }
  })
})
