/** Events of the command port, as lines. Each tells a part of the mirror as it is now. */
import {
  configurationFiles,
  InclinationTelemetrySource,
  type ConfigurationFile,
  type PowerType,
} from './mirror-constants.ts'
import type { Mirror } from './mirror.ts'
import {
  messageLine,
  writtenFlag,
  writtenList,
  writtenReal,
  writtenText,
  writtenWhole,
  writtenWholes,
} from './message-line.ts'

export const assemblyInPosition = (isInPosition: boolean): string =>
  messageLine('m2AssemblyInPosition', { inPosition: writtenFlag(isInPosition) })

export const scriptExecutionStatus = (percentage: number): string =>
  messageLine('scriptExecutionStatus', { percentage: writtenWhole(percentage) })

export const commandableByDds = (mirror: Mirror): string =>
  messageLine('commandableByDDS', { state: writtenFlag(mirror.isCommandableByDds) })

/** Actuators are counted from 1 in events, from 0 in commands. */
export const hardpointList = (mirror: Mirror): string =>
  messageLine('hardpointList', { actuators: writtenWholes(mirror.hardpoints.map((index) => index + 1)) })

/** The first hardpoint is the one that is bypassed, as in the original. */
export const bypassedActuators = (mirror: Mirror): string =>
  messageLine('bypassedActuatorILCs', { ilcs: writtenWholes(mirror.hardpoints.slice(0, 1).map((index) => index + 1)) })

export const interlock = (mirror: Mirror): string =>
  messageLine('interlock', { state: writtenFlag(mirror.isInterlockEngaged) })

export const inclinationTelemetrySource = (mirror: Mirror): string => {
  const { mtMount, onboard } = InclinationTelemetrySource
  return messageLine('inclinationTelemetrySource', {
    source: writtenWhole(mirror.usesExternalElevation ? mtMount : onboard),
  })
}

export const temperatureOffset = (mirror: Mirror): string =>
  messageLine('temperatureOffset', {
    ring: writtenList(mirror.ringTemperatureOffsets),
    intake: '[0.0, 0.0]',
    exhaust: '[0.0, 0.0]',
  })

export const digitalInput = (mirror: Mirror): string =>
  messageLine('digitalInput', { value: writtenWhole(mirror.digitalInput) })

export const digitalOutput = (mirror: Mirror): string =>
  messageLine('digitalOutput', { value: writtenWhole(mirror.digitalOutput) })

export const closedLoopControlMode = (mirror: Mirror): string =>
  messageLine('closedLoopControlMode', { mode: writtenWhole(mirror.closedLoopControlMode) })

export const forceBalanceSystemStatus = (mirror: Mirror): string =>
  messageLine('forceBalanceSystemStatus', { status: writtenFlag(mirror.isClosedLoop) })

export const openLoopMaximumLimit = (mirror: Mirror): string =>
  messageLine('openLoopMaxLimit', { status: writtenFlag(mirror.isOpenLoopMaximumEnabled) })

export const summaryFaultsStatus = (mirror: Mirror): string =>
  messageLine('summaryFaultsStatus', { status: writtenWhole(mirror.faults) })

export const enabledFaultsMask = (mirror: Mirror): string =>
  messageLine('enabledFaultsMask', { mask: writtenWhole(mirror.enabledFaultsMask) })

export const powerSystemState = (mirror: Mirror, type: PowerType): string =>
  messageLine('powerSystemState', {
    powerType: writtenWhole(type),
    status: writtenFlag(mirror.isPowered(type)),
    state: writtenWhole(mirror.power[type]),
  })

export const innerLoopControlMode = (mirror: Mirror, address: number): string =>
  messageLine('innerLoopControlMode', {
    address: writtenWhole(address),
    mode: writtenWhole(mirror.innerLoopModes[address] ?? 0),
  })

export const knownConfigurationFiles = (): string =>
  messageLine('configurationFiles', { files: writtenList(configurationFiles.map(writtenText)) })

/** What the name of a file says: its version, the mirror or its surrogate, optical or handling. */
const configurationDetails: Readonly<Record<ConfigurationFile, readonly [string, string, string]>> = {
  [configurationFiles[0]]: ['20180831T091922', 'CtrlParameterFiles_2018-07-19_104257_m2', 'FinalOpticalLUTs'],
  [configurationFiles[1]]: ['20180831T092326', 'CtrlParameterFiles_2018-07-19_104257_m2', 'FinalHandlingLUTs'],
  [configurationFiles[2]]: ['20180831T092423', 'CtrlParameterFiles_2018-07-19_104314_surg', 'FinalOpticalLUTs'],
  [configurationFiles[3]]: ['20180831T092556', 'CtrlParameterFiles_2018-07-19_104314_surg', 'FinalHandlingLUTs'],
}

/** 20 keys, `id` among them. */
export function config({ configurationFile }: Mirror): string {
  const [version, controlParameters, lutParameters] = configurationDetails[configurationFile]
  return messageLine('config', {
    configuration: writtenText(configurationFile),
    version: writtenText(version),
    controlParameters: writtenText(controlParameters),
    lutParameters: writtenText(lutParameters),
    powerWarningMotor: writtenReal(5),
    powerFaultMotor: writtenReal(10),
    powerThresholdMotor: writtenReal(20),
    powerWarningComm: writtenReal(5),
    powerFaultComm: writtenReal(10),
    powerThresholdComm: writtenReal(10),
    inPositionAxial: writtenReal(0.158),
    inPositionTangent: writtenReal(1.1),
    inPositionSample: writtenReal(1),
    timeoutSal: writtenReal(15),
    timeoutCrio: writtenReal(1),
    timeoutIlc: writtenWhole(3),
    inclinometerDelta: writtenReal(2),
    inclinometerDiffEnabled: writtenFlag(true),
    cellTemperatureDelta: writtenReal(2),
  })
}
