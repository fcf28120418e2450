/** Configuration: files, parameters, temperatures, faults and hardpoints. */
import { actuatorCount, axialActuatorCount, configurationFiles, ringTemperatureCount } from './mirror-constants.ts'
import * as events from './mirror-events.ts'
import { failed, succeeded, type CommandPreparation } from './prepared-command.ts'

const setTemperatureOffset: CommandPreparation = (parameters) => {
  const ring = parameters.writtenReals('ring', ringTemperatureCount)
  return {
    finish(mirror) {
      mirror.ringTemperatureOffsets = ring
      mirror.forcesRevision++
      return succeeded([events.temperatureOffset(mirror)])
    },
  }
}

const loadConfiguration: CommandPreparation = () => ({ finish: (mirror) => succeeded([events.config(mirror)]) })

const setConfigurationFile: CommandPreparation = (parameters) => {
  const file = parameters.oneOf('file', configurationFiles)
  return {
    finish(mirror) {
      mirror.configurationFile = file
      return succeeded([events.config(mirror)])
    },
  }
}

const setControlParameters: CommandPreparation = (parameters) => {
  const usesExternalElevation = parameters.flag('useExternalElevationAngle')
  const comparesAngles = parameters.flag('enableAngleComparison')
  const maximumAngleDifferenceDegrees = parameters.real('maxAngleDifference')
  const usesTemperatureForces = parameters.flag('enableLutTemperature')
  return {
    finish(mirror) {
      Object.assign(mirror, {
        usesExternalElevation,
        comparesAngles,
        maximumAngleDifferenceDegrees,
        usesTemperatureForces,
      })
      mirror.forcesRevision++
      return succeeded([events.inclinationTelemetrySource(mirror)])
    },
  }
}

const setEnabledFaultsMask: CommandPreparation = (parameters) => {
  const mask = parameters.mask('mask')
  return {
    finish(mirror) {
      mirror.enabledFaultsMask = mask
      return succeeded([events.enabledFaultsMask(mirror)])
    },
  }
}

/** Every second tangent link: those from 72 or those from 73. */
const isTangentTriple = (first: number, ...others: readonly number[]): boolean =>
  (first === axialActuatorCount || first === axialActuatorCount + 1) &&
  others.every((index, place) => index === first + 2 * (place + 1))

const setHardpointList: CommandPreparation = (parameters) => {
  const actuators = [...new Set(parameters.indexes('actuators', actuatorCount))].toSorted((one, other) => one - other)
  return {
    finish(mirror) {
      const [, , lastAxial = -1, firstTangent = -1, ...tangent] = actuators
      const isPossible =
        actuators.length === 6 && lastAxial < axialActuatorCount && isTangentTriple(firstTangent, ...tangent)
      if (!isPossible) return failed()
      mirror.hardpoints = actuators
      mirror.forcesRevision++
      return succeeded([events.hardpointList(mirror), events.bypassedActuators(mirror)])
    },
  }
}

export const configurationCommands = {
  setTemperatureOffset,
  loadConfiguration,
  setConfigurationFile,
  setControlParameters,
  setEnabledFaultsMask,
  setHardpointList,
}
