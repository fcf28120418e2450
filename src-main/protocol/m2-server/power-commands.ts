/** Power, breakers and the digital output. */
import {
  ClosedLoopControlMode,
  communicationInputs,
  DigitalOutput,
  digitalOutputs,
  DigitalOutputStatus,
  InnerLoopControlMode,
  motorInputs,
  PowerSystemState,
  PowerType,
} from './mirror-constants.ts'
import * as events from './mirror-events.ts'
import { messageLine, writtenWhole } from './message-line.ts'
import type { Mirror } from './mirror.ts'
import { failed, succeeded, type CommandPreparation } from './prepared-command.ts'

const powerTypes = Object.values(PowerType)

/** Motors need communication; communication stays while the motors are on. */
function mayPower(mirror: Mirror, type: PowerType, isOn: boolean): boolean {
  if (type === PowerType.motor) return !isOn || mirror.isPowered(PowerType.communication)
  return isOn || !mirror.isPowered(PowerType.motor)
}

function beginPowering(mirror: Mirror, type: PowerType, isOn: boolean): string[] {
  mirror.power[type] = isOn ? PowerSystemState.poweringOn : PowerSystemState.poweringOff
  return [events.powerSystemState(mirror, type)]
}

function finishPowering(mirror: Mirror, type: PowerType, isOn: boolean): string[] {
  mirror.power[type] = isOn ? PowerSystemState.poweredOn : PowerSystemState.poweredOff
  const lines = [events.powerSystemState(mirror, type)]
  if (type === PowerType.communication) wakeInnerLoops(mirror, isOn)
  if (type === PowerType.motor && !isOn && mirror.isClosedLoop) {
    mirror.closedLoopControlMode = ClosedLoopControlMode.openLoop
    lines.push(events.forceBalanceSystemStatus(mirror))
  }
  return lines
}

/** Without communication nothing is known of the inner loop controllers; with it they begin in standby. */
function wakeInnerLoops(mirror: Mirror, isOn: boolean): void {
  const { standby, unknown } = InnerLoopControlMode
  if (!isOn) mirror.innerLoopModes.fill(unknown)
  else mirror.innerLoopModes = mirror.innerLoopModes.map((mode) => (mode === unknown ? standby : mode))
}

function inputsAndOutputs(mirror: Mirror): string[] {
  mirror.checkInterlock()
  return [events.digitalInput(mirror), events.digitalOutput(mirror), events.interlock(mirror)]
}

const power: CommandPreparation = (parameters) => {
  const type = parameters.oneOf('powerType', powerTypes)
  const isOn = parameters.flag('status')
  const { poweringOn, poweringOff } = PowerSystemState
  return {
    begin: (mirror) => (mayPower(mirror, type, isOn) ? beginPowering(mirror, type, isOn) : []),
    finish(mirror) {
      // Another command may have turned it round meanwhile.
      if (mirror.power[type] !== (isOn ? poweringOn : poweringOff)) return failed()
      const lines = finishPowering(mirror, type, isOn)
      return succeeded([...lines, ...inputsAndOutputs(mirror), events.openLoopMaximumLimit(mirror)])
    },
  }
}

const resetBreakers: CommandPreparation = (parameters) => {
  const type = parameters.oneOf('powerType', powerTypes)
  const isMotor = type === PowerType.motor
  const output = isMotor ? DigitalOutput.resetMotorBreakers : DigitalOutput.resetCommunicationBreakers
  const inputs = isMotor ? motorInputs : communicationInputs
  return {
    begin(mirror) {
      if (mirror.power[type] !== PowerSystemState.poweredOn) return []
      mirror.power[type] = PowerSystemState.resettingBreakers
      mirror.outputs &= ~output
      return [
        events.digitalOutput(mirror),
        events.interlock(mirror),
        messageLine('digitalInput', { value: writtenWhole((mirror.digitalInput | inputs) >>> 0) }),
        events.powerSystemState(mirror, type),
      ]
    },
    finish(mirror) {
      if (mirror.power[type] !== PowerSystemState.resettingBreakers) return failed([events.digitalInput(mirror)])
      mirror.power[type] = PowerSystemState.poweredOn
      mirror.outputs |= output
      mirror.checkInterlock()
      return succeeded([
        events.digitalOutput(mirror),
        events.interlock(mirror),
        events.powerSystemState(mirror, type),
        events.digitalInput(mirror),
      ])
    },
  }
}

function switched(outputs: number, bit: number, status: DigitalOutputStatus): number {
  switch (status) {
    case DigitalOutputStatus.low:
      return outputs & ~bit
    case DigitalOutputStatus.high:
      return outputs | bit
    case DigitalOutputStatus.toggle:
      return outputs ^ bit
  }
}

const switchDigitalOutput: CommandPreparation = (parameters) => {
  const bit = parameters.oneOf('bit', digitalOutputs)
  const status = parameters.oneOf('status', Object.values(DigitalOutputStatus))
  return {
    finish(mirror) {
      const isOn = (switched(mirror.digitalOutput, bit, status) & bit) !== 0
      // The closed loop sets its bit by itself.
      if (bit === DigitalOutput.closedLoopControl) return failed()
      if (bit !== DigitalOutput.motorPower && bit !== DigitalOutput.communicationPower) {
        mirror.outputs = isOn ? mirror.outputs | bit : mirror.outputs & ~bit
        mirror.checkInterlock()
        return succeeded([events.digitalOutput(mirror), events.interlock(mirror)])
      }
      const type = bit === DigitalOutput.motorPower ? PowerType.motor : PowerType.communication
      if (isOn === mirror.isPowered(type)) return succeeded([events.digitalOutput(mirror), events.interlock(mirror)])
      if (!mayPower(mirror, type, isOn)) return failed()
      const lines = [...beginPowering(mirror, type, isOn), ...finishPowering(mirror, type, isOn)]
      mirror.checkInterlock()
      return succeeded([events.digitalOutput(mirror), events.interlock(mirror), ...lines])
    },
  }
}

const clearErrors: CommandPreparation = () => ({
  finish(mirror) {
    mirror.faults = 0n
    return succeeded([events.summaryFaultsStatus(mirror), ...inputsAndOutputs(mirror)])
  },
})

const rebootController: CommandPreparation = () => ({ finish: () => ({ ...succeeded(), restarts: true }) })

export const powerCommands = { power, resetBreakers, switchDigitalOutput, clearErrors, rebootController }
