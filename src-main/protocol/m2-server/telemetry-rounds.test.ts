import { expect, test } from 'vitest'
import { formatJson } from '../json/format-json.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { TelemetryRounds } from './telemetry-rounds.ts'
import { M2Exchange } from './testing/m2-exchange.ts'

type Message = Readonly<Record<string, unknown>> & { readonly id: string }

const read = (lines: readonly string[]): Message[] => lines.map((line) => JSON.parse(line) as Message)
const named = (lines: readonly string[], id: string): Message | undefined =>
  read(lines).find((message) => message.id === id)
const shape = (message: Message): string =>
  `${message.id}: ${Object.entries(message)
    .slice(1)
    .map(([key, value]) => (Array.isArray(value) ? `${key}[${value.length}]` : key))
    .join(' ')}`

test('3.8 with the motors off a round has three messages', () => {
  const exchange = new M2Exchange()
  const rounds = new TelemetryRounds(exchange.mirror)
  expect(read(rounds.next()).map(shape)).toEqual([
    'powerStatusRaw: motorVoltage motorCurrent commVoltage commCurrent',
    'powerStatus: motorVoltage motorCurrent commVoltage commCurrent',
    'displacementSensors: thetaZ[6] deltaZ[6]',
  ])
  expect(named(rounds.next(), 'powerStatus')?.commVoltage).toBeCloseTo(0, 0)
  exchange.command('power', 1, '"powerType": 2, "status": true')
  expect(rounds.next()).toHaveLength(3)
  expect(named(rounds.next(), 'powerStatus')?.commVoltage).toBeCloseTo(23, 0)
})

test('3.8 with the motors on a round has 19 messages of about 9 kB, the longest of about 6 kB', () => {
  const lines = new TelemetryRounds(new M2Exchange().powered().mirror).next()
  expect(read(lines).map(shape)).toEqual([
    'powerStatusRaw: motorVoltage motorCurrent commVoltage commCurrent',
    'powerStatus: motorVoltage motorCurrent commVoltage commCurrent',
    'displacementSensors: thetaZ[6] deltaZ[6]',
    'ilcData: status[78]',
    'netForcesTotal: fx fy fz',
    'netMomentsTotal: mx my mz',
    'axialForce: lutGravity[72] lutTemperature[72] applied[72] measured[72] hardpointCorrection[72]',
    'tangentForce: lutGravity[6] lutTemperature[0] applied[6] measured[6] hardpointCorrection[6]',
    'forceBalance: fx fy fz mx my mz',
    'position: x y z xRot yRot zRot',
    'positionIMS: x y z xRot yRot zRot',
    'temperature: ring[12] intake[2] exhaust[2]',
    'zenithAngle: measured inclinometerRaw inclinometerProcessed',
    'axialEncoderPositions: position[72]',
    'tangentEncoderPositions: position[6]',
    'axialActuatorSteps: steps[72]',
    'tangentActuatorSteps: steps[6]',
    'forceErrorTangent: force[6] weight sum',
    'inclinometerAngleTma: inclinometer',
  ])
  const longest = Math.max(...lines.map(({ length }) => length))
  expect([longest > 5500 && longest < 6500, lines.join('').length > 8000 && lines.join('').length < 12_000]).toEqual([
    true,
    true,
  ])
})

test('every line is what Python writes for it', () => {
  const exchange = new M2Exchange().closed()
  const rounds = new TelemetryRounds(exchange.mirror)
  for (let round = 0; round < 40; round++) {
    for (const line of rounds.next()) {
      const document = parseJsonDocument(line.trimEnd())
      expect(document.ok && `${formatJson(document.root, 'python')}\r\n`).toBe(line)
    }
  }
})

test('values tremble, and the same commands give the same rounds', () => {
  const rounds = (): readonly string[] => {
    const exchange = new M2Exchange().powered()
    const source = new TelemetryRounds(exchange.mirror)
    return [...source.next(), ...source.next()]
  }
  const lines = rounds()
  expect(rounds()).toEqual(lines)
  expect(
    lines
      .slice(0, 19)
      .filter((line, index) => line === lines[index + 19])
      .map((line) => named([line], 'position') !== undefined || line.slice(8, 24)),
  ).toEqual([
    'forceBalance", "',
    true,
    'axialEncoderPosi',
    'tangentEncoderPo',
    'axialActuatorSte',
    'tangentActuatorS',
    'inclinometerAngl',
  ])
})

test('commands are seen in it', () => {
  const exchange = new M2Exchange().powered()
  const rounds = new TelemetryRounds(exchange.mirror)
  const before = named(rounds.next(), 'axialForce')?.measured as number[]
  exchange.command(
    'applyForces',
    4,
    `"axial": [100, ${new Array(71).fill(0).join(', ')}], "tangent": [0, 0, 0, 0, 0, 7.5]`,
  )
  exchange.command('moveActuators', 5, '"actuatorCommand": 1, "actuators": [71, 77], "displacement": 1000, "unit": 2')
  exchange.ticks(2)
  const lines = rounds.next()
  const axial = named(lines, 'axialForce')
  expect((axial?.applied as number[])[0]).toBe(100)
  expect((axial?.measured as number[])[0]).toBeCloseTo((before[0] ?? 0) + 100, 0)
  expect((named(lines, 'tangentForce')?.applied as number[])[5]).toBe(7.5)
  expect([named(lines, 'axialActuatorSteps')?.steps, named(lines, 'tangentActuatorSteps')?.steps]).toEqual([
    [...new Array<number>(71).fill(0), 1000],
    [0, 0, 0, 0, 0, 1000],
  ])
  exchange.command('switchForceBalanceSystem', 6, '"status": true')
  exchange.command('positionMirror', 7, '"x": 50, "y": 0, "z": -12.5, "xRot": 0, "yRot": 0, "zRot": 0')
  exchange.ticks(5)
  expect(named(rounds.next(), 'position')).toMatchObject({ x: 50, z: -12.5 })
})
