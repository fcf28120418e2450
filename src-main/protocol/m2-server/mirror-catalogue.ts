import * as v from 'valibot'
import { callCatalogue, type CallCatalogue } from '../../contract/schemas/call-settings.ts'
import {
  axialActuatorCount,
  ClosedLoopControlMode,
  configurationFiles,
  DigitalOutput,
  DigitalOutputStatus,
  initialEnabledFaultsMask,
  InnerLoopControlMode,
  PowerType,
  ringTemperatureCount,
  tangentLinkCount,
} from './mirror-constants.ts'

type ParameterInput = NonNullable<v.InferInput<typeof callCatalogue>['commands'][number]['parameters']>[number]
type Typed = NonNullable<ParameterInput['type']>

const needed = (name: string, type: Typed, value: string, notes = ''): ParameterInput => ({
  name,
  type,
  value,
  notes,
  required: true,
})

/** What only some of a command's actions need. It goes out by default, and the others ignore it. */
const sometimesNeeded = (name: string, type: Typed, value: string, notes: string): ParameterInput => ({
  name,
  type,
  value,
  notes,
})

const repeated = (count: number, value: string): string => `[${new Array<string>(count).fill(value).join(', ')}]`

const powerType = needed('powerType', 'integer', String(PowerType.communication), '1 motors, 2 communication.')
const flag = (name: string, value = 'true', notes = ''): ParameterInput => needed(name, 'boolean', value, notes)
const addresses = needed('addresses', 'json', '[0]', 'A list of numbers from 0 to 83.')
const startOnly = 'Of the start only.'

/**
 * The commands of the M2 server (seed-systems 3.8) as a client calls them, without `cmd_`: their parameters, each with a value that the
 * server accepts, and what state of the mirror they need. For sessions that call a local server.
 */
export const mirrorCatalogue: CallCatalogue = v.parse(callCatalogue, {
  commands: [
    {
      name: 'power',
      notes: 'Motors go on only with communication on; communication goes off only with the motors off.',
      parameters: [powerType, flag('status')],
    },
    { name: 'resetBreakers', notes: 'Needs that power on.', parameters: [powerType] },
    {
      name: 'switchDigitalOutput',
      notes: 'Bits 1 and 2 need what power needs; bit 32 is refused.',
      parameters: [
        needed('bit', 'integer', String(DigitalOutput.interlockEnable), '1, 2, 4, 8, 16, 64 or 128.'),
        needed('status', 'integer', String(DigitalOutputStatus.high), '1 low, 2 high, 3 toggle.'),
      ],
    },
    { name: 'clearErrors', notes: 'Clears the faults that stand.' },
    {
      name: 'rebootController',
      notes: 'After success all clients of both ports are closed and the mirror begins anew.',
    },
    {
      name: 'switchForceBalanceSystem',
      notes: 'On needs the motors on and the limit of the open loop not at its maximum.',
      parameters: [flag('status')],
    },
    {
      name: 'setClosedLoopControlMode',
      notes: 'Mode 4 needs the motors on and the limit of the open loop not at its maximum.',
      parameters: [
        needed(
          'mode',
          'integer',
          String(ClosedLoopControlMode.openLoop),
          '1 idle, 2 telemetry only, 3 open loop, 4 closed loop.',
        ),
      ],
    },
    { name: 'enableOpenLoopMaxLimit', notes: 'On needs the closed loop off.', parameters: [flag('status')] },
    {
      name: 'setInnerLoopControlMode',
      notes: 'Needs communication on.',
      parameters: [
        addresses,
        needed(
          'mode',
          'integer',
          String(InnerLoopControlMode.enabled),
          '1 standby, 2 disabled, 3 enabled, 4 firmware update, 5 fault, 6 clear faults; 7 and 8 change nothing.',
        ),
      ],
    },
    { name: 'getInnerLoopControlMode', notes: 'Needs communication on.', parameters: [addresses] },
    {
      name: 'switchCommandSource',
      notes: 'Who may command the mirror; the server obeys either way.',
      parameters: [flag('isRemote')],
    },
    {
      name: 'applyForces',
      notes: 'Together with weight and temperature at most 444.82 N (axial) and 4893.04 N (tangent).',
      parameters: [
        needed('axial', 'json', repeated(axialActuatorCount, '0'), '72 numbers, in newtons.'),
        needed('tangent', 'json', repeated(tangentLinkCount, '0'), '6 numbers, in newtons.'),
      ],
    },
    { name: 'resetForceOffsets', notes: 'Sets all applied forces to 0.' },
    {
      name: 'positionMirror',
      notes: 'Needs the closed loop; 7.74 mm across and 7.89 mm along at most.',
      parameters: [
        ...['x', 'y', 'z'].map((axis) => needed(axis, 'number', '0', 'Micrometers.')),
        ...['xRot', 'yRot', 'zRot'].map((axis) => needed(axis, 'number', '0', 'Arc seconds.')),
      ],
    },
    { name: 'saveMirrorPosition', notes: 'Keeps the position.' },
    { name: 'setMirrorHome', notes: 'Calls the position home.' },
    {
      name: 'moveActuators',
      notes: 'Start and resume need the closed loop off; start needs no movement under way, resume a paused one.',
      parameters: [
        needed('actuatorCommand', 'integer', '1', '1 start, 2 stop, 3 pause, 4 resume.'),
        sometimesNeeded('actuators', 'json', '[0]', `A list of numbers from 0 to 77. ${startOnly}`),
        sometimesNeeded('displacement', 'number', '1000', `In the unit. ${startOnly}`),
        sometimesNeeded('unit', 'integer', '2', `1 mm, 2 steps. ${startOnly}`),
      ],
    },
    { name: 'resetActuatorSteps', notes: 'Sets the steps of all actuators to 0.' },
    {
      name: 'runScript',
      notes: 'Load and clear need no script running; run and resume need a loaded one that is not through.',
      parameters: [
        needed('scriptCommand', 'integer', '1', '1 load, 2 clear, 3 run, 4 stop, 5 pause, 6 resume.'),
        sometimesNeeded('scriptName', 'text', 'script', 'Any name. Of load only.'),
      ],
    },
    { name: 'loadConfiguration', notes: 'Tells the configuration.' },
    {
      name: 'setConfigurationFile',
      notes: 'Needs one of the files that configurationFiles names.',
      parameters: [needed('file', 'text', configurationFiles[0], configurationFiles.join('\n'))],
    },
    {
      name: 'setControlParameters',
      notes: 'Tells where the inclination comes from.',
      parameters: [
        flag('useExternalElevationAngle', 'false', 'The angle comes from the mount instead of on board.'),
        flag('enableAngleComparison', 'false'),
        needed('maxAngleDifference', 'number', '2.0', 'Degrees.'),
        flag('enableLutTemperature'),
      ],
    },
    {
      name: 'setTemperatureOffset',
      notes: 'Tells the offsets again.',
      parameters: [needed('ring', 'json', repeated(ringTemperatureCount, '21.0'), '12 numbers.')],
    },
    {
      name: 'setEnabledFaultsMask',
      notes: 'All 64 bits are kept exactly.',
      parameters: [needed('mask', 'integer', String(initialEnabledFaultsMask), '64 bits, decimal or 0x….')],
    },
    {
      name: 'setHardpointList',
      notes: 'Needs three actuators below 72, then 72, 74, 76 or 73, 75, 77.',
      parameters: [needed('actuators', 'json', '[5, 15, 25, 73, 75, 77]', 'Six numbers from 0 to 77.')],
    },
  ],
})
