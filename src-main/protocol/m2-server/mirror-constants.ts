/** Numbers and enumerations of the mirror (seed-systems 3.8). */

export const axialActuatorCount = 72
export const tangentLinkCount = 6
export const actuatorCount = axialActuatorCount + tangentLinkCount
export const innerLoopControllerCount = 84
export const ringTemperatureCount = 12

/** Newtons that an actuator takes in closed loop: 100 and 1,100 pounds. */
export const axialForceLimitNewtons = 444.82
export const tangentForceLimitNewtons = 4893.04
/** How far the mirror may be moved from its home. */
export const radialLimitMillimeters = 7.74
export const axialLimitMillimeters = 7.89

export const millimetersPerStep = 1.9967536601e-5

export const PowerType = { motor: 1, communication: 2 } as const
export type PowerType = (typeof PowerType)[keyof typeof PowerType]

export const PowerSystemState = {
  init: 1,
  poweredOff: 2,
  poweringOn: 3,
  resettingBreakers: 4,
  poweredOn: 5,
  poweringOff: 6,
} as const
export type PowerSystemState = (typeof PowerSystemState)[keyof typeof PowerSystemState]

export const ClosedLoopControlMode = { idle: 1, telemetryOnly: 2, openLoop: 3, closedLoop: 4 } as const
export type ClosedLoopControlMode = (typeof ClosedLoopControlMode)[keyof typeof ClosedLoopControlMode]
export const closedLoopControlModes = Object.values(ClosedLoopControlMode)

export const InnerLoopControlMode = {
  standby: 1,
  disabled: 2,
  enabled: 3,
  firmwareUpdate: 4,
  fault: 5,
  clearFaults: 6,
  noChange: 7,
  unknown: 8,
} as const
export type InnerLoopControlMode = (typeof InnerLoopControlMode)[keyof typeof InnerLoopControlMode]
export const innerLoopControlModes = Object.values(InnerLoopControlMode)

export const InclinationTelemetrySource = { onboard: 1, mtMount: 2 } as const

/** Bits of the digital output. */
export const DigitalOutput = {
  motorPower: 0x01,
  communicationPower: 0x02,
  interlockEnable: 0x04,
  resetMotorBreakers: 0x08,
  resetCommunicationBreakers: 0x10,
  closedLoopControl: 0x20,
  spare6: 0x40,
  spare7: 0x80,
} as const
export type DigitalOutput = (typeof DigitalOutput)[keyof typeof DigitalOutput]
export const digitalOutputs = Object.values(DigitalOutput)

/** What `switchDigitalOutput` does to a bit. */
export const DigitalOutputStatus = { low: 1, high: 2, toggle: 3 } as const
export type DigitalOutputStatus = (typeof DigitalOutputStatus)[keyof typeof DigitalOutputStatus]

/** The digital input without any power: 2667642879. */
export const unpoweredDigitalInput = 0x9f00ffff
/** Bits that fall when the power of communication is on: its breakers. */
export const communicationInputs = 0x1f008000
/** Bits that fall when the power of the motors is on: their breakers and the power relay of the interlock. */
export const motorInputs = 0x80007fc0
export const interlockPowerRelay = 0x80000000

/** The one fault that stands when the server starts: 144115188075855872. */
export const initialFaults = 1n << 57n
/** 18410715311050326015, which no double holds. */
export const initialEnabledFaultsMask = 0xff800007ffffffffn

export const configurationFiles = [
  'Configurable_File_Description_20180831T091922_M2_optical.csv',
  'Configurable_File_Description_20180831T092326_M2_handling.csv',
  'Configurable_File_Description_20180831T092423_surrogate_optical.csv',
  'Configurable_File_Description_20180831T092556_surrogate_handling.csv',
] as const
export type ConfigurationFile = (typeof configurationFiles)[number]

export const positionAxes = ['x', 'y', 'z', 'xRot', 'yRot', 'zRot'] as const
/** Micrometers and arc seconds. */
export type MirrorPosition = Readonly<Record<(typeof positionAxes)[number], number>>
export const homePosition: MirrorPosition = { x: 0, y: 0, z: 0, xRot: 0, yRot: 0, zRot: 0 }
